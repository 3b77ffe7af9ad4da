import { describe, expect, it } from 'vitest';
import { TWILIO_SID, TWILIO_TOKEN } from '../../../test/providers/twilio.ts';
import type { Answer } from '../../../test/providers/serve.ts';

import { collector, context, server, useTwilio } from '../../../test/providers/twilio-runs.ts';

useTwilio();

describe('faults', () => {
  it('row 1: 429 with Retry-After is waited for, though the SDK drops the header', async () => {
    server.fault(/Daily/, {
      status: 429,
      headers: { 'retry-after': '1' },
      json: { code: 20429, message: 'Too Many Requests' },
    });
    const at = context();
    await collector().collect(at);
    expect(at.codes).toEqual(['429', '200', '200', '200', '200']);
    server.fault(/Daily/, { status: 429, headers: { 'retry-after': '1' }, json: {} });
    await expect(collector().collect(context({ maxRetryAfterMs: 900 }))).rejects.toMatchObject({
      kind: 'rate_limited',
      retryAfterSeconds: 1,
    });
  });

  it.each<[string, Answer]>([
    ['for ever', { status: 429, json: {} }],
    ['with Retry-After 3600', { status: 429, headers: { 'retry-after': '3600' }, json: {} }],
  ])('row 2: 429 %s', async (_name, answer) => {
    server.faultAlways(/Daily/, answer);
    await expect(collector().collect(context())).rejects.toMatchObject({ kind: 'rate_limited' });
  });

  it('row 3: 500 and a broken connection, then fine', async () => {
    server.fault(/Daily/, { status: 500, text: 'oops' }, { fault: 'reset' });
    const at = context();
    await collector().collect(at);
    expect(at.codes.slice(0, 3)).toEqual(['500', 'error', '200']);
  });

  it('row 4: a wrong token is not tried twice, and never shown', async () => {
    server.faultAlways(/Daily/, { status: 401, json: { code: 20003, message: `Authenticate ${TWILIO_TOKEN}` } });
    const at = context();
    const failed = collector().collect(at);
    await expect(failed).rejects.toMatchObject({ kind: 'auth', reason: 'invalid_key', retryable: false });
    await expect(failed).rejects.toThrow(/TWILIO_AUTH_TOKEN/);
    await expect(failed).rejects.not.toThrow(TWILIO_TOKEN);
    expect(at.codes).toEqual(['401']);
  });

  it.each<[string, Answer]>([
    ['5: never answers', { fault: 'hang' }],
    ['6: drips', { fault: 'drip' }],
  ])('row %s', async (_name, answer) => {
    server.faultAlways(/Daily/, answer);
    await expect(collector().collect(context({ requestTimeoutMs: 100 }))).rejects.toMatchObject({ kind: 'timeout' });
    await expect.poll(() => server.pending()).toBe(0);
  });

  it('row 6: a body without end', async () => {
    server.faultAlways(/Daily/, { fault: 'huge' });
    await expect(collector().collect(context())).rejects.toMatchObject({ kind: 'bad_payload' });
  });

  const good = (day: string) => ({
    category: 'totalprice',
    start_date: day,
    end_date: day,
    price: '1',
    price_unit: 'usd',
    count: '0',
    as_of: '2026-03-15T00:10:00+00:00',
  });
  const record = (fields: object): Answer => ({
    json: { usage_records: [{ ...good('2026-03-14'), ...fields }], next_page_uri: null },
  });
  it.each<[string, Answer]>([
    ['a web page', { text: '<html>' }],
    ['nothing', { text: '' }],
    ['truncated', { text: '{"usage_records": [' }],
    ['null', { json: null }],
    ['no records', { json: { page: 0 } }],
    ['records: null', { json: { usage_records: null } }],
    ['NaN', record({ price: 'NaN' })],
    ['1e30', record({ price: '1e30' })],
    ['no price', record({ price: null })],
    ['no currency', record({ price_unit: null })],
    ['a day that does not exist', record({ start_date: '2026-02-30' })],
    ['several days in one', record({ start_date: '2026-03-12' })],
    ['another category', record({ category: 'sms' })],
  ])('rows 7 and 8: %s', async (_name, answer) => {
    server.faultAlways(/Daily/, answer);
    await expect(collector().collect(context())).rejects.toMatchObject({ kind: 'bad_payload' });
  });

  it.each<[string, object]>([
    ['a null price', { price: null }],
    ['a price that is no number', { price: 'NaN' }],
    ['a price beyond all money', { price: 1e30 }],
    ['no currency', { price_unit: null }],
    ['no day', { start_date: null, end_date: null }],
    ['every field null', Object.fromEntries(Object.keys(good('2026-03-13')).map((key) => [key, null]))],
  ])('row 8: of a record with %s only its own day is unknown', async (_name, fields) => {
    server.fault(/Daily/, {
      json: { usage_records: [{ ...good('2026-03-13'), ...fields }, good('2026-03-14')], next_page_uri: null },
    });
    const { data, warnings, unanswered } = await collector().collect(context({ back: 2 }));
    expect(warnings).toMatchObject([{ code: 'records_unusable', count: 1 }]);
    expect(data.days.filter(({ price }) => price !== null).map(({ day }) => day)).toEqual(['2026-03-14']);
    expect(unanswered).toEqual(['2026-03-13', '2026-03-15']);
  });

  it('row 8: a price as a number, as the description has it, and a record without its optional fields', async () => {
    server.fault(/Daily/, {
      json: {
        usage_records: [
          { ...good('2026-03-14'), price: 1.3035, category: null, end_date: null, as_of: null, count: null },
        ],
        next_page_uri: null,
      },
    });
    const { data } = await collector().collect(context());
    expect(data.days.find(({ day }) => day === '2026-03-14')?.price).toMatchObject({
      native: 1_303_500n,
      currency: 'USD',
    });
  });

  it('row 9: unknown fields are tolerated', async () => {
    server.fault(/Daily/, record({ carbon: '3' }));
    expect((await collector().collect(context())).data.days).toHaveLength(2);
  });

  it('row 10: pages in a circle, a day twice, and a page that fails', async () => {
    const next = `/2010-04-01/Accounts/${TWILIO_SID}/Usage/Records/Daily.json?Page=1`;
    server.faultAlways(/Daily/, { json: { usage_records: [], next_page_uri: next } });
    await expect(collector().collect(context())).rejects.toMatchObject({ reason: 'page_loop' });
    server.faultAlways(/Daily/, {
      json: {
        usage_records: [1, 2].map(() => ({
          category: 'totalprice',
          start_date: '2026-03-14',
          end_date: '2026-03-14',
          price: '1',
          price_unit: 'usd',
        })),
      },
    });
    await expect(collector().collect(context())).rejects.toMatchObject({ kind: 'bad_payload' });
    server.fault(
      /Daily/,
      { json: { usage_records: [], next_page_uri: next } },
      { status: 400, json: { message: 'no such page' } },
    );
    await expect(collector().collect(context())).rejects.toMatchObject({ status: 400 });
  });

  it('a next link to another host stays on the configured one', async () => {
    server.fault(/Daily/, {
      json: {
        usage_records: [],
        meta: {
          key: 'usage_records',
          next_page_url: `https://evil.example/2010-04-01/Accounts/${TWILIO_SID}/Usage/Records/Daily.json?Category=totalprice&Page=0`,
        },
      },
    });
    await collector().collect(context());
    expect(server.requests).toHaveLength(5);
  });

  it('blank credentials end at once, where the SDK alone would never settle', async () => {
    await expect(collector({ TWILIO_AUTH_TOKEN: '' }).collect(context())).rejects.toMatchObject({ kind: 'auth' });
  });

  it('a redirect is not followed: it would carry the token away', async () => {
    server.faultAlways(/Daily/, { status: 307, headers: { location: `${server.url}/elsewhere` }, text: '' });
    await expect(collector().collect(context())).rejects.toThrow();
    expect(server.requests.filter(({ path }) => path === '/elsewhere')).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { collectContext } from '../../../test/collect-context.ts';
import { emptyAccount, EXPIRED_KEY, STRIPE_KEY } from '../../../test/providers/stripe.ts';
import {
  flat,
  invoice,
  item,
  line,
  manySubscriptions,
  price,
  subscription,
  transaction,
} from '../../../test/providers/stripe-objects.ts';
import { stripeSettings } from '../../../test/providers/stripe-settings.ts';
import type { Answer } from '../../../test/providers/serve.ts';
import { stripeContext } from '../../../test/stripe-context.ts';
import { createStripeCollector, type StripeSettings } from './index.ts';

const stripe = stripeContext(() => ({ ...emptyAccount(), subscriptions: [subscription([item(flat(2_000))])] }));

const collector = (overrides: Partial<StripeSettings> = {}) =>
  createStripeCollector(stripeSettings({ STRIPE_API_URL: stripe.server.url, ...overrides }));
const context = (overrides: Parameters<typeof collectContext>[2] = {}) =>
  collectContext(stripe.database.pool, '2026-03-15T00:30:00Z', overrides);

describe('transient faults', () => {
  it('row 1: 429 with Retry-After is waited for, every attempt is counted', async () => {
    stripe.server.fault(/subscriptions/, {
      status: 429,
      headers: { 'retry-after': '1' },
      json: { error: { type: 'invalid_request_error', code: 'rate_limit' } },
    });
    const run = context();
    expect((await collector().collect(run)).data.snapshot.mrrUsd).toBe(20_000_000n);
    expect(run.codes).toEqual(['429', ...Array.from({ length: 8 }, () => '200')]);
    expect(stripe.server.requests).toHaveLength(9);
  });

  it.each<[string, Answer]>([
    ['for ever', { status: 429, json: { error: { type: 'rate_limit' } } }],
    ['with Retry-After 3600', { status: 429, headers: { 'retry-after': '3600' }, json: {} }],
  ])('row 2: 429 %s fails as rate_limited', async (_name, answer) => {
    stripe.server.faultAlways(/invoices/, answer);
    await expect(collector().collect(context())).rejects.toMatchObject({
      kind: 'rate_limited',
      reason: 'rate_limited',
      retryable: true,
    });
  });

  it.each([500, 502, 503])('row 3: %d, then fine', async (status) => {
    stripe.server.fault(/subscriptions/, { status, json: { error: { type: 'api_error' } } }, { fault: 'reset' });
    const run = context();
    await collector().collect(run);
    expect(run.codes.slice(0, 3)).toEqual([String(status), 'error', '200']);
    expect(stripe.server.requests.filter(({ query }) => query['expand[2]'] === 'data.customer')).toHaveLength(3);
  });

  it.each<[string, Answer, string, number]>([
    ['hang', { fault: 'hang' }, 'timeout', 300],
    ['drip', { fault: 'drip' }, 'timeout', 300],
    ['200 MB', { fault: 'huge' }, 'bad_payload', 5_000],
  ])('rows 5 and 6: %s', async (_name, fault, kind, requestTimeoutMs) => {
    stripe.server.faultAlways(/subscriptions/, fault);
    await expect(collector().collect(context({ requestTimeoutMs }))).rejects.toMatchObject({ kind });
    await expect.poll(() => stripe.server.pending()).toBe(0);
  });

  it('a run that is given up leaves no socket behind', async () => {
    stripe.server.faultAlways(/invoices/, { fault: 'hang' });
    const controller = new AbortController();
    const reading = collector().collect(context({ signal: controller.signal }));
    await expect.poll(() => stripe.server.pending(), { timeout: 10_000 }).toBe(1);
    controller.abort(new Error('shutdown'));
    await expect(reading).rejects.toThrow();
    await expect.poll(() => stripe.server.pending()).toBe(0);
  });

  it('nobody listening is a network error', async () => {
    await expect(
      createStripeCollector(stripeSettings({ STRIPE_API_URL: 'http://127.0.0.1:1' })).collect(context()),
    ).rejects.toMatchObject({ kind: 'network' });
  });
});

describe('row 4: refused keys are not tried again', () => {
  it.each([
    ['sk_live_51RevokedKeyOfSomebody', 'invalid_key', 'revoked'],
    [EXPIRED_KEY, 'expired_key', 'expired'],
  ])('%s', async (key, reason, word) => {
    const run = context();
    const error = await collector({ STRIPE_SECRET_KEY: key })
      .collect(run)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'auth', reason, retryable: false, message: expect.stringContaining(word) });
    expect(run.codes).toEqual(['401']);
    expect(String(error) + run.logged()).not.toContain(key);
  });

  it.each([
    [/./, 'rak_subscription_read', 'rak_subscription_read'],
    [/./, '', '"Subscriptions: read"'],
  ])('a key that may read nothing (%s, %s) names %s', async (path, permission, named) => {
    stripe.account.forbidden = [{ path, permission }];
    const run = context();
    await expect(collector().collect(run)).rejects.toMatchObject({
      kind: 'auth',
      reason: 'missing_permission',
      message: expect.stringContaining(named),
    });
    expect(new Set(run.codes)).toEqual(new Set(['403']));
  });
});

describe('rows 7 and 8: answers that cannot be trusted', () => {
  const one = subscription([item(flat(2_000))]);
  const list = (data: unknown): Answer => ({ json: { object: 'list', data, has_more: false } });
  it.each<[string, Answer, string]>([
    ['HTML with 200', { text: '<html>sorry</html>' }, 'bad_payload'],
    ['an empty body', { text: '' }, 'bad_payload'],
    ['truncated JSON', { text: '{"object":"list","data":[' }, 'bad_payload'],
    ['null', { json: null }, 'bad_payload'],
    ['a 404 without error', { status: 404, json: {} }, 'upstream'],
    ['a 500 without error', { status: 500, json: { message: 'boom' } }, 'upstream'],
    ['a 200 with an error', { json: { error: { type: 'api_error', message: 'x' } } }, 'upstream'],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' }, text: '' }, 'bad_payload'],
    ['no list', { json: {} }, 'bad_payload'],
    ['data: null', list(null), 'bad_payload'],
    ['a missing field', list([{ ...one, status: undefined }]), 'bad_payload'],
    [
      'a string for a number',
      list([{ ...one, items: { object: 'list', has_more: false, data: [item(flat(2_000), { quantity: '3' })] } }]),
      'bad_payload',
    ],
    [
      '1e30',
      {
        text: JSON.stringify({
          object: 'list',
          has_more: false,
          data: [subscription([item(price({ unit_amount: 7_777, unit_amount_decimal: null }))])],
        }).replace('7777', '1e30'),
      },
      'bad_payload',
    ],
    ['a decimal that is none', list([subscription([item(price({ unit_amount_decimal: 'NaN' }))])]), 'bad_payload'],
    ['a decimal with an exponent', list([subscription([item(price({ unit_amount_decimal: '1e30' }))])]), 'bad_payload'],
    [
      'a price without an amount',
      list([subscription([item(price({ unit_amount: null, unit_amount_decimal: null }))])]),
      'bad_payload',
    ],
    [
      'a coupon that is null',
      list([
        {
          ...one,
          discounts: [{ id: 'di_1', object: 'discount', end: null, source: { type: 'coupon', coupon: null } }],
        },
      ]),
      'bad_payload',
    ],
    ['a discount that was not expanded', list([{ ...one, discounts: ['di_1'] }]), 'bad_payload'],
    [
      'a coupon that was not expanded',
      list([
        {
          ...one,
          discounts: [{ id: 'di_1', object: 'discount', end: null, source: { type: 'coupon', coupon: 'unknown' } }],
        },
      ]),
      'bad_payload',
    ],
  ])('%s', async (_name, answer, kind) => {
    stripe.server.faultAlways(/\/v1\/subscriptions/, answer);
    await expect(collector().collect(context())).rejects.toMatchObject({ kind });
  });

  it('a page of balance transactions of an absurd size is refused too', async () => {
    stripe.account.transactions = Array.from({ length: 10 }, () => transaction('2026-03-01', 'charge', 1.5));
    await expect(collector().collect(context())).rejects.toMatchObject({
      kind: 'bad_payload',
      message: expect.stringContaining('amount'),
    });
  });

  it('row 9: unknown fields are dropped, unknown states, types and intervals become other with a warning', async () => {
    stripe.account.subscriptions = [
      subscription([item(flat(2_000), { brand_new: { a: 1 } })], { brand_new: true }),
      subscription([item(flat(9_000))], { status: 'hibernating' }),
      subscription([item(price({}, { interval: 'decade' }))]),
    ];
    const { data, warnings } = await collector().collect(context());
    expect(data.snapshot).toMatchObject({ mrrUsd: 20_000_000n, byStatus: { active: 2, other: 1 } });
    expect(warnings).toEqual([expect.objectContaining({ code: 'unknown_enum', count: 2 })]);
  });
});

describe('row 10: pages', () => {
  it('2,500 subscriptions are all counted, each once', async () => {
    stripe.account.subscriptions = manySubscriptions(2_500, 0).subscriptions;
    const { data } = await collector().collect(context());
    expect(data.snapshot.mrrUsd).toBe(50_000n * 1_000_000n);
    expect(data.snapshot.customers.reduce((sum, { mrrUsd }) => sum + mrrUsd, 0n)).toBe(data.snapshot.mrrUsd);
  });

  it.each([
    ['the same page for ever', [subscription([item(flat(1))])]],
    ['an empty page that promises more', []],
  ])('%s is a loop', async (_name, data) => {
    stripe.server.faultAlways(/\/v1\/subscriptions/, { json: { object: 'list', data, has_more: true } });
    await expect(collector().collect(context())).rejects.toMatchObject({ kind: 'bad_payload', reason: 'page_loop' });
    expect(stripe.server.requests.length).toBeLessThanOrEqual(2);
  });

  it('page 3 fails: the collector fails whole', async () => {
    stripe.account.subscriptions = manySubscriptions(250, 0).subscriptions;
    const page = (from: number): Answer => ({
      json: { object: 'list', data: stripe.account.subscriptions.slice(from, from + 100), has_more: true },
    });
    stripe.server.fault(
      /\/v1\/subscriptions/,
      page(0),
      page(100),
      { status: 500, json: {} },
      { status: 500, json: {} },
      { status: 500, json: {} },
    );
    await expect(collector().collect(context())).rejects.toMatchObject({ kind: 'upstream' });
  });

  it('P7: 5,000 subscriptions with 20 distinct tiered prices: 50 pages, 20 prices, one page for each other list, no probe', async () => {
    const many = manySubscriptions(5_000, 20);
    stripe.account.subscriptions = many.subscriptions;
    stripe.account.prices = many.prices;
    stripe.account.invoices = Array.from({ length: 150 }, () =>
      invoice('2026-03-01', [line(100, '2026-03-01', '2026-04-01')]),
    );
    stripe.account.transactions = [transaction('2026-03-01', 'charge', 100)];
    await collector().collect(context());
    // Credit notes, canceled subscriptions, billing credits and customers are lists of their own.
    const ideal = 50 + 20 + 2 + 1 + 1 + 1 + 1 + 1;
    expect(stripe.server.requests.length).toBeLessThanOrEqual(ideal * 1.05);
    expect(stripe.server.requests.some(({ path }) => path === '/v1/account')).toBe(false);
  });
});

describe('row 33: the key', () => {
  it('is sent to the configured host only, and stands in no log and no error', async () => {
    const messages: string[] = [];
    for (const fault of [
      { status: 500, json: { error: { message: STRIPE_KEY } } },
      { status: 403, json: { error: { message: `key '${STRIPE_KEY}'` } } },
      { text: STRIPE_KEY },
      { status: 400, json: { error: { code: STRIPE_KEY, message: STRIPE_KEY } } },
    ]) {
      stripe.server.fault(/./, ...Array.from({ length: 20 }, () => fault));
      const run = context();
      const error = await collector()
        .collect(run)
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      messages.push(String(error), run.logged());
    }
    expect(messages.join('')).not.toContain(STRIPE_KEY);
    expect(new Set(stripe.server.requests.map(({ authorization }) => authorization))).toEqual(
      new Set([`Bearer ${STRIPE_KEY}`]),
    );
  });
});

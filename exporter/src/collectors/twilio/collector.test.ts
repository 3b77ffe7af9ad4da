import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { collectContext, type TestContext } from '../../../test/collect-context.ts';
import { examples, loadSpec, specExists, violations } from '../../../test/openapi.ts';
import {
  MESSAGE_BODY,
  serveTwilio,
  TWILIO_SID,
  TWILIO_TOKEN,
  type FakeTwilioAccount,
} from '../../../test/providers/twilio.ts';
import type { Answer, ProviderServer } from '../../../test/providers/serve.ts';
import type { TwilioSettings } from './client.ts';
import { createTwilioCollector } from './index.ts';
import { messagesPage, usagePage } from './schema.ts';

const SPEC = 'twilio/twilio_api_v2010.trimmed.json';
const NUMBER = '+15551234567';
let database: TestDatabase;
let server: ProviderServer;
let account: FakeTwilioAccount;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query('TRUNCATE twilio_metrics, component_costs, fx_rates');
  account = {
    usage: [
      { category: 'totalprice', day: '2026-03-13', price: '0.0525', count: null },
      { category: 'totalprice', day: '2026-03-14', price: '1.3035', count: '' },
      { category: 'totalprice', day: '2026-03-15', price: '0.0075' },
      { category: 'sms', day: '2026-03-14', price: '0.80', count: '99' },
      { category: 'sms-outbound', day: '2026-03-14', price: '0.79', count: '80' },
      { category: 'mms-outbound', day: '2026-03-14', price: '0.10', count: '5' },
      { category: 'channels-whatsapp-outbound', day: '2026-03-13', price: '0.05', count: '7' },
    ],
    messages: [],
    pageSize: 1000,
    unknownCategories: [],
  };
  server = await serveTwilio(account);
  return () => server.close();
});

function collector(overrides: Partial<TwilioSettings> = {}) {
  return createTwilioCollector({
    TWILIO_ACCOUNT_SID: TWILIO_SID,
    TWILIO_AUTH_TOKEN: TWILIO_TOKEN,
    TWILIO_FROM_NUMBER: undefined,
    TWILIO_API_URL: server.url,
    ...overrides,
  });
}

function context(overrides: Parameters<typeof collectContext>[2] = {}): TestContext {
  return collectContext(database.pool, '2026-03-15T00:30:00Z', overrides);
}

async function run(
  overrides: Partial<TwilioSettings> = {},
): Promise<{ run: TestContext; rows: number; warnings: string[]; samples: unknown }> {
  const one = collector(overrides);
  const at = context();
  const { data, warnings } = await one.collect(at);
  const { rows } = await one.store(database.pool, at.day, data);
  return { run: at, rows, warnings: warnings.map(({ code }) => code), samples: one.samples(data, at.day) };
}

async function metrics(): Promise<unknown[]> {
  const { rows } = await database.pool
    .query(`SELECT recorded_at::text AS day, messages::int, messages_by_channel AS channels, messages_from_number::int AS sent,
    trim_scale(cost_usd)::text AS usd, trim_scale(cost_native)::text AS native, cost_currency AS currency, provisional FROM twilio_metrics ORDER BY 1`);
  return rows;
}

describe('usage by day', () => {
  it('is the total price alone, with the messages of the three outbound channels', async () => {
    const { warnings, samples } = await run();
    expect(warnings).toEqual([]);
    expect(await metrics()).toEqual([
      {
        day: '2026-03-13',
        messages: 7,
        channels: { sms: 0, mms: 0, whatsapp: 7 },
        sent: null,
        usd: '0.0525',
        native: '0.0525',
        currency: 'USD',
        provisional: false,
      },
      {
        day: '2026-03-14',
        messages: 85,
        channels: { sms: 80, mms: 5, whatsapp: 0 },
        sent: null,
        usd: '1.3035',
        native: '1.3035',
        currency: 'USD',
        provisional: false,
      },
      {
        day: '2026-03-15',
        messages: 0,
        channels: { sms: 0, mms: 0, whatsapp: 0 },
        sent: null,
        usd: '0.0075',
        native: '0.0075',
        currency: 'USD',
        provisional: true,
      },
    ]);
    const { rows } = await database.pool.query(
      'SELECT day::text, component, source, trim_scale(amount_usd)::text AS usd FROM component_costs ORDER BY day',
    );
    expect(rows).toEqual(
      ['0.0525', '1.3035', '0.0075'].map((usd, index) => ({
        day: `2026-03-${13 + index}`,
        component: 'all',
        source: 'api_usage',
        usd,
      })),
    );
    expect(samples).toEqual(
      [
        ['sms', 80],
        ['mms', 5],
        ['whatsapp', 0],
      ].map(([channel, value]) => ({ name: 'messages_day', labels: { provider: 'twilio', channel }, value })),
    );
    expect(server.requests[0]?.query).toMatchObject({
      Category: 'totalprice',
      StartDate: '2026-03-12',
      EndDate: '2026-03-15',
      IncludeSubaccounts: 'true',
      PageSize: '1000',
    });
  });

  it('row 25: a restated day is changed in place, and a replay writes nothing', async () => {
    await run();
    expect((await run()).rows).toBe(0);
    account.usage[1] = { category: 'totalprice', day: '2026-03-14', price: '-0.25' };
    await run();
    expect((await metrics())[1]).toMatchObject({ usd: '-0.25', messages: 85 });
  });

  it('a day that Twilio has not reported is unknown, not free', async () => {
    account.usage = account.usage.filter(({ day }) => day === '2026-03-13');
    expect(await run()).toMatchObject({ warnings: ['day_not_ready'], samples: [] });
    expect(await metrics()).toHaveLength(1);
    account.usage = [];
    await database.pool.query('TRUNCATE twilio_metrics, component_costs');
    await run();
    expect(await metrics()).toEqual([]);
  });

  it('row 29: another currency is kept as it is, and converted only by a stored rate', async () => {
    account.usage = [
      { category: 'totalprice', day: '2026-03-13', price: '100', unit: 'jpy' },
      { category: 'totalprice', day: '2026-03-14', price: '10.00', unit: 'jpy' },
    ];
    await database.pool.query("INSERT INTO fx_rates (currency, day, usd_rate) VALUES ('JPY', '2026-03-14', 0.0065)");
    expect((await run()).warnings).toEqual(['unconverted_currency']);
    expect(await metrics()).toMatchObject([
      { usd: null, native: '100', currency: 'JPY' },
      { usd: '0.065', native: '10', currency: 'JPY' },
    ]);
    const { rows } = await database.pool.query(
      'SELECT trim_scale(amount_usd)::text AS usd, trim_scale(amount_native)::text AS native, currency, trim_scale(fx_rate)::text AS rate FROM component_costs ORDER BY day',
    );
    expect(rows).toEqual([
      { usd: null, native: '100', currency: 'JPY', rate: null },
      { usd: '0.065', native: '10', currency: 'JPY', rate: '0.0065' },
    ]);
  });

  it('a channel that this account does not know is a warning, and the sum unknown', async () => {
    account.unknownCategories = ['channels-whatsapp-outbound'];
    const { warnings } = await run();
    expect(warnings).toEqual(['part_unavailable']);
    expect((await metrics())[1]).toMatchObject({ messages: null, channels: { sms: 80, mms: 5 }, usd: '1.3035' });
  });
});

describe('messages from one number', () => {
  it('row 10: are counted by day over all pages, and their text is nowhere', async () => {
    account.messages = [
      ...Array.from({ length: 2500 }, () => ({ from: NUMBER, sent: '2026-03-14T11:00:00Z' })),
      { from: NUMBER, sent: '2026-03-13T23:59:59Z' },
      { from: NUMBER, sent: null },
      { from: '+15550000000', sent: '2026-03-14T11:00:00Z' },
    ];
    const { run: at } = await run({ TWILIO_FROM_NUMBER: NUMBER });
    expect(await metrics()).toMatchObject([{ sent: 1 }, { sent: 2500 }, { sent: 0 }]);
    expect(
      at.logged() + JSON.stringify((await database.pool.query('SELECT * FROM twilio_metrics')).rows),
    ).not.toContain(MESSAGE_BODY);
  });

  it('that cannot be read are a warning', async () => {
    server.faultAlways(/Messages/, { status: 403, json: { code: 20003, message: 'Permission denied' } });
    expect((await run({ TWILIO_FROM_NUMBER: NUMBER })).warnings).toEqual(['missing_permission']);
    expect((await metrics())[1]).toMatchObject({ sent: null, usd: '1.3035' });
  });
});

describe('what the settings alone can tell', () => {
  it.each<[Partial<TwilioSettings>, object]>([
    [
      { TWILIO_ACCOUNT_SID: undefined, TWILIO_AUTH_TOKEN: undefined },
      {
        reason: 'not_configured',
        message: expect.stringContaining('TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not set'),
      },
    ],
    [
      { TWILIO_AUTH_TOKEN: undefined },
      { reason: 'not_configured', message: expect.stringMatching(/^TWILIO_AUTH_TOKEN is not set/) },
    ],
    [
      { TWILIO_ACCOUNT_SID: undefined },
      { reason: 'not_configured', message: expect.stringMatching(/^TWILIO_ACCOUNT_SID is not set/) },
    ],
    [{ TWILIO_ACCOUNT_SID: 'ACxxxxx' }, { outcome: 'skipped', reason: 'placeholder_key' }],
    [{ TWILIO_AUTH_TOKEN: 'xxxxx' }, { outcome: 'skipped', reason: 'placeholder_key' }],
    [{ TWILIO_ACCOUNT_SID: 'AC123' }, { outcome: 'failed', kind: 'auth', reason: 'malformed_key' }],
    [
      { TWILIO_ACCOUNT_SID: 'SK0123456789abcdef0123456789abcdef' },
      { reason: 'malformed_key', message: expect.stringContaining('API key') },
    ],
    [{ TWILIO_AUTH_TOKEN: 'two\nlines' }, { outcome: 'failed', kind: 'auth', reason: 'malformed_key' }],
    [{}, { outcome: 'ready' }],
  ])('%j', (overrides, expected) => {
    expect(collector(overrides).configured()).toMatchObject(expected);
  });
});

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
    await expect(collector().collect(context({ longestRetryAfterMs: 900 }))).rejects.toMatchObject({
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

  const record = (fields: object): Answer => ({
    json: {
      usage_records: [
        {
          category: 'totalprice',
          start_date: '2026-03-14',
          end_date: '2026-03-14',
          price: '1',
          price_unit: 'usd',
          ...fields,
        },
      ],
      next_page_uri: null,
    },
  });
  it.each<[string, Answer]>([
    ['a web page', { text: '<html>' }],
    ['nothing', { text: '' }],
    ['truncated', { text: '{"usage_records": [' }],
    ['null', { json: null }],
    ['no records', { json: { page: 0 } }],
    ['records: null', { json: { usage_records: null } }],
    ['a number for a price', record({ price: 1.5 })],
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

describe('doctor', () => {
  it('says what the credentials may read', async () => {
    account.unknownCategories = ['mms-outbound'];
    const findings = await collector({ TWILIO_FROM_NUMBER: NUMBER }).diagnose(context());
    expect(findings.map(({ ok }) => ok)).toEqual([true, true, 'warning', true, true]);
    expect(findings[0]?.message).toContain('subaccounts included');
  });

  it('stops at refused credentials, and never asks with missing ones', async () => {
    expect(await collector({ TWILIO_AUTH_TOKEN: 'f'.repeat(32) }).diagnose(context())).toMatchObject([
      { ok: false, remedy: expect.stringContaining('auth token') },
    ]);
    const asked = server.requests.length;
    expect(await collector({ TWILIO_AUTH_TOKEN: undefined }).diagnose(context())).toMatchObject([{ ok: false }]);
    expect(server.requests.length).toBe(asked);
  });
});

describe.skipIf(!specExists(SPEC))('the contract', () => {
  it('allows every request that is sent', async () => {
    account.pageSize = 2;
    account.messages = Array.from({ length: 5 }, () => ({ from: NUMBER, sent: '2026-03-14T11:00:00Z' }));
    await run({ TWILIO_FROM_NUMBER: NUMBER });
    const spec = loadSpec(SPEC);
    expect(server.requests.length).toBeGreaterThan(6);
    expect(server.requests.flatMap((request) => violations(spec, request))).toEqual([]);
  });

  it.each([
    ['/2010-04-01/Accounts/{AccountSid}/Usage/Records/Daily.json', usagePage],
    ['/2010-04-01/Accounts/{AccountSid}/Messages.json', messagesPage],
  ] as const)('parses every example answer of %s', (path, shape) => {
    const answers = examples(loadSpec(SPEC), path);
    expect(answers.length).toBeGreaterThan(1);
    for (const answer of answers) expect(shape.safeParse(answer).error).toBeUndefined();
    expect(
      JSON.stringify(
        answers.map((answer) => shape.parse(answer)),
        (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
      ),
    ).not.toContain('look mom');
  });
});

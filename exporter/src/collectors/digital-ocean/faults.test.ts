import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { collectContext } from '../../../test/collect-context.ts';
import { DO_TOKEN, serveDigitalOcean, type FakeAccount } from '../../../test/providers/digital-ocean.ts';
import type { Answer, ProviderServer } from '../../../test/providers/serve.ts';
import type { DigitalOceanSettings } from './client.ts';
import { createDigitalOceanCollector } from './index.ts';

let database: TestDatabase;
let server: ProviderServer;
let account: FakeAccount;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  account = {
    points: [{ day: '2026-03-14', amount: '2.00' }],
    balance: { usage: '31.50', at: '2026-03-15T00:20:00Z' },
    invoices: [],
    preview: [],
    apps: 3,
    databases: 2,
    registries: [],
    pageSize: 200,
  };
  server = await serveDigitalOcean(account);
  return () => server.close();
});

function collector(overrides: Partial<DigitalOceanSettings> = {}) {
  return createDigitalOceanCollector({
    DO_API_TOKEN: DO_TOKEN,
    DO_ACCOUNT_URN: undefined,
    DO_REGISTRY_GC_CHECK: false,
    DO_API_URL: server.url,
    ...overrides,
  });
}

function context(overrides: Parameters<typeof collectContext>[2] = {}) {
  return collectContext(database.pool, '2026-03-15T00:30:00Z', overrides);
}

describe('what the settings alone can tell', () => {
  it.each([
    [undefined, { outcome: 'skipped', reason: 'not_configured', message: expect.stringContaining('DO_API_TOKEN') }],
    ['dop_v1_xxxxx', { outcome: 'skipped', reason: 'placeholder_key' }],
    ['dop_v1_0123 4567', { outcome: 'failed', kind: 'auth', reason: 'malformed_key' }],
    ['dop_v1_0123\n4567', { outcome: 'failed', kind: 'auth', reason: 'malformed_key' }],
    [DO_TOKEN, { outcome: 'ready' }],
  ])('a token %j', (token, expected) => {
    expect(collector({ DO_API_TOKEN: token }).configured()).toMatchObject(expected);
  });
});

describe('transient faults of the provider', () => {
  it('row 1: 429 with Retry-After is waited for, and every attempt is counted', async () => {
    server.fault(/insights/, { status: 429, headers: { 'retry-after': '1' }, json: { message: 'slow down' } });
    const run = context();
    const { data } = await collector().collect(run);
    expect(data.costs).toHaveLength(3);
    expect(run.codes.filter((code) => code === '429')).toHaveLength(1);
    expect(server.requests.length).toBe(run.codes.length);
  });

  it.each<[string, Answer]>([
    ['for ever', { status: 429, json: {} }],
    ['with Retry-After 3600', { status: 429, headers: { 'retry-after': '3600' }, json: {} }],
  ])('row 2: 429 %s fails as rate_limited', async (_name, answer) => {
    server.faultAlways(/insights|balance/, answer);
    await expect(collector().collect(context())).rejects.toMatchObject({ kind: 'rate_limited', retryable: true });
  });

  it.each([500, 502, 503])('row 3: %d, then fine', async (status) => {
    server.fault(/insights/, { status, text: '<h1>sorry</h1>' }, { fault: 'reset' });
    const run = context();
    await collector().collect(run);
    expect(run.codes).toEqual(expect.arrayContaining([String(status), 'error']));
  });

  it('row 4: a revoked token is not tried twice, wherever it is refused first', async () => {
    const run = context();
    await expect(collector({ DO_API_TOKEN: 'dop_v1_revoked' }).collect(run)).rejects.toMatchObject({
      kind: 'auth',
      reason: 'invalid_key',
      retryable: false,
    });
    expect(run.codes).toEqual(['401']);
  });

  it.each<[string, Answer]>([
    ['5: never answers', { fault: 'hang' }],
    ['6: drips', { fault: 'drip' }],
  ])('row %s: a time-out, and no request is left open', async (_name, answer) => {
    server.faultAlways(/insights|balance/, answer);
    await expect(collector().collect(context({ requestTimeoutMs: 100 }))).rejects.toMatchObject({ kind: 'timeout' });
    await expect.poll(() => server.pending()).toBe(0);
  });

  it('row 5: the budget of the collector ends the run at once', async () => {
    server.faultAlways(/balance/, { fault: 'hang' });
    const budget = new AbortController();
    const ended = expect(collector().collect(context({ signal: budget.signal }))).rejects.toMatchObject({
      kind: 'timeout',
    });
    const asked = () => server.requests.filter(({ path }) => path.includes('balance')).length;
    await expect.poll(asked, { timeout: 10_000 }).toBe(1);
    budget.abort(new DOMException('the budget is used up', 'TimeoutError'));
    await ended;
    expect(asked()).toBe(1);
  });

  it('row 6: a body without end', async () => {
    server.faultAlways(/insights|balance/, { fault: 'huge' });
    await expect(collector().collect(context())).rejects.toMatchObject({ kind: 'bad_payload' });
  });
});

describe('answers that cannot be trusted', () => {
  const insights = (point: object): Answer => ({
    json: {
      data_points: [{ start_date: '2026-03-14', total_amount: '1.00', ...point }],
      total_items: 1,
      total_pages: 1,
      current_page: 1,
    },
  });

  it.each<[string, Answer]>([
    ['a web page', { text: '<html>Maintenance</html>' }],
    ['an empty body', { text: '' }],
    ['truncated JSON', { text: '{"data_points": [{"start' }],
    ['null', { json: null }],
    ['data_points: null', { json: { data_points: null, total_items: 0, total_pages: 1, current_page: 1 } }],
    ['no data_points', { json: { total_items: 0, total_pages: 1, current_page: 1 } }],
    ['a list for an amount', insights({ total_amount: [12.45] })],
    ['NaN', insights({ total_amount: 'NaN' })],
    ['1e30', insights({ total_amount: '1e30' })],
    ['a number too large', insights({ total_amount: '9'.repeat(40) })],
    ['a day that does not exist', insights({ start_date: '2026-02-30' })],
    ['a day outside the question', insights({ start_date: '2025-03-14' })],
  ])('rows 7 and 8: of %s nothing counts; the balance is the cost', async (_name, answer) => {
    server.faultAlways(/insights/, answer);
    const { data, warnings, unanswered } = await collector().collect(context({ back: 20 }));
    expect(warnings.map(({ code }) => code)).toEqual(['insights_unavailable']);
    expect(data.costs).toEqual(
      Array.from({ length: 14 }, (_, index) => ({
        day: `2026-03-${String(index + 1).padStart(2, '0')}`,
        total: 2_250_000n,
      })),
    );
    // Days before the month, and today, stay gaps.
    expect(unanswered).toEqual([
      '2026-02-23',
      '2026-02-24',
      '2026-02-25',
      '2026-02-26',
      '2026-02-27',
      '2026-02-28',
      '2026-03-15',
    ]);
  });

  it.each<[string, RegExp, Answer]>([
    [
      'a balance below zero',
      /balance/,
      { json: { month_to_date_usage: -11.21, generated_at: '2026-03-15T00:20:00Z' } },
    ],
    ['a balance without its time', /balance/, { json: { month_to_date_usage: '11.21' } }],
  ])('row 8 where it is the cost: %s', async (_name, path, answer) => {
    account.forbidden = /insights/;
    server.faultAlways(path, answer);
    await expect(collector().collect(context())).rejects.toMatchObject({ kind: 'bad_payload' });
  });

  it('a count that cannot be trusted is a warning, and unknown', async () => {
    server.faultAlways(/apps/, { json: { meta: { total: 4 } } });
    server.faultAlways(/databases/, { json: { databases: null } });
    const { data, warnings } = await collector().collect(context());
    expect(data.resources).toMatchObject({ apps: null, databases: null });
    expect(warnings.map(({ code }) => code)).toEqual(['part_unavailable', 'part_unavailable']);
  });

  it('row 9: an unknown field is tolerated', async () => {
    server.fault(/insights/, insights({ carbon: { grams: 3 }, sku: null }));
    const { data } = await collector().collect(context());
    expect(data.costs).toContainEqual({
      day: '2026-03-14',
      parts: { app_platform: 0n, databases: 0n, registry: 0n, spaces: 0n, other: 1_000_000n },
    });
  });

  it('row 10: links that go in circles, and a page that fails, give no partial list', async () => {
    account.pageSize = 1;
    const circle = {
      json: {
        invoices: [],
        links: { pages: { next: 'https://api.digitalocean.com/v2/customers/my/invoices?page=1' } },
        meta: { total: 9 },
      },
    };
    server.faultAlways(/invoices$/, circle);
    const { data, warnings } = await collector().collect(context());
    expect(data.invoices).toEqual([]);
    expect(warnings).toMatchObject([{ code: 'part_unavailable', message: expect.stringContaining('circle') }]);
  });

  it('a page of apps that fails leaves the count unknown', async () => {
    account.pageSize = 1;
    server.fault(
      /apps/,
      { json: { apps: [{ id: '1' }], links: { pages: { next: 'https://evil.example/v2/apps?page=2' } } } },
      { status: 418, json: {} },
    );
    const { data } = await collector().collect(context());
    expect(data.resources.apps).toBeNull();
  });

  it('row 33: the token is in no error, even when the provider echoes it', async () => {
    server.faultAlways(/insights/, { status: 400, json: { message: `bad token ${DO_TOKEN}` } });
    const run = context();
    expect(JSON.stringify((await collector().collect(run)).warnings)).not.toContain(DO_TOKEN);
    server.faultAlways(/balance/, { status: 400, json: { message: `bad token ${DO_TOKEN}` } });
    await expect(collector().collect(run)).rejects.not.toThrow(DO_TOKEN);
    expect(run.logged()).not.toContain(DO_TOKEN);
  });

  it('a redirect is not followed: it would carry the token away', async () => {
    server.faultAlways(/insights|balance/, { status: 302, headers: { location: `${server.url}/elsewhere` }, text: '' });
    await expect(collector().collect(context())).rejects.toThrow();
    expect(server.requests.filter(({ path }) => path === '/elsewhere')).toEqual([]);
  });
});

describe('doctor', () => {
  it('says scope by scope what the token may read', async () => {
    account.forbidden = /databases|\/v2\/account$/;
    const findings = await collector().diagnose(context());
    expect(findings.map(({ check, ok }) => [check, ok])).toEqual([
      ['read balance', true],
      ['find account', 'warning'],
      ['read invoices', true],
      ['read apps', true],
      ['read databases', 'warning'],
      ['read registries', true],
    ]);
    expect(findings.find(({ check }) => check === 'read databases')?.remedy).toContain('database:read');
  });

  it('stops at a refused token, and never asks with a missing one', async () => {
    expect(await collector({ DO_API_TOKEN: 'dop_v1_revoked' }).diagnose(context())).toMatchObject([
      { ok: false, remedy: expect.stringContaining('revoked') },
    ]);
    const asked = server.requests.length;
    expect(await collector({ DO_API_TOKEN: undefined }).diagnose(context())).toMatchObject([
      { check: 'DO_API_TOKEN', ok: false },
    ]);
    expect(server.requests.length).toBe(asked);
  });
});

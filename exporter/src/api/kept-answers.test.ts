import type { Pool } from 'pg';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type TestApi } from '../../test/api-server.ts';
import { costsOf, ENTRY, HISTORY, post } from '../../test/billing.ts';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { fakeCollectors } from '../../test/fake-collector.ts';
import { seedFigures, seedSync } from '../../test/seed-figures.ts';
import { BILLING_PATHS } from '../contract/billing.ts';
import { API_BASE } from '../contract/datasets.ts';
import { fillDemo } from '../demo/index.ts';
import { bumpDataVersion, readDataVersion } from '../database/data-version.ts';
import { writeFixedCosts } from '../ledger/fixed-costs.ts';
import { replaceLedger } from '../ledger/replace-rows.ts';
import { createPool, keepsSessions, withTransaction } from '../database/pool.ts';
import { createReader, type Reader } from '../database/reader.ts';

const TODAY = '2026-03-15';
const METRICS = `${API_BASE}/metrics`;
const COSTS = `${METRICS}/infrastructure-costs?from=2026-03-01&to=2026-04-01`;

/** One that goes by the data version alone: it is not told of what was written past it. */
interface Exporter extends TestApi {
  /** Answers that were made from the database, not from memory. */
  made(): number;
}

let database: TestDatabase;
const open: { close(): Promise<void> }[] = [];

function versionOnly(pool: Pool): { reader: Reader; made: () => number } {
  const real = createReader(() => pool, keepsSessions);
  let made = 0;
  return {
    made: () => made,
    reader: {
      version: async () => ({ ...(await real.version()), stamp: '' }),
      snapshot: (action) => {
        made += 1;
        return real.snapshot((snapshot) => action({ ...snapshot, stamp: '' }));
      },
    },
  };
}

let cost = '2.00';
const refuse = async (): Promise<never> => {
  throw new Error('planted');
};
/** DigitalOcean costs what `cost` says; Twilio fails while `broken`. */
let broken = false;
const collectors = () =>
  fakeCollectors({
    digital_ocean: {
      store: async (tx) => ({
        rows: await replaceLedger(
          tx,
          'digital_ocean',
          'api_usage',
          ['2026-03-14'],
          [{ day: '2026-03-14', component: 'databases', amountUsd: cost }],
        ),
      }),
    },
    twilio: {
      collect: async ({ days, today }) => (broken ? refuse() : { data: { days, today, cost: '1.00' }, warnings: [] }),
    },
  });

async function exporter(env: Record<string, string> = {}): Promise<Exporter> {
  const pool = createPool(database.url, { max: 4 });
  const { reader, made } = versionOnly(pool);
  const api = await startApi(database.url, { collectors: collectors(), env, deps: { reader } });
  const whole = {
    ...api,
    made,
    close: async () => {
      await api.close();
      await pool.end();
    },
  };
  open.push(whole);
  return whole;
}

const versionOf = async (): Promise<string | null> => (await readDataVersion(database.pool)).version;
const textOf = async (api: TestApi, path: string): Promise<string> => {
  const answer = await api.get(path);
  expect(answer.status, answer.text).toBe(200);
  return answer.text;
};
const first = z.object({ data: z.tuple([z.object({ id: z.string() })], z.unknown()) });

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

describe('after every kind of write', () => {
  let here: Exporter;
  let there: Exporter;
  beforeAll(async () => {
    database = await createTestDatabase();
    await seedFigures(database.pool);
    await seedSync(database.pool, '2026-03-14', '2026-03-15T00:31:00Z');
    await bumpDataVersion(database.pool);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    [here, there] = await Promise.all([exporter(), exporter()]);
  });

  const put = (path: string, body: object) => here.send('PUT', API_BASE + path, { body: JSON.stringify(body) });
  const lastEntry = async (): Promise<string> => first.parse((await here.get(HISTORY, 'admin')).json).data[0].id;
  const sync = async (by: Exporter = here): Promise<number> =>
    (await post(by, `${METRICS}/sync-all`, { force: true }, 'sync')).status;

  it.each<{ kind: string; paths: string[]; write: () => Promise<unknown>; status?: number }>([
    {
      kind: 'a synchronisation',
      paths: [COSTS, `${METRICS}/summary`, `${METRICS}/revenue-vs-costs`, `${METRICS}/forecast`],
      status: 200,
      write: () => {
        cost = '3.50';
        return sync();
      },
    },
    {
      kind: 'one that failed in part',
      paths: [`${METRICS}/summary`],
      status: 207,
      write: async () => {
        broken = true;
        return sync(await exporter({ NOW: '2026-03-15T13:00:00Z' }));
      },
    },
    {
      kind: 'an invoice',
      paths: [COSTS, `${METRICS}/summary`, `${METRICS}/cost-sources`, `${METRICS}/reconciliation`],
      status: 201,
      write: async () => (await post(here, ENTRY, { billingDate: '2026-03-01', weaviateUsd: '62.00' })).status,
    },
    {
      kind: 'a correction',
      paths: [COSTS, `${METRICS}/summary`],
      status: 201,
      write: async () =>
        (await post(here, `${HISTORY}/${await lastEntry()}/correction`, { amount: '93.00', notes: 'typed wrongly' }))
          .status,
    },
    {
      kind: 'a void',
      paths: [COSTS, `${METRICS}/summary-trend`],
      status: 201,
      write: async () => (await post(here, `${HISTORY}/${await lastEntry()}/void`, { reason: 'not ours' })).status,
    },
    {
      kind: 'an import',
      paths: [COSTS],
      status: 201,
      write: async () => {
        const preview = await here.send('POST', API_BASE + BILLING_PATHS.import, {
          headers: { 'content-type': 'text/csv' },
          body: 'provider;invoice_number;period_start;period_end;amount;currency\r\nhetzner;R-1;2026-03-01;2026-04-01;62,00;USD\r\n',
        });
        const { statements } = z.object({ statements: z.array(z.unknown()) }).parse(preview.json);
        return (await post(here, API_BASE + BILLING_PATHS.importConfirm, { statements })).status;
      },
    },
    {
      kind: 'a budget',
      paths: [`${METRICS}/forecast`],
      status: 200,
      write: async () => (await put('/admin/budgets', { provider: 'all', monthUsd: '500.00' })).status,
    },
    {
      kind: 'a price and re-pricing',
      paths: [`${METRICS}/token-ratios`, `${METRICS}/metrics-monthly-summary`],
      status: 200,
      write: async () => {
        await post(here, `${API_BASE}/admin/llm-prices`, {
          provider: 'homegrown',
          model: 'mystery',
          validFrom: '2026-03-01',
          inputUsdPerMillion: '200',
          outputUsdPerMillion: '1000',
        });
        return (
          await post(here, `${API_BASE}/admin/llm-prices/reprice`, {
            from: '2026-03-01',
            to: '2026-04-01',
            apply: true,
          })
        ).status;
      },
    },
    // It converts what is entered later; what is stored keeps its rate.
    {
      kind: 'an exchange rate',
      paths: [],
      status: 200,
      write: async () => (await put('/admin/fx-rates', { currency: 'EUR', day: '2026-03-01', usdRate: '1.10' })).status,
    },
    {
      kind: 'a link of a user to a customer',
      paths: [`${METRICS}/margin-by-customer`, `${API_BASE}/admin/customer-users/unlinked`],
      status: 200,
      write: async () => (await put('/admin/customer-users', { userId: 'carl-987654321', customer: 'cus_b' })).status,
    },
    {
      kind: 'a fixed cost',
      paths: [COSTS],
      write: async () => {
        await withTransaction(createdPool(), (tx) =>
          writeFixedCosts(tx, { WEAVIATE_MONTHLY_COST_USD: '310.00' }, TODAY),
        );
      },
    },
  ])('$kind changes what both exporters answer at once', async ({ paths, write, status }) => {
    const before = new Map<string, string>();
    for (const path of paths) {
      before.set(path, await textOf(there, path));
      const made = [here, there].map((one) => one.made());
      await textOf(here, path);
      expect(await textOf(there, path)).toBe(before.get(path));
      expect(there.made(), 'the second time from memory').toBe(made[1]);
    }
    const version = await versionOf();
    expect(await write()).toBe(status);
    expect(await versionOf()).not.toBe(version);
    for (const path of paths) {
      const after = await textOf(there, path);
      expect(after).not.toBe(before.get(path));
      expect(await textOf(here, path)).toBe(after);
      // Made anew without memory, it is the same.
      await bumpDataVersion(database.pool);
      expect(await textOf(there, path)).toBe(after);
    }
  });

  it('an answer that begins right after an entry has it, however many are asked for meanwhile', async () => {
    for (let entry = 1; entry <= 10; entry += 1) {
      const crowd = Array.from({ length: 5 }, () => textOf(there, COSTS));
      const stored = await post(here, ENTRY, {
        provider: `vendor-${entry}`,
        periodStart: '2026-03-01',
        periodEnd: '2026-03-02',
        amount: '1.00',
      });
      expect(stored.status, stored.text).toBe(201);
      const [day] = await costsOf(there, '2026-03-01', '2026-03-02');
      const [known] = await costsOf(there, '2026-03-01', '2026-04-01');
      expect(known?.['otherUsd']).toBe(day?.['otherUsd']);
      expect(known?.['sources']).toHaveProperty(`vendor-${entry}`);
      await Promise.all(crowd);
    }
  });

  it('reading, a preview and a refused entry change nothing', async () => {
    const version = await versionOf();
    await textOf(here, COSTS);
    expect(
      (
        await post(here, API_BASE + BILLING_PATHS.preview, {
          provider: 'acme-2',
          periodStart: '2026-03-01',
          periodEnd: '2026-04-01',
          amount: '31.00',
        })
      ).status,
    ).toBe(200);
    expect(
      (
        await post(here, ENTRY, {
          provider: 'vendor-1',
          periodStart: '2026-03-01',
          periodEnd: '2026-03-02',
          amount: '1.00',
        })
      ).status,
    ).toBe(409);
    expect(await versionOf()).toBe(version);
  });

  it('what is written by hand, past the version, is found by the stamp of the server', async () => {
    const api = await startApi(database.url, { collectors: collectors() });
    open.push(api);
    const before = await textOf(api, COSTS);
    const kept = await textOf(here, COSTS);
    await database.pool.query(
      "UPDATE component_costs SET amount_usd = amount_usd + 1 WHERE provider = 'acme' AND day = '2026-03-02'",
    );
    expect(await textOf(api, COSTS)).not.toBe(before);
    // Who goes by the version alone shows it with the next one.
    expect(await textOf(here, COSTS)).toBe(kept);
    await bumpDataVersion(database.pool);
    expect(await textOf(here, COSTS)).toBe(await textOf(api, COSTS));
  });
});

describe('a kept answer', () => {
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  it('of an empty database gives way to the demonstration', async () => {
    const [api, path] = [await exporter(), `${METRICS}/summary`];
    const empty = await textOf(api, path);
    expect(await textOf(api, path)).toBe(empty);
    expect(
      await fillDemo(createdPool(), { now: async () => new Date('2026-03-15T12:00:00Z') }, pino({ level: 'silent' })),
    ).toBe('filled');
    expect(await textOf(api, path)).not.toBe(empty);
  });

  it('holds until midnight, and until a source counts as stale', async () => {
    await seedFigures(database.pool);
    await seedSync(database.pool, '2026-03-14', '2026-03-14T06:00:00Z');
    let now = new Date('2026-03-15T17:59:59Z');
    const pool = createPool(database.url, { max: 2 });
    const { reader, made } = versionOnly(pool);
    const at = (one: { readonly version: string | null; readonly stamp: string }) => ({ ...one, now });
    const api = await startApi(database.url, {
      collectors: collectors(),
      deps: {
        clock: { now: async () => now, fixed: undefined },
        reader: {
          version: async () => at(await reader.version()),
          snapshot: (action) => reader.snapshot((snapshot) => action({ ...snapshot, now })),
        },
      },
    });
    open.push(api, { close: () => pool.end() });
    const stale = async (): Promise<boolean> => (await textOf(api, `${METRICS}/summary`)).includes('stale_collector');
    expect([await stale(), await stale(), made()]).toEqual([false, false, 1]);
    now = new Date('2026-03-15T18:00:00.001Z');
    expect([await stale(), await stale(), made()]).toEqual([true, true, 2]);
    const days = async (): Promise<string> => textOf(api, `${METRICS}/infrastructure-costs`);
    expect(await days()).toContain('"day":"2026-03-15"');
    now = new Date('2026-03-16T00:00:00Z');
    expect(await days()).toContain('"day":"2026-03-16"');
  });

  it('is one for every order of the parameters, and one for each role', async () => {
    const api = await exporter();
    await textOf(api, `${METRICS}/summary?from=2026-01-01&to=2026-03-01`);
    await textOf(api, `${METRICS}/summary?to=2026-03-01&from=2026-01-01`);
    expect(api.made()).toBe(1);
    await api.get(`${METRICS}/summary?from=2026-01-01&to=2026-03-01`, 'admin');
    expect(api.made()).toBe(2);
  });

  it('is made once for many who ask at the same time; refusals are not kept', async () => {
    await seedFigures(database.pool);
    const api = await exporter();
    const answers = await Promise.all(Array.from({ length: 20 }, () => textOf(api, COSTS)));
    expect(new Set(answers).size).toBe(1);
    expect(api.made()).toBe(1);
    for (let time = 0; time < 2; time += 1)
      expect((await api.get(`${METRICS}/summary?from=2026-04-01`)).status).toBe(400);
    expect(api.made()).toBe(3);
  });

  it('comes compressed or plain with one ETag, and a 304 without a body', async () => {
    await seedFigures(database.pool);
    const api = await exporter();
    const ask = (headers: Record<string, string>) => api.send('GET', COSTS, { role: 'viewer', headers });
    const [zipped, plain] = [await ask({ 'accept-encoding': 'gzip' }), await ask({ 'accept-encoding': 'identity' })];
    expect([zipped.headers.get('content-encoding'), plain.headers.get('content-encoding')]).toEqual(['gzip', null]);
    expect(Number(zipped.headers.get('content-length'))).toBeLessThan(Number(plain.headers.get('content-length')));
    expect(zipped.text).toBe(plain.text);
    const etag = zipped.headers.get('etag') ?? '';
    expect(plain.headers.get('etag')).toBe(etag);
    expect(zipped.headers.get('vary')).toBe('Authorization, Accept-Encoding');
    for (const encoding of ['gzip', 'identity']) {
      const same = await ask({ 'accept-encoding': encoding, 'if-none-match': etag });
      expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', etag]);
    }
    expect(api.made()).toBe(1);
    // Something was stored, and nothing of it is in this answer.
    await bumpDataVersion(database.pool);
    expect((await ask({ 'if-none-match': etag })).status).toBe(304);
    const head = await api.send('HEAD', COSTS, { role: 'viewer' });
    expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', etag]);
  });

  it('never hides that the database is gone', async () => {
    const pool = createPool(database.url, { max: 2 });
    const api = await startApi(database.url, { deps: { reader: createReader(() => pool, keepsSessions) } });
    open.push(api);
    expect((await api.get(COSTS)).status).toBe(200);
    await pool.end();
    expect((await api.get(COSTS)).status).toBe(503);
  });

  it('a name that could not be looked up is asked for again', async () => {
    await seedFigures(database.pool);
    const pool = createPool(database.url, { max: 2 });
    const { reader, made } = versionOnly(pool);
    let known = new Map<string, string>();
    const api = await startApi(database.url, {
      deps: { reader, emails: { emailsOf: async () => known, pending: () => known.size === 0 } },
    });
    open.push(api, { close: () => pool.end() });
    const path = `${METRICS}/cost-by-user`;
    expect(await textOf(api, path)).toContain('user-user-ann');
    known = new Map([['user-anna-1234', 'anna@example.com']]);
    expect(await textOf(api, path)).toContain('anna@example.com');
    expect(await textOf(api, path)).toContain('anna@example.com');
    expect(made()).toBe(2);
  });
});

/** A pool as the exporter makes it; ended with the test. */
function createdPool(): Pool {
  const pool = createPool(database.url, { max: 2 });
  open.push({ close: () => pool.end() });
  return pool;
}

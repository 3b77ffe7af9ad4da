import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi } from '../../test/api-server.ts';
import { costsOf, ENTRY, HISTORY, post } from '../../test/billing.ts';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { fakeCollectors } from '../../test/fake-collector.ts';
import { seedFigures, seedSync } from '../../test/seed-figures.ts';
import { startVersionOnlyApi, textOf, type VersionOnlyApi } from '../../test/version-only-api.ts';
import { BILLING_PATHS } from '../contract/billing.ts';
import { API_BASE } from '../contract/datasets.ts';
import { bumpDataVersion, readDataVersion } from '../database/data-version.ts';
import { createPool, withTransaction } from '../database/pool.ts';
import { writeFixedCosts } from '../ledger/fixed-costs.ts';
import { replaceLedger } from '../ledger/replace-rows.ts';

const TODAY = '2026-03-15';
const METRICS = `${API_BASE}/metrics`;
const COSTS = `${METRICS}/infrastructure-costs?from=2026-03-01&to=2026-04-01`;

let database: TestDatabase;
const open: { close(): Promise<void> }[] = [];

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

async function exporter(env: Record<string, string> = {}): Promise<VersionOnlyApi> {
  const api = await startVersionOnlyApi(database.url, { collectors: collectors(), env });
  open.push(api);
  return api;
}

const versionOf = async (): Promise<string | null> => (await readDataVersion(database.pool)).version;
const first = z.object({ data: z.tuple([z.object({ id: z.string() })], z.unknown()) });

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

describe('cached responses after every kind of write', () => {
  let here: VersionOnlyApi;
  let there: VersionOnlyApi;
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
  const sync = async (by: VersionOnlyApi = here): Promise<number> =>
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
          body:
            'provider;invoice_number;period_start;period_end;amount;currency\r\n' +
            'hetzner;R-1;2026-03-01;2026-04-01;62,00;USD\r\n',
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
        await withTransaction(openPool(), (tx) => writeFixedCosts(tx, { WEAVIATE_MONTHLY_COST_USD: '310.00' }, TODAY));
      },
    },
  ])('$kind changes what both exporters answer at once', async ({ paths, write, status }) => {
    const before = new Map<string, string>();
    for (const path of paths) {
      before.set(path, await textOf(there, path));
      const reads = there.databaseReads();
      await textOf(here, path);
      expect(await textOf(there, path)).toBe(before.get(path));
      expect(there.databaseReads(), 'the second time from the cache').toBe(reads);
    }
    const version = await versionOf();
    expect(await write()).toBe(status);
    expect(await versionOf()).not.toBe(version);
    for (const path of paths) {
      const after = await textOf(there, path);
      expect(after).not.toBe(before.get(path));
      expect(await textOf(here, path)).toBe(after);
      // Read again from the database, it is the same.
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
    const cached = await textOf(here, COSTS);
    await database.pool.query(
      "UPDATE component_costs SET amount_usd = amount_usd + 1 WHERE provider = 'acme' AND day = '2026-03-02'",
    );
    expect(await textOf(api, COSTS)).not.toBe(before);
    // An exporter that relies on the version alone shows it with the next version.
    expect(await textOf(here, COSTS)).toBe(cached);
    await bumpDataVersion(database.pool);
    expect(await textOf(here, COSTS)).toBe(await textOf(api, COSTS));
  });
});

/** A pool like the exporter's; closed after the test. */
function openPool(): Pool {
  const pool = createPool(database.url, { max: 2 });
  open.push({ close: () => pool.end() });
  return pool;
}

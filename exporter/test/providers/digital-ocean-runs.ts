import { afterAll, beforeAll, beforeEach } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { collectContext, type TestContext } from '../collect-context.ts';
import { DO_TOKEN, serveDigitalOcean, type FakeAccount } from './digital-ocean.ts';
import type { ProviderServer } from './serve.ts';
import type { DigitalOceanSettings } from '../../src/collectors/digital-ocean/client.ts';
import { createDigitalOceanCollector } from '../../src/collectors/digital-ocean/index.ts';

export let database: TestDatabase;
export let server: ProviderServer;
export let account: FakeAccount;

/** Sets up a database for the file, and a server with a fresh account for each of its tests. */
export function useDigitalOcean(): void {
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.pool.query('TRUNCATE do_metrics, component_costs, do_invoice_months');
    account = anAccount();
    server = await serveDigitalOcean(account);
    return () => server.close();
  });
}

export function anAccount(): FakeAccount {
  return {
    points: [],
    balance: { usage: '31.50', at: '2026-03-15T00:20:00Z' },
    invoices: [],
    preview: [{ product: 'App Platform', group: 'web', description: 'apps-s-1vcpu-1gb', amount: '3.00' }],
    apps: 3,
    databases: 2,
    registries: [{ name: 'main', bytes: 5_000_000_000 }],
    pageSize: 200,
  };
}

export function settings(overrides: Partial<DigitalOceanSettings> = {}): DigitalOceanSettings {
  return {
    DO_API_TOKEN: DO_TOKEN,
    DO_ACCOUNT_URN: undefined,
    DO_REGISTRY_GC_CHECK: false,
    DO_API_URL: server.url,
    ...overrides,
  };
}

export async function run(
  now = '2026-03-15T00:30:00Z',
  overrides: Partial<DigitalOceanSettings> = {},
  back = 3,
): Promise<{ context: TestContext; rows: number; warnings: string[]; samples: unknown }> {
  const collector = createDigitalOceanCollector(settings(overrides));
  const context = collectContext(database.pool, now, { back });
  const { data, warnings } = await collector.collect(context);
  const { rows } = await collector.store(database.pool, context.day, data);
  return { context, rows, warnings: warnings.map(({ code }) => code), samples: collector.samples(data, context.day) };
}

export async function ledger(where = ''): Promise<string[]> {
  const { rows } = await database.pool.query<{ line: string }>(
    `SELECT concat_ws(' ', day, component, source, trim_scale(amount_usd)) AS line FROM component_costs ${where}
      ORDER BY day, source, component`,
  );
  return rows.map(({ line }) => line);
}

export async function metrics(day: string): Promise<Record<string, unknown>> {
  const { rows } = await database.pool.query<Record<string, unknown>>(
    `SELECT *, trim_scale(cost_usd)::text AS cost, trim_scale(month_to_date_usd)::text AS reading FROM do_metrics
      WHERE recorded_at = $1`,
    [day],
  );
  return rows[0] ?? {};
}

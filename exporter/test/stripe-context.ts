import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Warning } from '../src/collectors/contract.ts';
import { createStripeCollector, type StripeOptions } from '../src/collectors/stripe/index.ts';
import { collectContext } from './collect-context.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import type { ProviderServer } from './providers/serve.ts';
import { emptyAccount, serveStripe, type FakeStripeAccount } from './providers/stripe.ts';
import { stripeSettings } from './providers/stripe-settings.ts';
import { emptyStripeTables } from './providers/stripe-tables.ts';

/** What a test of the Stripe collector runs against. */
export interface StripeContext {
  /** One for the file; its Stripe tables are empty at the start of each test. */
  readonly database: TestDatabase;
  /** New for each test; what it holds when it is asked is what the server answers. */
  readonly account: FakeStripeAccount;
  readonly server: ProviderServer;
}

/** Registers the hooks of the file that calls it; `newAccount` makes the account of each test. */
export function stripeContext(newAccount: () => FakeStripeAccount = emptyAccount): StripeContext {
  let database: TestDatabase;
  let account: FakeStripeAccount;
  let server: ProviderServer;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await emptyStripeTables(database.pool);
    account = newAccount();
    server = await serveStripe(account);
    return () => server.close();
  });
  return {
    get database() {
      return database;
    },
    get account() {
      return account;
    },
    get server() {
      return server;
    },
  };
}

/** One run at `now`, stored; its changed rows, warnings and requests. */
export async function storedRun(
  { database, server }: StripeContext,
  now: string,
  options: StripeOptions = {},
): Promise<{ rows: number; warnings: readonly Warning[]; requests: number }> {
  const before = server.requests.length;
  const collector = createStripeCollector(stripeSettings({ STRIPE_API_URL: server.url }), options);
  const context = collectContext(database.pool, now);
  const { data, warnings } = await collector.collect(context);
  const { rows } = await collector.store(database.pool, context.day, data);
  return { rows: rows + context.rows(), warnings, requests: server.requests.length - before };
}

/** The sum of a column of `revenue_daily` over `[from, to)`, with two decimals. */
export async function revenueSum(
  { database }: StripeContext,
  column: string,
  from: string,
  to: string,
): Promise<string> {
  const result = await database.pool.query<{ sum: string }>(
    `SELECT coalesce(sum(${column}), 0)::text AS sum FROM revenue_daily WHERE day >= $1 AND day < $2`,
    [from, to],
  );
  return Number(result.rows[0]?.sum).toFixed(2);
}

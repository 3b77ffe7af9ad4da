import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { faults } from '../../../test/providers/loopback.ts';
import { testContext } from '../../../test/providers/context.ts';
import {
  ACCESS_TOKEN,
  SECRET_KEY,
  startFakeSupabase,
  userId,
  type FakeSupabase,
} from '../../../test/providers/supabase.ts';
import { addDays } from '../../money/days.ts';
import { createSupabaseCollector } from './index.ts';

let database: TestDatabase;
let server: FakeSupabase;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await startFakeSupabase({ plan: 'pro', buckets: {} });
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

/** A run at noon of `today`, when so many have signed in since the 1st. */
async function run(today: string, active: number): Promise<string[]> {
  server.state.users = Array.from({ length: active }, (_, index) => ({
    id: userId(index),
    last_sign_in_at: `${today.slice(0, 7)}-01T00:00:00Z`,
  }));
  const collector = createSupabaseCollector({
    SUPABASE_URL: server.url,
    SUPABASE_KEY: SECRET_KEY,
    SUPABASE_DB_URL: undefined,
    SUPABASE_ACCESS_TOKEN: ACCESS_TOKEN,
    SUPABASE_API_URL: server.url,
  });
  const day = addDays(today, -1);
  const context = testContext({ day, today, now: new Date(`${today}T12:00:00Z`), db: database.pool });
  const { data, warnings } = await collector.collect(context);
  await collector.store(database.pool, day, data);
  return warnings.map(({ code }) => code);
}

const month = async (where: string) =>
  (
    await database.pool.query<{ usd: string; days: number; provisional: number }>(
      `SELECT trim_scale(sum(amount_usd))::text AS usd, count(*)::int AS days,
         (count(*) FILTER (WHERE provisional))::int AS provisional
       FROM component_costs WHERE provider = 'supabase' AND ${where}`,
    )
  ).rows[0];

it(
  'restates the days of a growing month until it ends: 150,000 users evenly on Pro are 187.50',
  { timeout: 120_000 },
  async () => {
    for (const [today, active] of [
      ['2026-03-01', 0],
      ['2026-03-10', 50_000],
      ['2026-03-20', 100_000],
      ['2026-03-31', 150_000],
    ] as const)
      await run(today, active);
    expect(await month("day >= '2026-03-01'")).toEqual({ usd: '187.5', days: 31, provisional: 1 });
    const { rows } = await database.pool.query(
      "SELECT trim_scale(cost_usd)::text AS usd FROM supabase_metrics WHERE recorded_at = '2026-03-10'",
    );
    expect(rows).toEqual([{ usd: '6.04' }]);
  },
);

it('keeps what is estimated while the plan cannot be read, and fills the days in afterwards', async () => {
  await run('2026-04-02', 10);
  const before = await month("day >= '2026-04-01'");
  for (const status of [403, 404, 429, 500, 540, 401]) {
    server.failNext('/v1/', faults.status(status, { message: 'no' }, { 'retry-after': '0' }), 9);
    expect(await run('2026-04-03', 10)).toContain('account_unreadable');
    expect(await month("day >= '2026-04-01'")).toEqual(before);
    server.mend();
  }
  await run('2026-04-04', 10);
  expect((await month("day >= '2026-04-01'"))?.days).toBe(4);
});

it('a member whose role cannot have billing: the plan alone, as a lower bound, with the remedy', async () => {
  server.mend();
  server.failNext('/v1/projects/abcdefghijklmnopqrst/billing', faults.status(403, { message: 'Forbidden' }), 9);
  expect(await run('2026-04-05', 10)).toContain('addons_unreadable');
});

const compute = (amount: number) => ({
  type: 'compute_instance',
  variant: { id: 'ci', name: 'compute', price: { interval: 'hourly', amount } },
});

describe('on the 1st', () => {
  it('the month before keeps the size, plan and add-ons of its own last reading', async () => {
    server.mend();
    server.state.addons = [compute(0.0206)];
    await run('2026-05-31', 10);
    server.state.plan = 'team';
    server.state.addons = [compute(0.0822)];
    for (const _again of [1, 2]) {
      await run('2026-06-01', 0);
      // 25 + 744 × 0.0206 − 10, and not 599 + 744 × 0.0822 − 10.
      expect(await month("day >= '2026-05-01' AND day < '2026-06-01'")).toMatchObject({ usd: '30.33', days: 31 });
    }
    await run('2026-06-30', 0);
    expect(await month("day >= '2026-06-01' AND day < '2026-07-01'")).toMatchObject({ usd: '648.18', days: 30 });
  });

  it('without a reading of its add-ons the present account stands for the month before', async () => {
    server.failNext('/v1/projects/abcdefghijklmnopqrst/billing', faults.status(403, { message: 'Forbidden' }), 9);
    await run('2026-07-31', 0);
    server.mend();
    await run('2026-08-01', 0);
    expect(await month("day >= '2026-07-01' AND day < '2026-08-01'")).toMatchObject({ usd: '650.16', days: 31 });
  });
});

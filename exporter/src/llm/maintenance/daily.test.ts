import type { Pool } from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { storeUsage } from '../../collectors/llm/store.ts';
import type { LlmRow } from '../../collectors/llm/data.ts';
import { addDays, daysOf } from '../../money/days.ts';
import { createPool, withTransaction } from '../../database/pool.ts';
import { maintainUsage } from './daily.ts';
import { repairUsage } from './repair.ts';
import { closedThrough, repairRunningTotals } from '../rollups/running-totals.ts';
import { verifyUsage } from './verify.ts';

const TODAY = '2026-06-15';
let database: TestDatabase;
let pool: Pool;
beforeEach(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url);
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

const maintain = (retentionMonths?: number, again = true) =>
  maintainUsage(
    {
      pool,
      log: pino({ level: 'silent' }),
      signal: new AbortController().signal,
      today: () => Promise.resolve(TODAY),
      retentionMonths,
    },
    again,
  );
const row = (user: string, cost: bigint): LlmRow => ({
  user,
  provider: 'openai',
  model: 'm',
  prompt: 10,
  completion: 1,
  cacheRead: 2,
  cacheWrite: 0,
  requests: 3,
  errors: 1,
  reported: undefined,
  computed: cost,
  partial: false,
});

/** Two users on every tenth day since December. */
async function seed(): Promise<void> {
  const days = daysOf('2025-12-01', addDays(TODAY, 1)).filter((_, index) => index % 10 === 0 || index > 190);
  await withTransaction(pool, (tx) =>
    storeUsage(tx, {
      days: days.map((day) => ({
        day,
        provisional: day === TODAY,
        fields: new Set(['input'] as const),
        idle: [],
        rows: [row('ada', 5n), row('bob', 7n)],
      })),
    }),
  );
}

/** Two users' usage of the first day, with another error, and set aside. */
async function lateChange(): Promise<void> {
  for (const table of ['llm_metrics_history', 'llm_user_day', 'llm_model_day'])
    await pool.query(
      `UPDATE ${table} SET errors = errors + ${table === 'llm_model_day' ? 2 : 1} WHERE day = '2025-12-01'`,
    );
  await pool.query("UPDATE llm_user_month SET errors = errors + 1 WHERE month = '2025-12-01'");
  expect(
    await withTransaction(pool, (tx) => repairRunningTotals(tx, ['2025-12-01'], { atOnce: 0, aside: 10, share: 1 })),
  ).toBe(2);
}

async function differences(): Promise<string[]> {
  return (await verifyUsage(pool))
    .filter(({ different }) => different > 0)
    .map(({ table, different, keys }) => `${table} ${different} ${keys.join(';')}`);
}

async function partitions(): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relname LIKE 'llm_metrics_history_2%' AND relkind = 'r' ORDER BY 1",
  );
  return rows.map(({ name }) => name.slice('llm_metrics_history_'.length));
}

describe('maintenance', () => {
  it('creates partitions ahead, moves rows of the default partition and closes what no synchronisation has closed', async () => {
    await pool.query(
      `INSERT INTO llm_metrics_history (user_id, day, provider, model, prompt_tokens, cost_usd)
        VALUES ('misplaced', '2026-06-03', 'p', 'm', 5, 1), ('misplaced', '2026-02-03', 'p', 'm', 5, 1)`,
    );
    await pool.query(
      `INSERT INTO llm_user_day (user_id, day, prompt_tokens, cost_usd) VALUES ('misplaced', '2026-06-03', 5, 1),
        ('misplaced', '2026-02-03', 5, 1)`,
    );
    expect(await maintain()).toBe(true);
    expect((await partitions()).filter((month) => !['2026_03', '2026_04'].includes(month))).toEqual([
      '2026_02',
      '2026_06',
      '2026_07',
      '2026_08',
    ]);
    expect((await pool.query('SELECT 1 FROM llm_metrics_history_default')).rows).toEqual([]);
    expect((await pool.query('SELECT day::text FROM llm_metrics_history ORDER BY day')).rows).toEqual([
      { day: '2026-02-03' },
      { day: '2026-06-03' },
    ]);
    expect(await closedThrough(pool)).toBe('2026-06-14');
    expect((await differences()).filter((line) => line.startsWith('llm_user_cum'))).toEqual([]);
  });

  it('closes only days that a synchronisation has read since they ended', async () => {
    await pool.query("INSERT INTO llm_user_day (user_id, day, cost_usd) VALUES ('ada', '2026-06-01', 1)");
    await pool.query(
      "INSERT INTO collector_days (collector, day) VALUES ('llm', '2026-06-10'), ('stripe', '2026-06-14')",
    );
    await maintain();
    expect(await closedThrough(pool)).toBe('2026-06-10');
  });

  it('folds in what was set aside', async () => {
    await seed();
    await lateChange();
    await maintain();
    expect((await pool.query('SELECT 1 FROM llm_user_late')).rows).toEqual([]);
    expect(await differences()).toEqual([]);
  });

  it('is done by one process, once a day', async () => {
    const once = () => maintain(undefined, false);
    expect((await Promise.all([once(), once(), once()])).filter(Boolean)).toHaveLength(1);
    expect(await once()).toBe(false);
    expect(await maintain()).toBe(true);
    await pool.query(
      `UPDATE usage_state SET maintained_on = '2026-06-14', maintenance_until = clock_timestamp() + interval '1 minute'`,
    );
    expect(await maintain()).toBe(false);
    // The process that held it is gone.
    await pool.query("UPDATE usage_state SET maintenance_until = clock_timestamp() - interval '1 second'");
    expect(await once()).toBe(true);
  });

  it('drops raw rows beyond the retention, and no rollup loses anything, whatever is read again', async () => {
    await seed();
    await pool.query(
      "INSERT INTO llm_metrics_history (user_id, day, provider, model) VALUES ('old', '2019-01-01', 'p', 'm')",
    );
    await pool.query(
      `INSERT INTO llm_user_day (user_id, day) VALUES ('old', '2019-01-01');
        INSERT INTO llm_model_day (day, provider, model) VALUES ('2019-01-01', 'p', 'm')`,
    );
    const sums = async () =>
      (
        await pool.query(
          `SELECT (SELECT sum(cost_usd) FROM llm_user_day) AS a, (SELECT sum(cost_usd) FROM llm_user_month) AS b,
            (SELECT sum(cost_usd) FROM llm_model_day) AS c, (SELECT max(cost_usd) FROM llm_user_cum) AS d`,
        )
      ).rows;
    const before = await sums();
    await maintain(3);
    expect((await pool.query('SELECT min(day)::text AS first FROM llm_metrics_history')).rows).toEqual([
      { first: '2026-03-01' },
    ]);
    expect((await partitions())[0]).toBe('2026_03');
    expect(await sums()).toEqual(before);
    const late = {
      days: [
        {
          day: '2025-12-01',
          provisional: false,
          fields: new Set(['input'] as const),
          idle: [],
          rows: [row('ada', 1n)],
        },
      ],
    };
    expect(await withTransaction(pool, (tx) => storeUsage(tx, late))).toBe(0);
    expect(await sums()).toEqual(before);
    // A longer retention from now on does not bring dropped rows back.
    await maintain(24);
    expect((await pool.query('SELECT raw_since::text AS since FROM usage_state')).rows).toEqual([
      { since: '2026-03-01' },
    ]);
  });
});

describe('verification', () => {
  it('finds every rollup that is wrong, names it, and rebuilds it', async () => {
    await seed();
    expect(await differences()).toEqual([]);
    const checks = await verifyUsage(pool);
    expect(checks.map(({ table, rows }) => `${table} ${rows > 0}`)).toEqual([
      'llm_user_day true',
      'llm_model_day true',
      'llm_user_month true',
      'llm_user_cum true',
      'llm_user_top false',
      'component_costs true',
    ]);
    await pool.query("UPDATE llm_user_day SET cost_usd = cost_usd + 1 WHERE user_id = 'ada' AND day = '2025-12-01'");
    expect(await differences()).toEqual([
      'llm_user_day 1 2025-12-01 ada',
      'llm_user_month 1 2025-12-01 ada',
      'llm_user_cum 1 2025-12-01 ada',
    ]);
    await pool.query(
      `DELETE FROM llm_user_cum WHERE user_id = 'bob' AND day = '2026-01-01';
        INSERT INTO llm_user_month (user_id, month) VALUES ('ghost', '2026-01-01')`,
    );
    await pool.query(
      `UPDATE llm_model_day SET requests = 0 WHERE day = '2026-06-14'; DELETE FROM component_costs
        WHERE day = '2025-12-11'`,
    );
    await pool.query(
      `INSERT INTO llm_user_cum SELECT prompt_tokens, completion_tokens, requests, errors, unpriced_tokens,
        '2026-07-01', used_days, cost_usd, user_id FROM llm_user_cum WHERE day = '2026-06-14'`,
    );
    await pool.query("INSERT INTO llm_user_top VALUES ('2026-06-01', '2026-06-10', 'ghost', 1, 0, 1)");
    expect((await differences()).map((line) => line.split(' ')[0])).toEqual([
      'llm_user_day',
      'llm_model_day',
      'llm_user_month',
      'llm_user_cum',
      'llm_user_top',
      'component_costs',
    ]);
    const written = await repairUsage(pool, TODAY);
    expect(await differences()).toEqual([]);
    expect(written.get('llm_user_day')).toBe(1);
    expect([...(await repairUsage(pool, TODAY)).values()]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('counts what is set aside as right, finds where it is not, and repairs it', async () => {
    await seed();
    await lateChange();
    expect(await differences()).toEqual([]);
    await pool.query('UPDATE llm_user_late SET requests = requests + 1');
    expect(await differences()).toEqual(['llm_user_cum 2 2025-12-01 ada;2025-12-01 bob']);
    await pool.query(
      `INSERT INTO llm_user_late SELECT prompt_tokens, completion_tokens, requests, errors, unpriced_tokens,
        '2026-07-01', used_days, cost_usd, user_id FROM llm_user_late`,
    );
    expect(await differences()).toEqual(['llm_user_cum 4 2025-12-01 ada;2025-12-01 bob']);
    await repairUsage(pool, TODAY);
    expect(await differences()).toEqual([]);
    expect((await pool.query('SELECT 1 FROM llm_user_late')).rows).toEqual([]);
    expect([...(await repairUsage(pool, TODAY)).values()]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('leaves days alone whose raw rows were dropped, and still compares their rollups', async () => {
    await seed();
    await maintain(2);
    expect(await differences()).toEqual([]);
    expect((await verifyUsage(pool)).map(({ against }) => against)).toContain('raw rows since 2026-04-01');
    await repairUsage(pool, TODAY);
    expect(
      (await pool.query("SELECT sum(cost_usd)::text AS cost FROM llm_user_day WHERE day < '2026-04-01'")).rows,
    ).toEqual([{ cost: '0.000156' }]);
    await pool.query("UPDATE llm_user_day SET requests = 0 WHERE day = '2025-12-01'");
    expect((await differences()).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'llm_user_month 2 2025-12-01',
      'llm_model_day 1 2025-12-01',
      'llm_user_cum 2 2025-12-01',
    ]);
  });
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { maintainUsage } from '../llm/maintenance/daily.ts';
import { log } from '../../test/runner-fixture.ts';
import { dropOldRuns } from './history.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const TODAY = '2026-03-15';

/** A run of each given collector on that day, `outcome` null where it still runs. */
async function ran(day: string, collectors: Readonly<Record<string, string | null>>): Promise<void> {
  const { rows } = await database.pool.query<{ id: string }>(
    `INSERT INTO sync_runs (id, started_at, finished_at, outcome, trigger, requested_by, lease_owner, lease_expires_at)
     SELECT gen_random_uuid(), $1::timestamptz, CASE WHEN $2 THEN NULL ELSE $1::timestamptz END, CASE
       WHEN $2 THEN NULL ELSE 'partial' END, 'schedule', 'x', gen_random_uuid(), $1 RETURNING id`,
    [`${day}T00:30:00Z`, Object.values(collectors).includes(null)],
  );
  for (const [collector, outcome] of Object.entries(collectors)) {
    await database.pool.query(
      `INSERT INTO metrics_sync_logs (run_id, collector, day, started_at, finished_at, outcome, lease_owner,
       lease_expires_at) SELECT $1, $2, $3::date - 1, $4::timestamptz, CASE WHEN $5::text IS NULL THEN NULL
       ELSE $4::timestamptz END, $5, gen_random_uuid(), $4::timestamptz`,
      [rows[0]?.id, collector, day, `${day}T00:30:00Z`, outcome],
    );
  }
}

async function remainingRows(): Promise<string[]> {
  const { rows } = await database.pool.query<{ line: string }>(
    `SELECT (started_at AT TIME ZONE 'UTC')::date || ' ' || collector || ' ' || coalesce(outcome, 'running') AS line
     FROM metrics_sync_logs ORDER BY started_at, collector`,
  );
  return rows.map(({ line }) => line);
}

test('old runs go; running ones, and the newest run and success of each collector, stay', async () => {
  await ran('2024-01-01', { stripe: 'succeeded', llm: 'succeeded', twilio: 'skipped' });
  await ran('2024-01-02', { stripe: 'succeeded', llm: 'succeeded', twilio: 'skipped' });
  await ran('2024-01-03', { stripe: 'failed', weaviate: null });
  await ran('2025-02-07', { stripe: 'failed', twilio: 'skipped' });
  await ran('2025-02-08', { twilio: 'skipped' });
  await ran('2026-03-15', { stripe: 'failed' });
  // 400 days before 15 March 2026 is 8 February 2025: that day stays.
  expect(await dropOldRuns(database.pool, 400, TODAY)).toBe(7);
  const left = [
    '2024-01-02 llm succeeded',
    '2024-01-02 stripe succeeded',
    '2024-01-03 weaviate running',
    '2025-02-08 twilio skipped',
    '2026-03-15 stripe failed',
  ];
  expect(await remainingRows()).toEqual(left);
  expect(
    (await database.pool.query('SELECT started_at::date::text AS day FROM sync_runs ORDER BY 1')).rows.map(
      (row: { day: string }) => row.day,
    ),
  ).toEqual(['2024-01-02', '2024-01-03', '2025-02-08', '2026-03-15']);
  expect(await dropOldRuns(database.pool, 400, TODAY)).toBe(0);
  expect(await remainingRows()).toEqual(left);
});

test('once a day, by one process of all, as the rest of the maintenance', async () => {
  await ran('2024-06-01', { twilio: 'failed' });
  await ran('2026-03-15', { twilio: 'failed' });
  let calls = 0;
  const work = {
    pool: database.pool,
    log,
    signal: new AbortController().signal,
    today: () => Promise.resolve(TODAY),
    daily: async (today: string) => void (calls += await dropOldRuns(database.pool, 400, today)),
  };
  expect(
    (await Promise.all([maintainUsage(work), maintainUsage(work), maintainUsage(work)])).filter(Boolean),
  ).toHaveLength(1);
  expect(calls).toBe(1);
  expect((await remainingRows()).filter((line) => line.startsWith('2024-06'))).toEqual([]);
  expect(await maintainUsage(work)).toBe(false);
});

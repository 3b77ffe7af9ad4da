import { withTransaction } from '../database/pool.ts';
import type { Pool } from 'pg';

// What health, alerts and the next plan look at stays, however old: the newest run and the newest success of each
// collector.
const DROP_LOGS = `
DELETE FROM metrics_sync_logs
  WHERE finished_at IS NOT NULL AND started_at < ($1::date - $2::int)::timestamp AT TIME ZONE 'UTC' AND id NOT IN (
  SELECT max(id) FROM metrics_sync_logs WHERE finished_at IS NOT NULL GROUP BY collector
  UNION ALL SELECT max(id) FROM metrics_sync_logs WHERE outcome = 'succeeded' GROUP BY collector
  UNION ALL (SELECT DISTINCT ON (collector) id FROM metrics_sync_logs WHERE outcome = 'succeeded'
    ORDER BY collector, day DESC, id DESC)
)`;

// A synchronisation stays as long as a row of its log does.
const DROP_RUNS = `
DELETE FROM sync_runs r WHERE finished_at IS NOT NULL
  AND started_at < ($1::date - $2::int)::timestamp AT TIME ZONE 'UTC'
  AND id <> (SELECT id FROM sync_runs WHERE finished_at IS NOT NULL ORDER BY started_at DESC LIMIT 1)
  AND NOT EXISTS (SELECT 1 FROM metrics_sync_logs l WHERE l.run_id = r.id)`;

/**
 * Forgets runs that began more than `days` before `today` (a UTC day); running ones and their leases are never touched.
 * Returns how many collector runs were dropped.
 */
export async function dropOldRuns(pool: Pool, days: number, today: string): Promise<number> {
  return withTransaction(pool, async (tx) => {
    const logs = await tx.query(DROP_LOGS, [today, days]);
    await tx.query(DROP_RUNS, [today, days]);
    return logs.rowCount ?? 0;
  });
}

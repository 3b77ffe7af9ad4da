import type { CollectorName } from '../contract/providers.ts';
import type { Queryable } from '../database/queryable.ts';
import type { RunRequest, SyncResult } from './contract.ts';

/**
 * Leases are rows with an expiry by the database's own clock, each claimed in one statement. `stamp` is what is
 * written as the time of an event: NOW where it is set, else null for the database's clock.
 */
export type Stamp = Date | null;

export interface RunLease {
  readonly runId: string;
  readonly owner: string;
  readonly leaseMs: number;
}

// An expired run is closed as failed and makes room in the same statement; its collectors' rows go to the next run.
const CLAIM_RUN = `
WITH expired AS (
  UPDATE sync_runs SET finished_at = greatest(started_at, coalesce($5::timestamptz, clock_timestamp())),
    outcome = 'failed',
    summary = '{"reason": "lease expired: the process that ran it is gone"}'
  WHERE finished_at IS NULL AND lease_expires_at < clock_timestamp()
  RETURNING id
)
INSERT INTO sync_runs (id, started_at, trigger, requested_by, lease_owner, lease_expires_at)
SELECT $1, coalesce($5::timestamptz, clock_timestamp()), $2, $3, $4, clock_timestamp() + $6 * interval '1 millisecond'
WHERE (SELECT count(*) FROM expired) >= 0
ON CONFLICT ((true)) WHERE finished_at IS NULL DO NOTHING
RETURNING id`;

/** True when the run is ours; false when another one is running. */
export async function claimRun(
  db: Queryable,
  lease: RunLease,
  request: Pick<RunRequest, 'trigger' | 'requestedBy'>,
  stamp: Stamp,
): Promise<boolean> {
  const result = await db.query(CLAIM_RUN, [
    lease.runId,
    request.trigger,
    request.requestedBy,
    lease.owner,
    stamp,
    lease.leaseMs,
  ]);
  return result.rowCount === 1;
}

/** The id of the synchronisation that holds the lease, if one does. */
export async function runningRun(db: Queryable): Promise<string | undefined> {
  const result = await db.query<{ id: string }>(
    'SELECT id FROM sync_runs WHERE finished_at IS NULL AND lease_expires_at >= clock_timestamp()',
  );
  return result.rows[0]?.id;
}

/** False when the lease was lost: another process has taken the run over. Rows that are being stored are left alone. */
export async function renewLeases(db: Queryable, lease: RunLease): Promise<boolean> {
  const run = await db.query(
    `UPDATE sync_runs SET lease_expires_at = clock_timestamp() + $3 * interval '1 millisecond'
     WHERE id = $1 AND lease_owner = $2 AND finished_at IS NULL`,
    [lease.runId, lease.owner, lease.leaseMs],
  );
  if (run.rowCount !== 1) return false;
  await db.query(
    `UPDATE metrics_sync_logs SET lease_expires_at = clock_timestamp() + $3 * interval '1 millisecond'
     WHERE id IN (SELECT id FROM metrics_sync_logs
       WHERE run_id = $1 AND lease_owner = $2 AND finished_at IS NULL FOR UPDATE SKIP LOCKED)`,
    [lease.runId, lease.owner, lease.leaseMs],
  );
  return true;
}

export async function finishRun(db: Queryable, lease: RunLease, result: SyncResult, stamp: Stamp): Promise<void> {
  await db.query(
    `UPDATE sync_runs SET finished_at = coalesce($3::timestamptz, clock_timestamp()), outcome = $4, summary = $5
     WHERE id = $1 AND lease_owner = $2 AND finished_at IS NULL`,
    [lease.runId, lease.owner, stamp, result.outcome, JSON.stringify({ collectors: result.collectors })],
  );
}

/** Takes back a run that found nothing to do, so that the history holds only runs that did something. */
export async function forgetRun(db: Queryable, lease: RunLease): Promise<void> {
  await db.query('DELETE FROM sync_runs WHERE id = $1 AND lease_owner = $2 AND finished_at IS NULL', [
    lease.runId,
    lease.owner,
  ]);
}

export interface CollectorLease {
  readonly logId: string;
  readonly owner: string;
  readonly attempt: number;
}

// A finished row stays as history, and the next attempt is a row of its own; an expired one is taken over as it is.
const CLAIM_COLLECTOR = `
INSERT INTO metrics_sync_logs AS l (run_id, collector, day, attempt, started_at, lease_owner, lease_expires_at)
SELECT $1, $2, $3::date, 1 + coalesce((SELECT max(attempt) FROM metrics_sync_logs
  WHERE collector = $2 AND day = $3::date), 0),
  coalesce($5::timestamptz, clock_timestamp()), $4, clock_timestamp() + $6 * interval '1 millisecond'
ON CONFLICT (collector, day) WHERE finished_at IS NULL DO UPDATE SET
  run_id = excluded.run_id, attempt = l.attempt + 1, started_at = excluded.started_at,
  lease_owner = excluded.lease_owner, lease_expires_at = excluded.lease_expires_at
WHERE l.lease_expires_at < clock_timestamp()
RETURNING id::text AS id, attempt`;

/** The lease on (collector, day), or undefined while another process holds it. */
export async function claimCollector(
  db: Queryable,
  run: RunLease,
  collector: CollectorName,
  day: string,
  stamp: Stamp,
): Promise<CollectorLease | undefined> {
  const result = await db.query<{ id: string; attempt: number }>(CLAIM_COLLECTOR, [
    run.runId,
    collector,
    day,
    run.owner,
    stamp,
    run.leaseMs,
  ]);
  const row = result.rows[0];
  return row && { logId: row.id, owner: run.owner, attempt: row.attempt };
}

/** Locks the lease's row in a transaction: what is stored with it is stored by its holder, or not at all. */
export async function holdsCollector(tx: Queryable, lease: CollectorLease): Promise<boolean> {
  const result = await tx.query(
    `SELECT 1 FROM metrics_sync_logs
     WHERE id = $1 AND lease_owner = $2 AND attempt = $3 AND finished_at IS NULL FOR UPDATE`,
    [lease.logId, lease.owner, lease.attempt],
  );
  return result.rowCount === 1;
}

/** What the log keeps of a finished run of one collector. */
export interface LogEntry {
  readonly outcome: string;
  readonly reason: string | null;
  readonly kind: string | null;
  readonly message: string | null;
  readonly retryable: boolean | null;
  readonly warnings: readonly unknown[];
  readonly rowsWritten: number | null;
  readonly daysRead: number | null;
  readonly upstreamRequests: number;
  readonly dataAsOf: Date | null;
  readonly durationMs: number;
}

/** False when the lease was lost meanwhile. */
export async function finishCollector(
  db: Queryable,
  lease: CollectorLease,
  entry: LogEntry,
  stamp: Stamp,
): Promise<boolean> {
  const result = await db.query(
    `UPDATE metrics_sync_logs SET finished_at = coalesce($4::timestamptz, clock_timestamp()), outcome = $5,
     reason = $6, kind = $7, message = $8,
       retryable = $9, warnings = $10, rows_written = $11, days_read = $12, upstream_requests = $13,
         data_as_of = $14, duration_ms = $15
     WHERE id = $1 AND lease_owner = $2 AND attempt = $3 AND finished_at IS NULL`,
    [
      lease.logId,
      lease.owner,
      lease.attempt,
      stamp,
      entry.outcome,
      entry.reason,
      entry.kind,
      entry.message,
      entry.retryable,
      JSON.stringify(entry.warnings),
      entry.rowsWritten,
      entry.daysRead,
      entry.upstreamRequests,
      entry.dataAsOf,
      entry.durationMs,
    ],
  );
  return result.rowCount === 1;
}

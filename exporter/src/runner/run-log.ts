import { z } from 'zod';
import type { SyncLogRow, SyncRunAnswer } from '../contract/datasets.ts';
import { FAILURE_REASONS, FAILURE_KINDS, OUTCOMES, SKIP_REASONS, SYNC_OUTCOMES } from '../contract/outcomes.ts';
import { describeProgress } from '../collectors/progress.ts';
import { COLLECTOR_NAMES } from '../contract/providers.ts';
import type { Queryable } from '../database/queryable.ts';
import { isoSql } from '../database/sql.ts';
import type { Period } from '../money/days.ts';
import { LAST_RUNS } from './last-runs.ts';

const runWarnings = z.array(z.object({ code: z.string(), message: z.string(), count: z.int().optional() }));

const stateRow = z.object({
  collector: z.enum(COLLECTOR_NAMES),
  outcome: z.enum(OUTCOMES).nullable(),
  reason: z.string().nullable(),
  kind: z.string().nullable(),
  message: z.string().nullable(),
  attempt: z.int().nullable(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  duration_ms: z.int().nullable(),
  upstream_requests: z.int().nullable(),
  warnings: runWarnings.nullable(),
  success_at: z.string().nullable(),
  data_day: z.string().nullable(),
  data_as_of: z.string().nullable(),
  running_since: z.string().nullable(),
  history: z
    .object({
      percent: z.int(),
      runsLeft: z.int().nullable(),
      unreadable: z.array(z.object({ list: z.string(), message: z.string() })),
    })
    .transform((history) => ({
      ...history,
      text: describeProgress({ percent: history.percent, runsLeft: history.runsLeft ?? undefined }),
    }))
    .nullable(),
});
export type CollectorState = z.output<typeof stateRow>;

const STATES = `
SELECT c.collector, last.outcome, last.reason, last.kind, last.message, last.attempt,
  ${isoSql('last.started_at')} AS started_at, ${isoSql('last.finished_at')} AS finished_at,
  last.duration_ms, last.upstream_requests, last.warnings, ${isoSql('success.finished_at')} AS success_at,
  success.day::text AS data_day, ${isoSql('success.data_as_of')} AS data_as_of,
  (SELECT ${isoSql('started_at')} FROM sync_runs
   WHERE finished_at IS NULL AND lease_expires_at >= clock_timestamp() LIMIT 1) AS running_since,
  (SELECT json_build_object('percent', percent, 'runsLeft', runs_left, 'unreadable', (
      SELECT coalesce(json_agg(json_build_object('list', list, 'message', unreadable) ORDER BY list), '[]')
      FROM stripe_history WHERE unreadable IS NOT NULL AND list <> 'ended_subscriptions'))
    FROM stripe_progress WHERE c.collector = 'stripe') AS history
FROM ${LAST_RUNS}
ORDER BY c.position`;

/** The last finished run and the last success of every collector. */
export async function collectorStates(db: Queryable): Promise<CollectorState[]> {
  const { rows } = await db.query(STATES, [COLLECTOR_NAMES]);
  return z.array(stateRow).parse(rows);
}

export interface LogFilters {
  readonly collector?: string | undefined;
  readonly outcome?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

const logRow: z.ZodType<SyncLogRow> = z.object({
  id: z.string(),
  runId: z.string(),
  collector: z.string(),
  day: z.string(),
  attempt: z.int(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  outcome: z.enum(OUTCOMES).nullable(),
  reason: z.string().nullable(),
  kind: z.string().nullable(),
  message: z.string().nullable(),
  retryable: z.boolean().nullable(),
  warnings: runWarnings,
  rowsWritten: z.int().nullable(),
  daysRead: z.int().nullable(),
  upstreamRequests: z.int().nullable(),
  dataAsOf: z.string().nullable(),
  durationMs: z.int().nullable(),
});

const LOGS = `
SELECT id::text AS id, run_id::text AS "runId", collector, day::text AS day, attempt,
  ${isoSql('started_at')} AS "startedAt", ${isoSql('finished_at')} AS "finishedAt",
  outcome, reason, kind, message, retryable, warnings, rows_written AS "rowsWritten", days_read AS "daysRead",
  upstream_requests AS "upstreamRequests",
  ${isoSql('data_as_of')} AS "dataAsOf", duration_ms AS "durationMs"
FROM metrics_sync_logs
WHERE started_at >= $1::date::timestamp AT TIME ZONE 'UTC' AND started_at < $2::date::timestamp AT TIME ZONE 'UTC'
  AND ($3::text IS NULL OR collector = $3) AND ($4::text IS NULL OR outcome = $4) AND ($5::bigint IS NULL OR id < $5)
ORDER BY metrics_sync_logs.id DESC LIMIT $6`;

/** Runs that started in the period, newest first. */
export async function logPage(
  db: Queryable,
  period: Period,
  filters: LogFilters,
): Promise<{ rows: SyncLogRow[]; nextCursor: string | null }> {
  const { rows } = await db.query(LOGS, [
    period.from,
    period.to,
    filters.collector ?? null,
    filters.outcome ?? null,
    filters.cursor ?? null,
    filters.limit + 1,
  ]);
  const found = z.array(logRow).parse(rows);
  return {
    rows: found.slice(0, filters.limit),
    nextCursor: found.length > filters.limit ? (found[filters.limit - 1]?.id ?? null) : null,
  };
}

const storedReports = z.array(
  z.object({
    collector: z.enum(COLLECTOR_NAMES),
    day: z.string(),
    outcome: z.enum(OUTCOMES),
    reason: z.enum([...SKIP_REASONS, ...FAILURE_REASONS]).nullable(),
    kind: z.enum(FAILURE_KINDS).nullable(),
    message: z.string().nullable(),
    warnings: runWarnings,
    durationMs: z.number(),
  }),
);

const runRow = z.object({
  outcome: z.enum(SYNC_OUTCOMES).nullable(),
  started_at: z.string(),
  finished_at: z.string().nullable(),
  summary: z.object({ collectors: storedReports }).nullable().catch(null),
  done: storedReports,
});

/** A synchronisation with the results of its collectors so far; undefined where no run has this id. */
export async function findRun(db: Queryable, runId: string): Promise<SyncRunAnswer | undefined> {
  const { rows } = await db.query(
    `SELECT outcome, ${isoSql('started_at')} AS started_at, ${isoSql('finished_at')} AS finished_at, summary,
       coalesce((SELECT json_agg(json_build_object(
           'collector', collector, 'day', day::text, 'outcome', outcome, 'reason', reason, 'kind', kind,
           'message', message, 'warnings', warnings, 'durationMs', coalesce(duration_ms, 0)) ORDER BY id)
         FROM metrics_sync_logs WHERE run_id = r.id AND outcome IS NOT NULL), '[]') AS done
     FROM sync_runs r WHERE id = $1`,
    [runId],
  );
  if (rows[0] === undefined) return undefined;
  const run = runRow.parse(rows[0]);
  return {
    runId,
    outcome: run.outcome,
    startedAt: run.started_at,
    finishedAt: run.finished_at,
    collectors: run.summary?.collectors ?? run.done,
  };
}

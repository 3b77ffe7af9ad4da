import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Pool } from 'pg';
import { ensureLlmPartitions } from './partitions.ts';
import { withTransaction } from '../../database/pool.ts';
import { dropOldRawUsage, moveDefaultPartitionRows } from './raw-retention.ts';
import type { Queryable } from '../../database/queryable.ts';
import { LOCK_USAGE } from '../rollups/rollup-sql.ts';
import { closeDays, foldLateChanges, REPAIR_LIMITS } from '../rollups/running-totals.ts';
import { refreshTopUsers } from '../ranking/top-users.ts';

export interface Maintenance {
  readonly pool: Pool;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** The current UTC day. */
  readonly today: () => Promise<string>;
  /** LLM_RAW_RETENTION_MONTHS; without it no raw row is ever dropped. */
  readonly retentionMonths?: number | undefined;
  /** Asked before each round, which is left out while nothing can be stored. */
  readonly canWrite?: () => boolean;
  /** Other work to do once a day, in one of all processes. */
  readonly daily?: (today: string) => Promise<unknown>;
}

const LEASE = '10 minutes';
/** Small enough that other writers of usage wait a second or two at most. */
const ROWS_AT_ONCE = 100_000;
const STATEMENT_TIMEOUT_MS = 600_000;
const TIDY = 'VACUUM (ANALYZE, SKIP_LOCKED) llm_user_cum';
const CHECK_MS = 3_600_000;
/** Pending late changes, for instance after re-pricing, make reads expensive until they are folded in. */
const FOLD_MS = 300_000;

/**
 * Maintenance at the start and once a UTC day, in one of all processes; pending late changes within minutes. Runs in
 * the background and never rejects.
 */
export async function maintainDaily(work: Maintenance): Promise<void> {
  for (let round = 0; !work.signal.aborted; round += 1) {
    if (work.canWrite?.() !== false)
      await taskOf(work, round).catch((error: unknown) => {
        if (!work.signal.aborted)
          work.log.warn({ err: error }, 'the maintenance of LLM usage failed; it is tried again within the hour');
      });
    await sleep(FOLD_MS, undefined, { signal: work.signal, ref: false }).catch(() => undefined);
  }
}

function taskOf(work: Maintenance, round: number): Promise<unknown> {
  return round % (CHECK_MS / FOLD_MS) === 0 ? maintainUsage(work, round === 0) : foldPending(work);
}

/**
 * Creates the partitions of the current and the next two months, moves rows out of the default partition, applies the
 * retention of raw rows, closes complete days that no synchronisation has closed, and folds pending late changes. False
 * where another process does it, or it was done today (`again` repeats it: settings may have changed).
 */
export async function maintainUsage(
  { pool, log, signal, today: present, retentionMonths, daily }: Maintenance,
  again = false,
): Promise<boolean> {
  const today = await present();
  if (!(await claim(pool, today, again))) return false;
  let done = false;
  try {
    await ensureLlmPartitions(pool, today, today);
    const moved = await moveDefaultPartitionRows(pool);
    const dropped = retentionMonths === undefined ? [] : await dropOldRawUsage(pool, retentionMonths, today);
    const closed = await closeComplete(pool, today, signal);
    if (closed > 0) await pool.query(TIDY);
    await foldPending({ pool, log, signal });
    if (moved.length + dropped.length + closed > 0)
      log.info({ moved, dropped, closed }, 'maintained the tables of LLM usage');
    await daily?.(today);
    done = !signal.aborted;
    return true;
  } finally {
    await pool.query(
      `UPDATE usage_state SET maintenance_until = NULL,
        maintained_on = CASE WHEN $2 THEN $1::date ELSE maintained_on END`,
      [today, done],
    );
  }
}

async function claim(db: Queryable, today: string, again: boolean): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO usage_state AS s (maintenance_until) VALUES (clock_timestamp() + interval '${LEASE}')
     ON CONFLICT (single) DO UPDATE SET maintenance_until = excluded.maintenance_until
     WHERE (s.maintenance_until IS NULL OR s.maintenance_until < clock_timestamp())
       AND ($2 OR s.maintained_on IS DISTINCT FROM $1::date)`,
    [today, again],
  );
  return rowCount === 1;
}

/**
 * A day is complete when it has ended and a synchronisation has read it since; where none ever ran, when it has ended.
 * Returns the number of rows written.
 */
async function closeComplete(pool: Pool, today: string, signal: AbortSignal): Promise<number> {
  return inSteps(pool, signal, async (tx) => {
    const { rows: found } = await tx.query<{ day: string | null }>(
      `SELECT coalesce((SELECT max(day) FROM collector_days WHERE collector = 'llm' AND day < $1::date),
        $1::date - 1)::text AS day`,
      [today],
    );
    const through = found[0]?.day ?? undefined;
    const closed = through === undefined ? { rows: 0, done: true } : await closeDays(tx, through, ROWS_AT_ONCE);
    if (closed.done) await refreshTopUsers(tx, []);
    return closed;
  });
}

/**
 * Folds pending late changes into the running totals. Several processes may run it: the holder of the lock takes the
 * next users.
 */
async function foldPending({ pool, log, signal }: Pick<Maintenance, 'pool' | 'log' | 'signal'>): Promise<void> {
  if ((await pool.query('SELECT 1 FROM llm_user_late LIMIT 1')).rows.length === 0) return;
  const folded = await inSteps(pool, signal, (tx) => foldLateChanges(tx, REPAIR_LIMITS.atOnce));
  await pool.query(TIDY);
  log.info({ folded }, 'took late changes of LLM usage into the running totals');
}

/** Repeats `step` until it is done, each time in its own transaction under LOCK_USAGE; returns the rows of all. */
async function inSteps(
  pool: Pool,
  signal: AbortSignal,
  step: (tx: Queryable) => Promise<{ readonly rows: number; readonly done: boolean }>,
): Promise<number> {
  let rows = 0;
  for (let done = false; !done && !signal.aborted;) {
    const part = await withTransaction(pool, async (tx) => {
      await tx.query(LOCK_USAGE);
      await tx.query("SELECT set_config('statement_timeout', $1, true)", [String(STATEMENT_TIMEOUT_MS)]);
      return step(tx);
    });
    rows += part.rows;
    done = part.done;
  }
  return rows;
}

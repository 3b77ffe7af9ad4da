import type { Pool } from 'pg';
import { addMonths, monthStart } from '../../money/days.ts';
import { LOCK_USAGE } from '../rollups/rollup-sql.ts';
import { ensureLlmPartitions } from './partitions.ts';
import { withTransaction } from '../../database/pool.ts';
import type { Queryable } from '../../database/queryable.ts';

const TABLE = 'llm_metrics_history';
/** Adding or dropping a partition blocks readers: better to fail and try again another day than to queue them. */
const SET_LOCK_TIMEOUT = "SELECT set_config('lock_timeout', '5s', true)";

/**
 * Moves rows of the default partition into partitions of their months, a month in each transaction; returns the months.
 */
export async function moveDefaultPartitionRows(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ month: string }>(
    `SELECT DISTINCT date_trunc('month', day::timestamp)::date::text AS month FROM ${TABLE}_default ORDER BY 1`,
  );
  for (const { month } of rows) {
    await withTransaction(pool, async (tx) => {
      await tx.query(LOCK_USAGE);
      await tx.query(SET_LOCK_TIMEOUT);
      const end = addMonths(month, 1);
      await tx.query(
        `CREATE TEMPORARY TABLE misplaced ON COMMIT DROP AS
          SELECT * FROM ${TABLE}_default WHERE day >= '${month}' AND day < '${end}'`,
      );
      await tx.query(`DELETE FROM ${TABLE}_default WHERE day >= $1::date AND day < $2::date`, [month, end]);
      await ensureLlmPartitions(tx, month, month);
      await tx.query(`INSERT INTO ${TABLE} SELECT * FROM misplaced`);
    });
  }
  return rows.map(({ month }) => month);
}

/**
 * Drops raw rows older than the running month and `months` months before it; rollups and running totals stay. Returns
 * the partitions that were dropped. From then on those days can be neither corrected nor priced again
 * (`usage_state.raw_since`).
 */
export async function dropOldRawUsage(pool: Pool, months: number, today: string): Promise<string[]> {
  const since = addMonths(monthStart(today), -months);
  return withTransaction(pool, async (tx) => {
    await tx.query(LOCK_USAGE);
    await tx.query(SET_LOCK_TIMEOUT);
    await tx.query(
      `INSERT INTO usage_state (raw_since) VALUES ($1::date) ON CONFLICT (single) DO UPDATE
        SET raw_since = greatest(usage_state.raw_since, excluded.raw_since)
        WHERE usage_state.raw_since IS DISTINCT FROM greatest(usage_state.raw_since, excluded.raw_since)`,
      [since],
    );
    const { rows } = await tx.query<{ name: string }>(
      `SELECT quote_ident(c.relname) AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = $1::regclass AND (regexp_match(pg_get_expr(c.relpartbound, c.oid),
         'TO \\(''(\\d{4}-\\d{2}-\\d{2})''\\)'))[1]::date <= $2::date ORDER BY 1`,
      [TABLE, since],
    );
    for (const { name } of rows) await tx.query(`DROP TABLE ${name}`);
    await tx.query(`DELETE FROM ${TABLE}_default WHERE day < $1::date`, [since]);
    return rows.map(({ name }) => name);
  });
}

/** The first day whose raw rows are stored; undefined where none were dropped. */
export async function rawSince(db: Queryable): Promise<string | undefined> {
  const { rows } = await db.query<{ day: string | null }>('SELECT raw_since::text AS day FROM usage_state');
  return rows[0]?.day ?? undefined;
}

/** Thrown where a figure needs raw rows of days that were dropped. */
export class RawUsageDropped extends Error {
  override readonly name = 'RawUsageDropped';
  /** The first day whose raw rows are stored. */
  readonly since: string;

  /** @param what What needs the raw rows, as the subject of a sentence. */
  constructor(since: string, what: string) {
    super(
      `must not be before ${since}: ${what} needs the raw usage of each day, ` +
        'and LLM_RAW_RETENTION_MONTHS had that of earlier days dropped',
    );
    this.since = since;
  }
}

/** Throws `RawUsageDropped` when a period reaches into days whose raw rows were dropped. */
export async function needRawUsage(db: Queryable, { from }: { readonly from: string }, what: string): Promise<void> {
  const since = await rawSince(db);
  if (since !== undefined && from < since) throw new RawUsageDropped(since, what);
}

import type { Pool, PoolClient } from 'pg';
import { withTransaction } from '../../database/pool.ts';
import { updateLlmLedger } from '../rollups/ledger.ts';
import { rawSince } from './raw-retention.ts';
import { LOCK_USAGE, ROLLUPS, type Rollup } from '../rollups/rollup-sql.ts';
import { closedThrough, repairRunningTotals } from '../rollups/running-totals.ts';
import { refreshTopUsers } from '../ranking/top-users.ts';
import { closedDays, compareLedger, expectedRows, storedScope } from './verify.ts';

const DAYS_AT_ONCE = 31;

/**
 * Rebuilds every derived table that differs from its source, raw rows first: rollups, running totals, stored rankings,
 * the cost ledger. One transaction; other writers of usage wait. Rollups of days whose raw rows were dropped stay as
 * they are. Returns the rows written by table.
 */
export async function repairUsage(pool: Pool, today: string): Promise<ReadonlyMap<string, number>> {
  return withTransaction(pool, async (tx) => {
    await tx.query(LOCK_USAGE);
    await tx.query("SELECT set_config('statement_timeout', '0', true)");
    const written = new Map<string, number>();
    const since = (await rawSince(tx)) ?? '-infinity';
    for (const rollup of ROLLUPS) written.set(rollup.table, await repairRollup(tx, rollup, since));
    written.set('llm_user_cum', await repairTotals(tx));
    await tx.query('DELETE FROM llm_user_top');
    written.set('llm_user_top', await refreshTopUsers(tx, []));
    const days = [...new Set((await compareLedger(tx)).different.map((key) => key.slice(0, key.indexOf(' '))))];
    written.set('component_costs', await updateLlmLedger(tx, days, today));
    return written;
  });
}

async function repairRollup(tx: PoolClient, rollup: Rollup, since: string): Promise<number> {
  const { table, keys, figures } = rollup;
  const of = (alias: string): string => `(${figures.map((figure) => `${alias}.${figure}`).join(', ')})`;
  const gone = await tx.query(
    `DELETE FROM ${table} t USING (SELECT ${keys.join(', ')} FROM ${table}${storedScope(rollup)} EXCEPT
      SELECT ${keys.join(', ')} FROM (${expectedRows(rollup)}) e) g
      WHERE ${keys.map((key) => `t.${key} = g.${key}`).join(' AND ')}`,
    [since],
  );
  // Counts the returned rows: the row count that Citus reports here is of rows read, not written.
  const changed = await tx.query<{ rows: string }>(
    `WITH written AS (INSERT INTO ${table} AS t (${[...keys, ...figures].join(', ')})
      SELECT ${[...keys, ...figures].join(', ')} FROM (${expectedRows(rollup)}) e ORDER BY ${keys.join(', ')}
     ON CONFLICT (${keys.join(', ')}) DO UPDATE SET
       ${figures.map((figure) => `${figure} = excluded.${figure}`).join(', ')}
       WHERE ${of('t')} IS DISTINCT FROM ${of('excluded')} RETURNING 1)
     SELECT count(*)::text AS rows FROM written`,
    [since],
  );
  return (gone.rowCount ?? 0) + Number(changed.rows[0]?.rows);
}

/** Oldest first: repairing an early day also corrects the days after it. */
async function repairTotals(tx: PoolClient): Promise<number> {
  const beyond = await tx.query('DELETE FROM llm_user_cum WHERE day > $1::date', [
    (await closedThrough(tx)) ?? '-infinity',
  ]);
  const days = await closedDays(tx);
  // Pending late changes may be part of the difference.
  const late = await tx.query('DELETE FROM llm_user_late');
  let written = (beyond.rowCount ?? 0) + (late.rowCount ?? 0);
  for (let start = 0; start < days.length; start += DAYS_AT_ONCE)
    written += await repairRunningTotals(tx, days.slice(start, start + DAYS_AT_ONCE));
  return written;
}

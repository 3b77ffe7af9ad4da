import type { Queryable } from '../../../database/queryable.ts';
import type { HistoryName } from './state.ts';

/** An object that was listed, but is not stored in full yet. `payload` is JSON as Stripe sent it, cut down. */
export interface Pending {
  readonly id: string;
  readonly payload: unknown;
}

/** Bookkeeping, not counted among the rows of a run. */
export async function savePending(tx: Queryable, list: HistoryName, pending: readonly Pending[]): Promise<void> {
  if (pending.length === 0) return;
  await tx.query(
    `INSERT INTO stripe_pending AS p (list, id, payload)
       SELECT $1, id, payload FROM jsonb_to_recordset($2::jsonb) AS r(id text, payload jsonb) ORDER BY id
     ON CONFLICT (list, id) DO UPDATE SET payload = excluded.payload WHERE p.payload <> excluded.payload`,
    [list, JSON.stringify([...new Map(pending.map((one) => [one.id, one])).values()])],
  );
}

export async function removePending(tx: Queryable, list: HistoryName, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.query('DELETE FROM stripe_pending WHERE list = $1 AND id = ANY($2)', [list, ids]);
}

/** The next ones after `after`, by id. */
export async function loadPending(db: Queryable, list: HistoryName, after: string, limit: number): Promise<Pending[]> {
  const { rows } = await db.query<{ id: string; payload: unknown }>(
    'SELECT id, payload FROM stripe_pending WHERE list = $1 AND id > $2 ORDER BY id LIMIT $3',
    [list, after, limit],
  );
  return rows;
}

/** Those that have all their lines, by id. */
export async function loadWholePending(db: Queryable, list: HistoryName, limit: number): Promise<Pending[]> {
  const { rows } = await db.query<{ id: string; payload: unknown }>(
    `SELECT id, payload FROM stripe_pending
     WHERE list = $1 AND coalesce(payload -> 'lines' ->> 'has_more', 'false') = 'false' ORDER BY id LIMIT $2`,
    [list, limit],
  );
  return rows;
}

export async function countPending(db: Queryable, list: HistoryName): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM stripe_pending WHERE list = $1',
    [list],
  );
  return rows[0]?.count ?? 0;
}

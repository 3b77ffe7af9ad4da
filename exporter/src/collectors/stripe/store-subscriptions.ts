import type { Queryable } from '../../database/queryable.ts';
import type { Subscription } from './schema.ts';

/** Those that were not over when they were last seen. */
export async function loadLiveIds(db: Queryable): Promise<{ id: string; status: string }[]> {
  const { rows } = await db.query<{ id: string; status: string }>(
    "SELECT id, status FROM stripe_subscriptions WHERE status <> 'canceled'",
  );
  return rows;
}

/**
 * Bookkeeping: what is listed now. Those that are not listed any more stay until the run that closes the day has asked
 * for them (`forgetVanished`).
 */
export async function replaceLive(tx: Queryable, listed: readonly Subscription[]): Promise<void> {
  await tx.query(
    `INSERT INTO stripe_subscriptions AS s (id, status, created)
     SELECT DISTINCT ON (id) id, status, to_timestamp(created)
     FROM unnest($1::text[], $2::text[], $3::bigint[]) AS u(id, status, created) ORDER BY id
     ON CONFLICT (id) DO UPDATE SET status = excluded.status, created = excluded.created, ended_at = NULL
     WHERE (s.status, s.created) IS DISTINCT FROM (excluded.status, excluded.created)`,
    [listed.map(({ id }) => id), listed.map(({ status }) => status), listed.map(({ created }) => created)],
  );
}

/** They were asked for: those that ended say when, the others are gone without a trace. */
export async function forgetVanished(
  tx: Queryable,
  ids: readonly string[],
  ended: readonly { readonly id: string; readonly endedAt: number }[],
): Promise<void> {
  await tx.query(
    `UPDATE stripe_subscriptions s SET status = 'canceled', ended_at = to_timestamp(u.ended)
     FROM unnest($1::text[], $2::bigint[]) AS u(id, ended) WHERE s.id = u.id`,
    [ended.map(({ id }) => id), ended.map(({ endedAt }) => endedAt)],
  );
  await tx.query("DELETE FROM stripe_subscriptions WHERE id = ANY($1) AND status <> 'canceled'", [ids]);
}

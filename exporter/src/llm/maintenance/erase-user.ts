import { randomBytes } from 'node:crypto';
import { storeAuditEntries } from '../../access/audit-log.ts';
import type { Queryable } from '../../database/queryable.ts';
import { LOCK_USAGE } from '../rollups/rollup-sql.ts';
import { hashOfUser } from './erased-users.ts';

/** Every table that holds ids of users, in the order in which it is changed. */
export const USER_TABLES = [
  'llm_metrics_history',
  'llm_user_day',
  'llm_user_month',
  'llm_user_cum',
  'llm_user_late',
  'llm_user_top',
  'customer_users',
  'customer_link_rejections',
  'budgets',
] as const;

export interface Erasure {
  /** Stripe's customers of the same person, by id or e-mail: their name and e-mail are erased, the figures stay. */
  readonly customers: readonly string[];
  /** Ids that were found: the one that was asked for, or those with this e-mail. */
  readonly ids: readonly string[];
  /** Rows by table; of the e-mail cache, rows that are deleted. */
  readonly rows: Readonly<Record<string, number>>;
}

/** Ids of a user by id, or by a known e-mail in any spelling of capitals. */
export async function findUser(db: Queryable, user: string): Promise<string[]> {
  const { rows } = await db.query<{ user_id: string }>(
    `SELECT user_id FROM llm_user_emails WHERE user_id = $1 OR lower(email) = lower($1)
     UNION SELECT user_id FROM llm_user_day WHERE user_id = $1
     UNION SELECT user_id FROM llm_metrics_history WHERE user_id = $1
     UNION SELECT user_id FROM customer_users WHERE user_id = $1
     ORDER BY 1`,
    [user],
  );
  return rows.map((row) => row.user_id);
}

/** Customers that are asked for by id, or whose e-mail is the one asked for or that of one of the users. */
async function findCustomers(db: Queryable, user: string, userIds: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ customer: string }>(
    `SELECT customer FROM customer_details
     WHERE erased_at IS NULL AND (customer = $1 OR lower(email) = lower($1)
       OR lower(email) IN (SELECT lower(email) FROM llm_user_emails WHERE user_id = ANY ($2)))
     ORDER BY 1`,
    [user, userIds],
  );
  return rows.map(({ customer }) => customer);
}

/** What an erasure would change; changes nothing. */
export async function previewErasure(db: Queryable, user: string): Promise<Erasure> {
  const ids = await findUser(db, user);
  const customers = await findCustomers(db, user, ids);
  const rows: Record<string, number> = { customer_details: customers.length };
  for (const table of [...USER_TABLES, 'llm_user_emails']) {
    const result = await db.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE user_id = ANY ($1)`, [
      ids,
    ]);
    rows[table] = result.rows[0]?.n ?? 0;
  }
  return { ids, customers, rows };
}

/**
 * Replaces the ids of a user by anonymous ones in every table and deletes the e-mail. Every sum stays: by day, model,
 * customer and in total. Later readings of the same series are stored under the anonymous id. Needs a transaction.
 */
export async function eraseUser(tx: Queryable, user: string, now: Date): Promise<Erasure> {
  await tx.query(LOCK_USAGE);
  const ids = await findUser(tx, user);
  const customers = await findCustomers(tx, user, ids);
  const known = await tx.query<{ salt: string }>('SELECT salt FROM llm_erased_users LIMIT 1');
  const salt = known.rows[0]?.salt ?? randomBytes(32).toString('hex');
  const rows: Record<string, number> = { customer_details: customers.length };
  await tx.query(
    `UPDATE customer_details SET name = NULL, email = NULL, user_refs = NULL, erased_at = $2 WHERE customer = ANY ($1)`,
    [customers, now],
  );
  for (const id of ids) {
    const replacement = `erased-${randomBytes(6).toString('hex')}`;
    await tx.query('INSERT INTO llm_erased_users (id_hash, salt, replacement, erased_at) VALUES ($1, $2, $3, $4)', [
      hashOfUser(salt, id),
      salt,
      replacement,
      now,
    ]);
    for (const table of USER_TABLES) {
      const changed = await tx.query(`UPDATE ${table} SET user_id = $2 WHERE user_id = $1`, [id, replacement]);
      rows[table] = (rows[table] ?? 0) + (changed.rowCount ?? 0);
    }
    const deleted = await tx.query('DELETE FROM llm_user_emails WHERE user_id = $1', [id]);
    rows['llm_user_emails'] = (rows['llm_user_emails'] ?? 0) + (deleted.rowCount ?? 0);
  }
  if (ids.length + customers.length > 0)
    // Who and when, not whom.
    await storeAuditEntries(tx, [
      { at: now, subject: 'cli', role: null, tokenId: null, method: 'ERASE', route: 'user', target: null, status: 200 },
    ]);
  return { ids, customers, rows };
}

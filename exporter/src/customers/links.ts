import { z } from 'zod';
import type { Queryable } from '../database/queryable.ts';
import { isoSql } from '../database/sql.ts';
import { relinkUser, sameLink, type Link } from './relink.ts';
import { takeLock } from '../database/locks.ts';

const linkRows = z.array(
  z.object({
    customer: z.string(),
    userId: z.string(),
    validFrom: z.string().nullable(),
    validTo: z.string().nullable(),
    createdBy: z.string(),
    createdAt: z.string(),
  }),
);

const COLUMNS = `customer, user_id AS "userId", nullif(valid_from, '-infinity')::text AS "validFrom",
  valid_to::text AS "validTo", created_by AS "createdBy", ${isoSql('created_at')} AS "createdAt"`;

/** A link without the name of its customer. */
export type StoredLink = Link & { readonly userId: string };

export interface LinkFilter {
  readonly customer?: string | undefined;
  readonly user?: string | undefined;
  readonly day?: string | undefined;
  /** Only links after this one. */
  readonly after?: LinkPosition | undefined;
  readonly limit: number;
}

/** The place of a link in the list. */
export interface LinkPosition {
  readonly userId: string;
  readonly customer: string;
  /** Null: since the beginning. */
  readonly validFrom: string | null;
}

/** From when until when a user belongs to a customer; null or absent days are open ends. */
export interface LinkChange {
  readonly userId: string;
  /** Null: to no customer. */
  readonly customer: string | null;
  readonly validFrom?: string | null | undefined;
  readonly validTo?: string | null | undefined;
}

/** By user, then customer, oldest first. */
export async function listLinks(
  db: Queryable,
  { customer, user, day, after, limit }: LinkFilter,
): Promise<{ rows: StoredLink[]; next: LinkPosition | null }> {
  const { rows } = await db.query(
    `SELECT ${COLUMNS} FROM customer_users l
     WHERE ($1::text IS NULL OR customer = $1) AND ($2::text IS NULL OR user_id = $2)
       AND ($3::date IS NULL OR (valid_from <= $3::date AND (valid_to IS NULL OR valid_to > $3::date)))
       AND ($4::text IS NULL OR (user_id, customer, valid_from) > ($4, $5, $6::date))
     ORDER BY user_id, customer, l.valid_from LIMIT $7`,
    [
      customer ?? null,
      user ?? null,
      day ?? null,
      after?.userId ?? null,
      after?.customer ?? null,
      after === undefined ? null : fromOf(after),
      limit + 1,
    ],
  );
  const found = linkRows.parse(rows);
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, next: found.length > limit && last !== undefined ? last : null };
}

/**
 * Assigns the days of `change` to its customer alone; returns all links of the user. Repeating a change does nothing.
 */
export async function putLink(
  tx: Queryable,
  change: LinkChange,
  { now, by }: { readonly now: Date; readonly by: string },
): Promise<{ rows: StoredLink[]; changed: boolean }> {
  const { userId } = change;
  await takeLock(tx, 'customerUsers');
  const before = await linksOf(tx, userId);
  const after = relinkUser(before, {
    customer: change.customer,
    validFrom: change.validFrom ?? null,
    validTo: change.validTo ?? null,
    createdBy: by,
    createdAt: now.toISOString(),
  });
  const gone = before.filter((link) => !after.some((other) => sameLink(link, other)));
  const fresh = after.filter((link) => !before.some((other) => sameLink(link, other)));
  if (gone.length === 0 && fresh.length === 0) return { rows: before, changed: false };
  await tx.query(
    `DELETE FROM customer_users d USING unnest($2::text[], $3::date[]) AS g(customer, valid_from)
     WHERE d.user_id = $1 AND d.customer = g.customer AND d.valid_from = g.valid_from`,
    [userId, gone.map(({ customer }) => customer), gone.map(fromOf)],
  );
  await tx.query(
    `INSERT INTO customer_users (customer, user_id, valid_from, valid_to, created_at, created_by)
     SELECT customer, $1, valid_from, valid_to, created_at, created_by
     FROM unnest($2::text[], $3::date[], $4::date[], $5::timestamptz[], $6::text[])
       AS f(customer, valid_from, valid_to, created_at, created_by)
     ORDER BY customer, valid_from`,
    [
      userId,
      fresh.map(({ customer }) => customer),
      fresh.map(fromOf),
      fresh.map(({ validTo }) => validTo),
      fresh.map(({ createdAt }) => createdAt),
      fresh.map(({ createdBy }) => createdBy),
    ],
  );
  return { rows: await linksOf(tx, userId), changed: true };
}

async function linksOf(db: Queryable, userId: string): Promise<StoredLink[]> {
  return linkRows.parse(
    (
      await db.query(`SELECT ${COLUMNS} FROM customer_users l WHERE user_id = $1 ORDER BY l.valid_from, customer`, [
        userId,
      ])
    ).rows,
  );
}

function fromOf({ validFrom }: Pick<Link, 'validFrom'>): string {
  return validFrom ?? '-infinity';
}

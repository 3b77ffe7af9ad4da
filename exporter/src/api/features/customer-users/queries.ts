import { z } from 'zod';
import type { CustomerUserRow, UnlinkedAnswer } from '../../../contract/reference-data.ts';
import { OWNED_TOTALS, userTotals } from '../../../llm/ranking/user-totals.ts';
import type { Queryable } from '../../../database/queryable.ts';
import { invalid } from '../../http/problem.ts';
import { isoSql } from '../../../database/sql.ts';
import { micros, usageCost, usdText } from '../../../money/format.ts';
import type { Period } from '../../shared/period.ts';
import { relinkUser, sameLink, type Link } from './relink.ts';
import type { LinkBody } from './schema.ts';
import { takeLock } from '../../../database/locks.ts';

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

const COLUMNS = `customer, user_id AS "userId", nullif(valid_from, '-infinity')::text AS "validFrom", valid_to::text AS "validTo", created_by AS "createdBy", ${isoSql('created_at')} AS "createdAt"`;

export interface LinkFilter {
  readonly customer?: string | undefined;
  readonly user?: string | undefined;
  readonly day?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** By user, then customer, oldest first. */
export async function listLinks(
  db: Queryable,
  { customer, user, day, cursor, limit }: LinkFilter,
): Promise<{ rows: CustomerUserRow[]; next: string | null }> {
  const [afterUser, afterCustomer, afterFrom] = cursor === undefined ? [null, null, null] : readCursor(cursor);
  const { rows } = await db.query(
    `SELECT ${COLUMNS} FROM customer_users l
     WHERE ($1::text IS NULL OR customer = $1) AND ($2::text IS NULL OR user_id = $2) AND ($3::date IS NULL OR (valid_from <= $3::date AND (valid_to IS NULL OR valid_to > $3::date)))
       AND ($4::text IS NULL OR (user_id, customer, valid_from) > ($4, $5, $6::date))
     ORDER BY user_id, customer, l.valid_from LIMIT $7`,
    [customer ?? null, user ?? null, day ?? null, afterUser, afterCustomer, afterFrom, limit + 1],
  );
  const found = linkRows.parse(rows);
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, next: found.length > limit && last !== undefined ? writeCursor(last) : null };
}

const position = z
  .tuple([z.string().max(1_000), z.string().max(1_000), z.union([z.iso.date(), z.literal('-infinity')])])
  .refine((parts) => parts.every((part) => !part.includes('\u0000')));

function writeCursor({ userId, customer, validFrom }: CustomerUserRow): string {
  return Buffer.from(JSON.stringify([userId, customer, validFrom ?? '-infinity'])).toString('base64url');
}

function readCursor(text: string): [string, string, string] {
  try {
    return position.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    throw invalid([{ field: 'cursor', message: 'must be the nextCursor of an earlier answer' }]);
  }
}

/** Makes the days of `change` those of its customer alone; answers all links of the user. The same twice changes nothing. */
export async function putLink(
  tx: Queryable,
  change: LinkBody,
  { now, by }: { readonly now: Date; readonly by: string },
): Promise<{ rows: CustomerUserRow[]; changed: boolean }> {
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
    `DELETE FROM customer_users d USING unnest($2::text[], $3::date[]) AS g(customer, valid_from) WHERE d.user_id = $1 AND d.customer = g.customer AND d.valid_from = g.valid_from`,
    [userId, gone.map(({ customer }) => customer), gone.map(fromOf)],
  );
  await tx.query(
    `INSERT INTO customer_users (customer, user_id, valid_from, valid_to, created_at, created_by)
     SELECT customer, $1, valid_from, valid_to, created_at, created_by FROM unnest($2::text[], $3::date[], $4::date[], $5::timestamptz[], $6::text[]) AS f(customer, valid_from, valid_to, created_at, created_by)
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

async function linksOf(db: Queryable, userId: string): Promise<CustomerUserRow[]> {
  return linkRows.parse(
    (
      await db.query(`SELECT ${COLUMNS} FROM customer_users l WHERE user_id = $1 ORDER BY l.valid_from, customer`, [
        userId,
      ])
    ).rows,
  );
}

function fromOf({ validFrom }: Link): string {
  return validFrom ?? '-infinity';
}

const unlinkedRow = z.object({
  customers: z.array(z.object({ customer: z.string(), revenueUsd: z.string() })),
  users: z.array(z.object({ userId: z.string(), cost: z.string(), unpriced: z.string() })),
});

// As margin-by-customer matches them: a customer by any link inside the period, usage by a link of its day.
const UNLINKED = `
WITH ${userTotals()}, ${OWNED_TOTALS}, nobodys AS (
  SELECT t.user_id, t.cost - coalesce(o.cost, 0) AS cost, t.unpriced - coalesce(o.unpriced, 0) AS unpriced
  FROM user_totals t LEFT JOIN (SELECT user_id, sum(cost) AS cost, sum(unpriced) AS unpriced, sum(used) AS used FROM owned_totals GROUP BY user_id) o ON o.user_id = t.user_id
  WHERE t.used > coalesce(o.used, 0)
)
SELECT
  coalesce((SELECT json_agg(json_build_object('customer', customer, 'revenueUsd', revenue::text)) FROM (
    SELECT customer, sum(recognised_usd) AS revenue FROM revenue_by_customer r WHERE day >= $1::date AND day < $2::date
      AND NOT EXISTS (SELECT 1 FROM customer_users l WHERE l.customer = r.customer AND l.valid_from < $2::date AND (l.valid_to IS NULL OR l.valid_to > $1::date))
    GROUP BY customer ORDER BY revenue DESC, customer LIMIT $3) c), '[]') AS customers,
  coalesce((SELECT json_agg(json_build_object('userId', user_id, 'cost', cost::text, 'unpriced', unpriced::text)) FROM (
    SELECT user_id, cost, unpriced FROM nobodys ORDER BY cost DESC, unpriced DESC, user_id LIMIT $3) u), '[]') AS users`;

export async function unlinkedIn(db: Queryable, { from, to }: Period, limit: number): Promise<UnlinkedAnswer> {
  const { customers, users } = unlinkedRow.parse((await db.query(UNLINKED, [from, to, limit])).rows[0]);
  return {
    from,
    to,
    customers: customers.map(({ customer, revenueUsd }) => ({
      customer,
      revenueUsd: usdText(micros(revenueUsd)) ?? revenueUsd,
    })),
    users: users.map(({ userId, cost, unpriced }) => ({
      userId,
      costUsd: usdText(usageCost(micros(cost) ?? 0n, BigInt(unpriced))),
      unpricedTokens: Number(unpriced),
    })),
  };
}

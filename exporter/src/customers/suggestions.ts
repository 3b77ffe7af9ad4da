import { z } from 'zod';
import type { LinkSuggestionRow, LinkSuggestionsAnswer } from '../contract/reference-data.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Period } from '../money/days.ts';
import { micros, usdText } from '../money/format.ts';
import { withCustomerNames } from './details.ts';
import { customerMargins, customerTotals } from './margins.ts';
import { normaliseEmail, suggestLinks, type UserToLink } from './suggest.ts';
import { unlinkedIn } from './unlinked.ts';

/** Users that are looked at, most expensive first. */
const MAX_USERS = 1_000;

export interface LinkPair {
  readonly userId: string;
  readonly customer: string;
}

/** What is not linked in the period: users with usage, and both sides in money. */
export async function unlinkedMoney(db: Queryable, period: Period) {
  const { users } = await unlinkedIn(db, period, MAX_USERS);
  const { data } = customerMargins(await customerTotals(db, period, 0));
  return {
    users,
    unlinkedRevenueUsd: data.find(({ kind }) => kind === 'unmatched_revenue')?.revenueUsd ?? null,
    unlinkedCostUsd: data.find(({ kind }) => kind === 'unmatched_cost')?.llmCostUsd ?? null,
  };
}

const customerRows = z.array(
  z.object({
    customer: z.string(),
    email: z.string().nullable(),
    userRefs: z.array(z.string()),
    revenue: z.string().nullable(),
  }),
);

const CANDIDATES = `
SELECT d.customer, d.email, coalesce(d.user_refs, '{}') AS "userRefs", (
    SELECT sum(recognised_usd) FROM revenue_by_customer r
    WHERE r.customer = d.customer AND r.day >= $3::date AND r.day < $4::date)::text AS revenue
FROM customer_details d WHERE lower(normalize(trim(d.email))) = ANY($1::text[]) OR d.user_refs && $2::text[]
ORDER BY d.customer`;

/** Suggested links of the users that the period leaves unlinked; `emailOf` gives what is known of them. */
export async function linkSuggestions(
  db: Queryable,
  period: Period,
  { users, ...money }: Awaited<ReturnType<typeof unlinkedMoney>>,
  emailOf: (userId: string) => string | null,
): Promise<LinkSuggestionsAnswer> {
  const toLink: UserToLink[] = users.map(({ userId }) => ({ userId, email: emailOf(userId) }));
  const found = customerRows.parse(
    (
      await db.query(CANDIDATES, [
        toLink.flatMap(({ email }) => (email === null ? [] : [normaliseEmail(email)])),
        toLink.map(({ userId }) => userId),
        period.from,
        period.to,
      ])
    ).rows,
  );
  const rejected = await db.query<{ key: string }>(
    `SELECT user_id || ' ' || customer AS key FROM customer_link_rejections WHERE user_id = ANY($1::text[])`,
    [toLink.map(({ userId }) => userId)],
  );
  const isRejected = new Set(rejected.rows.map(({ key }) => key));
  const { suggestions, ambiguous } = suggestLinks(toLink, found, (userId, customer) =>
    isRejected.has(`${userId} ${customer}`),
  );
  const usage = new Map(users.map((user) => [user.userId, user]));
  const revenue = new Map(found.map((row) => [row.customer, usdText(micros(row.revenue))]));
  const rows = suggestions.map(({ userId, customer, reasons }): Omit<LinkSuggestionRow, 'name' | 'email'> => ({
    userId,
    userEmail: emailOf(userId),
    customer,
    reasons,
    llmCostUsd: usage.get(userId)?.costUsd ?? null,
    unpricedTokens: usage.get(userId)?.unpricedTokens ?? 0,
    revenueUsd: revenue.get(customer) ?? null,
  }));
  return { ...period, ...money, data: await withCustomerNames(db, rows), ambiguous };
}

/** Rejected pairs are not suggested again; the same twice is stored once. */
export async function rejectLinks(
  tx: Queryable,
  pairs: readonly LinkPair[],
  { now, by }: { readonly now: Date; readonly by: string },
): Promise<number> {
  const { rowCount } = await tx.query(
    `INSERT INTO customer_link_rejections (user_id, customer, rejected_by, rejected_at)
     SELECT DISTINCT user_id, customer, $3, $4::timestamptz FROM unnest($1::text[], $2::text[]) AS p(user_id, customer)
     ORDER BY 1, 2 ON CONFLICT DO NOTHING`,
    [pairs.map(({ userId }) => userId), pairs.map(({ customer }) => customer), by, now],
  );
  return rowCount ?? 0;
}

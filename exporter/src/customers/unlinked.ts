import { z } from 'zod';
import type { UnlinkedAnswer } from '../contract/reference-data.ts';
import type { Queryable } from '../database/queryable.ts';
import { withCustomerNames } from './details.ts';
import { IN_FORCE, OWNED_USAGE } from './owned-usage.ts';
import type { Period } from '../money/days.ts';
import { micros, usageCost, usdText } from '../money/format.ts';

const unlinkedRow = z.object({
  customers: z.array(z.object({ customer: z.string(), revenueUsd: z.string() })),
  users: z.array(z.object({ userId: z.string(), cost: z.string(), unpriced: z.string() })),
});

// As margin-by-customer matches them: a customer by any link inside the period, usage by a link of its day.
const UNLINKED = `
WITH ${OWNED_USAGE}
SELECT
  coalesce((SELECT json_agg(json_build_object('customer', customer, 'revenueUsd', revenue::text)) FROM (
    SELECT customer, sum(recognised_usd) AS revenue FROM revenue_by_customer r WHERE day >= $1::date AND day < $2::date
      AND NOT EXISTS (SELECT 1 FROM customer_users l WHERE l.customer = r.customer AND ${IN_FORCE})
    GROUP BY customer ORDER BY revenue DESC, customer LIMIT $3) c), '[]') AS customers,
  coalesce((SELECT json_agg(json_build_object(
    'userId', user_id, 'cost', cost::text, 'unpriced', unpriced::text)) FROM (
    SELECT user_id, cost, unpriced FROM unowned ORDER BY cost DESC, unpriced DESC, user_id LIMIT $3) u), '[]') AS users`;

/**
 * Customers with revenue and users with usage that no link connects in the period, at most `limit` of each, largest
 * first.
 */
export async function unlinkedIn(db: Queryable, { from, to }: Period, limit: number): Promise<UnlinkedAnswer> {
  const { customers, users } = unlinkedRow.parse((await db.query(UNLINKED, [from, to, limit])).rows[0]);
  return {
    from,
    to,
    customers: await withCustomerNames(
      db,
      customers.map(({ customer, revenueUsd }) => ({
        customer,
        revenueUsd: usdText(micros(revenueUsd)) ?? revenueUsd,
      })),
    ),
    users: users.map(({ userId, cost, unpriced }) => ({
      userId,
      costUsd: usdText(usageCost(micros(cost) ?? 0n, BigInt(unpriced))),
      unpricedTokens: Number(unpriced),
    })),
  };
}

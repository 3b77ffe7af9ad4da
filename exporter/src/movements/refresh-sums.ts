import type { Queryable } from '../database/queryable.ts';
import { addDays, addMonths, monthStart } from '../money/days.ts';
import { refreshPlanCustomers } from './plan-customers.ts';

/** The groupings that have sums of their own; the column of each is ours. */
export const SUMMED_GROUPS = { none: "''", plan: 'plan', product: 'product', currency: 'currency' } as const;
export type SummedGroup = keyof typeof SUMMED_GROUPS;

/**
 * Brings the sums of the days from `from` to `to` (inclusive), and of their months, in line with the movements; and all
 * of them where there are none yet.
 */
export async function refreshSums(tx: Queryable, from: string, to: string): Promise<void> {
  const { rows } = await tx.query<{ first: string | null }>(
    `SELECT CASE WHEN EXISTS (SELECT 1 FROM mrr_sums) THEN $1::text ELSE min(day)::text END AS first FROM mrr_days`,
    [from],
  );
  const first = rows[0]?.first ?? from;
  const days = [first < from ? first : from, addDays(to, 1)] as const;
  await tx.query("DELETE FROM mrr_sums WHERE unit = 'day' AND starts >= $1::date AND starts < $2::date", days);
  for (const [dimension, column] of Object.entries(SUMMED_GROUPS))
    await tx.query(sumDays(column), [...days, dimension]);
  const months = [monthStart(days[0]), addMonths(to, 1)];
  await tx.query("DELETE FROM mrr_sums WHERE unit = 'month' AND starts >= $1::date AND starts < $2::date", months);
  await tx.query(SUM_MONTHS, months);
  await refreshPlanCustomers(tx, ...days);
}

/**
 * All of a customer's parts have the kind of the customer. Where they are grouped, each group's own sign says whether
 * it grew: a switch of plans is a contraction of one and an expansion of the other.
 */
const sumDays = (column: string): string => `
WITH netted AS (
  SELECT day, customer, ${column} AS grp, currency, kind, sum(amount) AS amount, sum(amount_usd) AS amount_usd
  FROM mrr_movements WHERE day >= $1::date AND day < $2::date GROUP BY 1, 2, 3, 4, 5
), signed AS (
  SELECT day, customer, grp, currency, amount, amount_usd,
    CASE WHEN $3 = 'none' OR kind NOT IN ('expansion', 'contraction') THEN kind
      WHEN sum(coalesce(amount_usd, amount)) OVER (PARTITION BY day, customer, grp, kind) < 0 THEN 'contraction'
      ELSE 'expansion' END AS kind
  FROM netted
), counted AS (
  SELECT *, CASE WHEN kind IN ('new', 'churn', 'reactivation')
    AND row_number() OVER (PARTITION BY day, customer, grp, kind ORDER BY currency) = 1 THEN 1 ELSE 0 END AS customers
  FROM signed
)
INSERT INTO mrr_sums (unit, starts, dimension, grp, currency, kind, amount, amount_usd, customers)
SELECT 'day', day, $3, grp, currency, kind, sum(amount), sum(amount_usd), sum(customers)
FROM counted GROUP BY day, grp, currency, kind`;

const SUM_MONTHS = `
INSERT INTO mrr_sums (unit, starts, dimension, grp, currency, kind, amount, amount_usd, customers)
SELECT 'month', date_trunc('month', starts)::date, dimension, grp, currency, kind, sum(amount), sum(amount_usd), sum(customers)
FROM mrr_sums WHERE unit = 'day' AND starts >= $1::date AND starts < $2::date GROUP BY 2, 3, 4, 5, 6`;

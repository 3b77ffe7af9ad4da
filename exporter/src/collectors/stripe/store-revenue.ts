import type { Queryable } from '../../database/queryable.ts';
import type { Day } from '../contract.ts';
import { END_OF_TIME } from './reading/state.ts';

/** Days of one statement: a large account has thousands of lines a day. */
const CHUNK = 31;

/** Days before which revenue and cash are known; undefined: of no day. */
export interface KnownBefore {
  readonly revenue: Day | undefined;
  readonly cash: Day | undefined;
}

const EVERYTHING: KnownBefore = { revenue: END_OF_TIME, cash: END_OF_TIME };

/**
 * Recognised, billed, cash and fees of `days`, from the stored lines and transactions; NULL where `known` does not
 * reach. Returns changed rows.
 */
export async function recomputeRevenue(
  tx: Queryable,
  days: readonly Day[],
  today: Day,
  known: KnownBefore = EVERYTHING,
): Promise<number> {
  let rows = 0;
  for (let from = 0; from < days.length; from += CHUNK) {
    const chunk = days.slice(from, from + CHUNK);
    rows += (await tx.query(DAILY, [chunk, today, known.revenue ?? null, known.cash ?? null])).rowCount ?? 0;
    const earned = chunk.filter((day) => day < (known.revenue ?? ''));
    const customers = await tx.query<{ changed: string }>(CUSTOMERS, [earned]);
    rows += Number(customers.rows[0]?.changed ?? 0);
  }
  return rows;
}

/**
 * What each line earns on each day: cumulative rounding in the minor unit, with the USD amount following the native
 * one, so that both sum to their totals exactly. The rule in TypeScript is money/recognised-revenue.ts, and
 * recognised-revenue-sql.test.ts beside it holds the two equal: change both, or neither.
 */
const PARTS = `
WITH cumulated AS (
  SELECT d.day, l.customer, l.amount, l.amount_usd,
    round(l.amount * (d.day - l.period_start) / (l.period_end - l.period_start)) AS before,
    round(l.amount * (d.day - l.period_start + 1) / (l.period_end - l.period_start)) AS after
  FROM unnest($1::date[]) AS d(day)
  JOIN stripe_revenue_lines l ON l.period_start <= d.day AND l.period_end > d.day
  WHERE l.status NOT IN ('void', 'draft') AND l.amount <> 0 AND l.amount_usd IS NOT NULL
), parts AS (
  SELECT day, customer, round(amount_usd * after / amount, 6) - round(amount_usd * before / amount, 6) AS usd
    FROM cumulated
)`;

const DAILY = `${PARTS}, recognised AS (
  SELECT day, sum(usd) AS usd FROM parts GROUP BY day
), billed AS (
  SELECT finalised_on AS day, sum(amount_usd) AS usd FROM stripe_revenue_lines
  WHERE finalised_on = ANY($1::date[]) AND kind = 'invoice_line' AND status NOT IN ('void', 'draft')
    GROUP BY finalised_on
), cash AS (
  SELECT day, sum(amount_usd) FILTER (WHERE category IN ('charge', 'refund', 'dispute')) AS usd, sum(fee_usd) AS fees,
    -sum(amount_usd) FILTER (WHERE category = 'refund') AS refunds,
    -sum(amount_usd) FILTER (WHERE category = 'dispute') AS disputes
  FROM stripe_balance_transactions WHERE day = ANY($1::date[]) GROUP BY day
)
INSERT INTO revenue_daily AS r (day, recognised_usd, billed_usd, cash_usd, fees_usd, refunds_usd, disputes_usd,
  provisional, demo, updated_at)
SELECT d.day, CASE WHEN d.day < $3::date THEN coalesce(recognised.usd, 0) END,
  CASE WHEN d.day < $3::date THEN coalesce(billed.usd, 0) END,
  CASE WHEN d.day < $4::date THEN coalesce(cash.usd, 0) END,
  CASE WHEN d.day < $4::date THEN coalesce(cash.fees, 0) END,
  CASE WHEN d.day < $4::date THEN coalesce(cash.refunds, 0) END,
  CASE WHEN d.day < $4::date THEN coalesce(cash.disputes, 0) END, d.day >= $2::date, false, now()
FROM unnest($1::date[]) AS d(day) LEFT JOIN recognised USING (day) LEFT JOIN billed USING (day)
  LEFT JOIN cash USING (day)
ORDER BY d.day
ON CONFLICT (day) DO UPDATE SET recognised_usd = excluded.recognised_usd, billed_usd = excluded.billed_usd,
  cash_usd = excluded.cash_usd, fees_usd = excluded.fees_usd, refunds_usd = excluded.refunds_usd,
  disputes_usd = excluded.disputes_usd, provisional = excluded.provisional, demo = false, updated_at = now()
WHERE (r.recognised_usd, r.billed_usd, r.cash_usd, r.fees_usd, r.refunds_usd, r.disputes_usd, r.provisional, r.demo)
  IS DISTINCT FROM (excluded.recognised_usd, excluded.billed_usd, excluded.cash_usd, excluded.fees_usd,
    excluded.refunds_usd, excluded.disputes_usd, excluded.provisional, false)`;

const CUSTOMERS = `${PARTS}, input AS (
  SELECT day, customer, sum(usd) AS usd FROM parts GROUP BY day, customer HAVING sum(usd) <> 0
), gone AS (
  DELETE FROM revenue_by_customer c WHERE c.day = ANY($1::date[])
    AND NOT EXISTS (SELECT 1 FROM input i WHERE i.day = c.day AND i.customer = c.customer) RETURNING 1
), written AS (
  INSERT INTO revenue_by_customer AS c (day, customer, recognised_usd) SELECT day, customer, usd FROM input
    ORDER BY day, customer
  ON CONFLICT (day, customer) DO UPDATE SET recognised_usd = excluded.recognised_usd
    WHERE c.recognised_usd IS DISTINCT FROM excluded.recognised_usd
  RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written) AS changed`;

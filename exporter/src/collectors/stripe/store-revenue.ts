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
  SELECT d.day, l.customer, l.currency, l.amount, l.amount_usd,
    CASE WHEN d.day = l.period_start THEN 0
      ELSE round(l.amount * (d.day - s.start) / (s.finish - s.start)) END AS before,
    CASE WHEN d.day + 1 = l.period_end THEN l.amount
      ELSE round(l.amount * (d.day + 1 - s.start) / (s.finish - s.start)) END AS after
  FROM unnest($1::date[]) AS d(day)
  JOIN stripe_revenue_lines l ON l.period_start <= d.day AND l.period_end > d.day
  CROSS JOIN LATERAL (SELECT coalesce(l.spread_start, l.period_start) AS start,
    coalesce(l.spread_end, l.period_end) AS finish) s
  WHERE l.status NOT IN ('void', 'draft') AND l.amount <> 0
), parts AS (
  SELECT day, customer, currency, after - before AS minor,
    round(amount_usd * after / amount, 6) - round(amount_usd * before / amount, 6) AS usd
  FROM cumulated
)`;

/** What a day's transaction is as cash. */
const CASH = "category IN ('charge', 'refund', 'dispute', 'platform')";

/**
 * A figure of a day of which a part has no exchange rate is the known part, or NULL without one; `unconverted` says
 * what is missing, in minor units by figure and currency.
 */
const DAILY = `${PARTS}, recognised AS (
  SELECT day, sum(usd) AS usd FROM parts GROUP BY day
), finalised AS (
  SELECT finalised_on AS day, sum(amount_usd) FILTER (WHERE kind = 'invoice_line') AS billed,
    -sum(amount_usd) FILTER (WHERE kind = 'credit_note_line') AS credited,
    -sum(amount_usd) FILTER (WHERE kind = 'bad_debt') AS bad_debt
  FROM stripe_revenue_lines
  WHERE finalised_on = ANY($1::date[]) AND status NOT IN ('void', 'draft') GROUP BY finalised_on
), deferred AS (
  SELECT d.day, sum(l.amount_usd - CASE WHEN d.day < l.period_start THEN 0
      ELSE round(l.amount_usd * round(l.amount * (d.day + 1 - s.start) / (s.finish - s.start)) / l.amount, 6) END) AS usd,
    bool_or(l.amount_usd IS NULL) AS is_unknown
  FROM unnest($1::date[]) AS d(day)
  JOIN stripe_revenue_lines l ON l.finalised_on <= d.day AND l.period_end > d.day + 1
  CROSS JOIN LATERAL (SELECT coalesce(l.spread_start, l.period_start) AS start,
    coalesce(l.spread_end, l.period_end) AS finish) s
  WHERE l.status NOT IN ('void', 'draft') AND l.amount <> 0 GROUP BY d.day
), cash AS (
  SELECT day, sum(amount_usd) FILTER (WHERE ${CASH}) AS usd, sum(fee_usd) AS fees,
    -sum(amount_usd) FILTER (WHERE category = 'refund') AS refunds,
    -sum(amount_usd) FILTER (WHERE category = 'dispute') AS disputes
  FROM stripe_balance_transactions WHERE day = ANY($1::date[]) GROUP BY day
), missing AS (
  SELECT day, 'recognised' AS figure, currency, sum(minor) AS minor FROM parts WHERE usd IS NULL AND minor <> 0
    GROUP BY day, currency
  UNION ALL
  SELECT l.finalised_on, k.figure, l.currency, k.sign * sum(l.amount) FROM stripe_revenue_lines l
    JOIN (VALUES ('invoice_line', 'billed', 1), ('credit_note_line', 'credited', -1), ('bad_debt', 'bad_debt', -1))
      AS k(kind, figure, sign) USING (kind)
    WHERE l.finalised_on = ANY($1::date[]) AND l.status NOT IN ('void', 'draft') AND l.amount_usd IS NULL
      AND l.amount <> 0 GROUP BY l.finalised_on, k.figure, k.sign, l.currency
  UNION ALL
  SELECT day, 'cash', currency, sum(amount) FROM stripe_balance_transactions
    WHERE day = ANY($1::date[]) AND amount_usd IS NULL AND amount <> 0 AND ${CASH} GROUP BY day, currency
  UNION ALL
  SELECT day, category || 's', currency, -sum(amount) FROM stripe_balance_transactions
    WHERE day = ANY($1::date[]) AND amount_usd IS NULL AND amount <> 0 AND category IN ('refund', 'dispute')
    GROUP BY day, category, currency
  UNION ALL
  SELECT day, 'fees', currency, sum(fee) FROM stripe_balance_transactions
    WHERE day = ANY($1::date[]) AND fee_usd IS NULL AND fee <> 0 GROUP BY day, currency
), unconverted AS (
  SELECT day, jsonb_object_agg(figure, by_currency) AS figures FROM (
    SELECT day, figure, jsonb_object_agg(currency, trunc(minor)::text) AS by_currency FROM missing GROUP BY day, figure
  ) f GROUP BY day
), figures AS (
  SELECT d.day, coalesce(u.figures, '{}') AS unconverted,
    coalesce(recognised.usd, CASE WHEN u.figures ? 'recognised' THEN NULL ELSE 0 END) AS recognised,
    coalesce(f.billed, CASE WHEN u.figures ? 'billed' THEN NULL ELSE 0 END) AS billed,
    coalesce(cash.usd, CASE WHEN u.figures ? 'cash' THEN NULL ELSE 0 END) AS cash,
    coalesce(cash.fees, CASE WHEN u.figures ? 'fees' THEN NULL ELSE 0 END) AS fees,
    coalesce(cash.refunds, CASE WHEN u.figures ? 'refunds' THEN NULL ELSE 0 END) AS refunds,
    coalesce(cash.disputes, CASE WHEN u.figures ? 'disputes' THEN NULL ELSE 0 END) AS disputes,
    coalesce(f.credited, CASE WHEN u.figures ? 'credited' THEN NULL ELSE 0 END) AS credited,
    coalesce(f.bad_debt, CASE WHEN u.figures ? 'bad_debt' THEN NULL ELSE 0 END) AS bad_debt,
    CASE WHEN deferred.is_unknown THEN NULL ELSE coalesce(deferred.usd, 0) END AS deferred
  FROM unnest($1::date[]) AS d(day) LEFT JOIN recognised USING (day) LEFT JOIN finalised f USING (day)
    LEFT JOIN cash USING (day) LEFT JOIN unconverted u USING (day) LEFT JOIN deferred USING (day)
)
INSERT INTO revenue_daily AS r (day, recognised_usd, billed_usd, cash_usd, fees_usd, refunds_usd, disputes_usd,
  credited_usd, bad_debt_usd, deferred_usd, unconverted, provisional, demo, updated_at)
SELECT day, CASE WHEN day < $3::date THEN recognised END, CASE WHEN day < $3::date THEN billed END,
  CASE WHEN day < $4::date THEN cash END, CASE WHEN day < $4::date THEN fees END,
  CASE WHEN day < $4::date THEN refunds END, CASE WHEN day < $4::date THEN disputes END,
  CASE WHEN day < $3::date THEN credited END, CASE WHEN day < $3::date THEN bad_debt END,
  CASE WHEN day < $3::date THEN deferred END, unconverted, day >= $2::date, false, now()
FROM figures ORDER BY day
ON CONFLICT (day) DO UPDATE SET recognised_usd = excluded.recognised_usd, billed_usd = excluded.billed_usd,
  cash_usd = excluded.cash_usd, fees_usd = excluded.fees_usd, refunds_usd = excluded.refunds_usd,
  disputes_usd = excluded.disputes_usd, credited_usd = excluded.credited_usd, bad_debt_usd = excluded.bad_debt_usd,
  deferred_usd = excluded.deferred_usd, unconverted = excluded.unconverted, provisional = excluded.provisional,
  demo = false, updated_at = now()
WHERE (r.recognised_usd, r.billed_usd, r.cash_usd, r.fees_usd, r.refunds_usd, r.disputes_usd, r.credited_usd,
  r.bad_debt_usd, r.deferred_usd, r.unconverted, r.provisional, r.demo)
  IS DISTINCT FROM (excluded.recognised_usd, excluded.billed_usd, excluded.cash_usd, excluded.fees_usd,
    excluded.refunds_usd, excluded.disputes_usd, excluded.credited_usd, excluded.bad_debt_usd, excluded.deferred_usd,
    excluded.unconverted, excluded.provisional, false)`;

const CUSTOMERS = `${PARTS}, input AS (
  SELECT day, customer, sum(usd) AS usd FROM parts WHERE usd IS NOT NULL
    GROUP BY day, customer HAVING sum(usd) <> 0
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

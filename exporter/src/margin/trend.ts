import { z } from 'zod';
import type { RevenueBasis, SummaryTrendRow } from '../contract/datasets.ts';
import type { Queryable } from '../database/queryable.ts';
import { micros, usdText } from '../money/format.ts';
import type { Period } from '../money/days.ts';
import { netMargin } from './net-margin.ts';
import { REVENUE_COLUMNS } from './totals.ts';

const amount = z.string().nullable().transform(micros);
const row = z.object({
  day: z.string(),
  revenue: amount,
  fees: amount,
  llm: amount,
  infrastructure: amount,
  whole_revenue: z.boolean(),
  whole_costs: z.boolean(),
  unknown_llm: z.boolean(),
});

/**
 * For each day of the period the totals of the `days` days that end with it. A window that begins before the first
 * known day has none: it would look like growth.
 */
export async function trailingTotals(
  db: Queryable,
  period: Period,
  basis: RevenueBasis,
  days: number,
): Promise<SummaryTrendRow[]> {
  const column = REVENUE_COLUMNS[basis];
  const { rows } = await db.query(
    `WITH by_day AS (
       SELECT d.day::date AS day, r.${column} AS revenue, r.fees_usd AS fees,
         coalesce(r.unconverted ?| ARRAY['${basis}', 'fees'], false) AS is_partial, c.llm, c.infrastructure,
         coalesce(c.unknown_llm, false) AS unknown_llm
       FROM generate_series(
         ($1::date - $3::int + 1)::timestamp, $2::date::timestamp - interval '1 day', '1 day') AS d(day)
       LEFT JOIN revenue_daily r ON r.day = d.day::date
       LEFT JOIN (
         SELECT day, sum(amount_usd) FILTER (WHERE provider = 'llm') AS llm,
           sum(amount_usd) FILTER (WHERE provider <> 'llm') AS infrastructure,
           bool_or(provider = 'llm' AND amount_usd IS NULL) AS unknown_llm
         FROM effective_costs WHERE day >= $1::date - $3::int AND day < $2::date GROUP BY day
       ) c ON c.day = d.day::date
     ), since AS (
       SELECT (SELECT min(day) FROM revenue_daily WHERE ${column} IS NOT NULL) AS revenue,
         (SELECT min(day) FROM component_costs) AS costs
     ), windows AS (
       SELECT day, sum(revenue) OVER w AS revenue, sum(fees) OVER w AS fees, sum(llm) OVER w AS llm,
         sum(infrastructure) OVER w AS infrastructure, min(day) OVER w AS first, bool_or(is_partial) OVER w AS is_partial,
         bool_or(unknown_llm) OVER w AND sum(llm) OVER w IS NULL AS unknown_llm
       FROM by_day WINDOW w AS (ORDER BY day ROWS BETWEEN $3::int - 1 PRECEDING AND CURRENT ROW)
     )
     SELECT w.day::text AS day, w.revenue::text AS revenue, w.fees::text AS fees, w.llm::text AS llm,
       w.infrastructure::text AS infrastructure, coalesce(w.first >= s.revenue, false) AND NOT w.is_partial AS whole_revenue,
       coalesce(w.first >= s.costs, false) AS whole_costs, w.unknown_llm
     FROM windows w, since s WHERE w.day >= $1::date ORDER BY w.day`,
    [period.from, period.to, days],
  );
  return z
    .array(row)
    .parse(rows)
    .map((one) => {
      const revenue = one.whole_revenue ? one.revenue : null;
      const llm = one.whole_costs ? one.llm : null;
      const infrastructure = one.whole_costs ? one.infrastructure : null;
      // Usage of which nothing has a price is a cost of which nothing is known.
      const unknownCosts = !one.whole_costs || one.unknown_llm;
      const { margin } = netMargin({ revenue, llm, infrastructure, fees: one.fees, unknownCosts });
      return {
        day: one.day,
        revenueUsd: usdText(revenue),
        llmCostUsd: usdText(llm),
        infrastructureCostUsd: usdText(infrastructure),
        netMarginUsd: usdText(margin),
      };
    });
}

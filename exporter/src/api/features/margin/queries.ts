import { z } from 'zod';
import type { RevenueBasis, RevenueVsCostsRow } from '../../../contract/datasets.ts';
import type { Queryable } from '../../../store/queryable.ts';
import { micros, usdText } from '../../shared/format.ts';
import type { Period } from '../../shared/period.ts';

const amount = z.string().nullable().transform(micros);

/** Columns are ours, never a caller's text. */
export const REVENUE_COLUMNS = { recognised: 'recognised_usd', cash: 'cash_usd' } as const;

const totals = z.object({
  revenue: amount, fees: amount, llm: amount, infrastructure: amount, mrr: amount,
  revenue_since: z.string().nullable(), days_without_fees: z.int(),
  costs_since: z.record(z.string(), z.string()),
});
export type PeriodTotals = z.output<typeof totals>;

/** Both sides over exactly the same days. `mrrBefore` is where the newest MRR snapshot is looked for. */
export async function periodTotals(db: Queryable, period: Period, basis: RevenueBasis, mrrBefore: string): Promise<PeriodTotals> {
  const column = REVENUE_COLUMNS[basis];
  const { rows } = await db.query(
    `WITH revenue AS (
       SELECT sum(${column})::text AS revenue, sum(fees_usd)::text AS fees, min(day) FILTER (WHERE ${column} IS NOT NULL)::text AS revenue_since,
         count(*) FILTER (WHERE ${column} IS NOT NULL AND fees_usd IS NULL)::int AS days_without_fees
       FROM revenue_daily WHERE day >= $1::date AND day < $2::date
     ), costs AS (
       SELECT provider, sum(amount_usd) AS amount, min(day)::text AS since FROM effective_costs
       WHERE day >= $1::date AND day < $2::date AND amount_usd IS NOT NULL GROUP BY provider
     )
     SELECT r.*, (SELECT sum(amount) FROM costs WHERE provider = 'llm')::text AS llm, (SELECT sum(amount) FROM costs WHERE provider <> 'llm')::text AS infrastructure,
       (SELECT mrr_usd FROM revenue_daily WHERE day < $3::date AND mrr_usd IS NOT NULL ORDER BY day DESC LIMIT 1)::text AS mrr,
       coalesce((SELECT json_object_agg(provider, since) FROM costs), '{}') AS costs_since
     FROM revenue r`,
    [period.from, period.to, mrrBefore],
  );
  return totals.parse(rows[0]);
}

const dayRow = z.object({ day: z.string(), mrr: amount, revenue: amount, fees: amount, cost: amount });

export async function revenueByDay(db: Queryable, period: Period, basis: RevenueBasis, lastCompleteDay: string | null): Promise<RevenueVsCostsRow[]> {
  const { rows } = await db.query(
    `SELECT d.day::date::text AS day, r.mrr_usd::text AS mrr, r.${REVENUE_COLUMNS[basis]}::text AS revenue, r.fees_usd::text AS fees, c.cost::text AS cost
     FROM generate_series($1::date::timestamp, $2::date::timestamp - interval '1 day', '1 day') AS d(day)
     LEFT JOIN revenue_daily r ON r.day = d.day::date
     LEFT JOIN (SELECT day, sum(amount_usd) AS cost FROM effective_costs WHERE day >= $1::date AND day < $2::date GROUP BY day) c ON c.day = d.day::date
     ORDER BY d.day`,
    [period.from, period.to],
  );
  return z.array(dayRow).parse(rows).map(({ day, mrr, revenue, fees, cost }) => {
    const complete = lastCompleteDay !== null && day <= lastCompleteDay;
    const whole = cost === null ? null : cost + (fees ?? 0n);
    const margin = complete && revenue !== null && fees !== null && whole !== null ? revenue - whole : null;
    return { day, mrrUsd: usdText(mrr), revenueUsd: usdText(revenue), costUsd: usdText(whole), marginUsd: usdText(margin) };
  });
}

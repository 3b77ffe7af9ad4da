import { z } from 'zod';
import type { RevenueBasis, RevenueVsCostsRow } from '../contract/datasets.ts';
import type { Micros } from '../money/micros.ts';
import type { Queryable } from '../database/queryable.ts';
import { micros, sumKnown, usdText } from '../money/format.ts';
import type { Period } from '../money/days.ts';

const amount = z.string().nullable().transform(micros);

/** Columns are ours, never a caller's text. */
export const REVENUE_COLUMNS = { recognised: 'recognised_usd', cash: 'cash_usd' } as const;

const revenueTotals = z.object({
  revenue: amount,
  fees: amount,
  mrr: amount,
  revenue_since: z.string().nullable(),
  days_without_fees: z.int(),
  /** Days of which a part has no exchange rate: `revenue` is the known part. */
  days_unconverted: z.int(),
});

export interface PeriodTotals extends z.output<typeof revenueTotals> {
  readonly llm: Micros | null;
  readonly infrastructure: Micros | null;
  /** By provider. */
  readonly costsSince: ReadonlyMap<string, string>;
}

/** What a provider cost in the period by one source, and the first day with a known amount. */
export interface KnownCost {
  readonly provider: string;
  readonly amount: Micros;
  readonly since: string;
}

interface CostsOfPeriod extends Period {
  readonly costs: readonly KnownCost[];
}

/**
 * Revenue and costs over exactly the same days; the caller has summed the costs. The MRR is that of the newest snapshot
 * before the day `mrrBefore`.
 */
export async function periodTotals(
  db: Queryable,
  { from, to, costs }: CostsOfPeriod,
  basis: RevenueBasis,
  mrrBefore: string,
): Promise<PeriodTotals> {
  const column = REVENUE_COLUMNS[basis];
  const { rows } = await db.query(
    `SELECT sum(${column})::text AS revenue, sum(fees_usd)::text AS fees,
       min(day) FILTER (WHERE ${column} IS NOT NULL)::text AS revenue_since,
       count(*) FILTER (WHERE ${column} IS NOT NULL AND fees_usd IS NULL)::int AS days_without_fees,
       count(*) FILTER (WHERE unconverted ?| ARRAY['${basis}', 'fees'])::int AS days_unconverted,
       (SELECT mrr_usd FROM revenue_daily WHERE day < $3::date AND mrr_usd IS NOT NULL ORDER BY day DESC
         LIMIT 1)::text AS mrr
     FROM revenue_daily WHERE day >= $1::date AND day < $2::date`,
    [from, to, mrrBefore],
  );
  const providers = [...Map.groupBy(costs, ({ provider }) => provider)];
  const sumOf = (parts: CostsOfPeriod['costs']): Micros | null => sumKnown(parts.map((part) => part.amount));
  return {
    ...revenueTotals.parse(rows[0]),
    llm: sumOf(costs.filter(({ provider }) => provider === 'llm')),
    infrastructure: sumOf(costs.filter(({ provider }) => provider !== 'llm')),
    costsSince: new Map(
      providers.map(([provider, parts]) => [
        provider,
        parts.map(({ since }) => since).reduce((a, b) => (a < b ? a : b)),
      ]),
    ),
  };
}

const dayRow = z.object({
  day: z.string(),
  mrr: amount,
  revenue: amount,
  fees: amount,
  cost: amount,
  unknown_llm: z.boolean(),
});

export async function revenueByDay(
  db: Queryable,
  period: Period,
  basis: RevenueBasis,
  lastCompleteDay: string | null,
): Promise<RevenueVsCostsRow[]> {
  const { rows } = await db.query(
    `SELECT d.day::date::text AS day, r.mrr_usd::text AS mrr,
       CASE WHEN NOT r.unconverted ? '${basis}' THEN r.${REVENUE_COLUMNS[basis]} END::text AS revenue,
       CASE WHEN NOT r.unconverted ? 'fees' THEN r.fees_usd END::text AS fees, c.cost::text AS cost,
       coalesce(c.unknown_llm, false) AS unknown_llm
     FROM generate_series($1::date::timestamp, $2::date::timestamp - interval '1 day', '1 day') AS d(day)
     LEFT JOIN revenue_daily r ON r.day = d.day::date
     LEFT JOIN (
       SELECT day, sum(amount_usd) AS cost,
         bool_or(provider = 'llm' AND amount_usd IS NULL)
           AND sum(amount_usd) FILTER (WHERE provider = 'llm') IS NULL AS unknown_llm
       FROM effective_costs WHERE day >= $1::date AND day < $2::date GROUP BY day
     ) c ON c.day = d.day::date
     ORDER BY d.day`,
    [period.from, period.to],
  );
  return z
    .array(dayRow)
    .parse(rows)
    .map(({ day, mrr, revenue, fees, cost, unknown_llm: isUnknown }) => {
      const complete = lastCompleteDay !== null && day <= lastCompleteDay;
      const whole = cost === null ? null : cost + (fees ?? 0n);
      const isKnown = complete && !isUnknown && fees !== null;
      const margin = isKnown && revenue !== null && whole !== null ? revenue - whole : null;
      return {
        day,
        mrrUsd: usdText(mrr),
        revenueUsd: usdText(revenue),
        costUsd: usdText(whole),
        marginUsd: usdText(margin),
      };
    });
}

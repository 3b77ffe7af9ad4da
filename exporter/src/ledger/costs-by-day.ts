import { z } from 'zod';
import type { InfrastructureCostRow } from '../contract/datasets.ts';
import { COST_FIELDS, COST_SOURCES, costFieldOf, recordOf } from '../contract/providers.ts';
import { compareProviders, titleOf } from '../contract/vendors.ts';
import type { Period } from '../money/days.ts';
import type { Queryable } from '../database/queryable.ts';
import { formatMicros, parseMicros, sumMicros } from '../money/micros.ts';

const dayRow = z.object({
  day: z.string(),
  costs: z.array(
    z.object({
      provider: z.string(),
      amount: z.string().transform(parseMicros),
      source: z.enum([...COST_SOURCES, 'mixed']),
    }),
  ),
});

/**
 * SQL: one row for every day of `[$1, $2)`, with the list of what each provider cost and the source of each
 * figure. $3 is a provider or null. Parse the rows with `parseCostDays`.
 *
 * @param costs what counts, by day, provider, component and source: `effective_costs` or an expression of `before`
 * @param before common table expressions, each followed by a comma
 */
export const costsByDaySql = (costs: string, before = ''): string => `
WITH ${before}per_provider AS (
  SELECT day, provider, sum(amount_usd) AS amount,
    CASE WHEN min(source) = max(source) THEN min(source) ELSE 'mixed' END AS source
  FROM ${costs}
  WHERE day >= $1::date AND day < $2::date AND ($3::text IS NULL OR provider = $3) AND amount_usd IS NOT NULL
  GROUP BY day, provider
), per_day AS (
  SELECT day, jsonb_agg(jsonb_build_object('provider', provider, 'amount', amount::text, 'source', source)) AS costs
  FROM per_provider GROUP BY day
)
SELECT d.day::date::text AS day, coalesce(p.costs, '[]') AS costs
FROM generate_series($1::date::timestamp, $2::date::timestamp - interval '1 day', '1 day') AS d(day)
LEFT JOIN per_day p ON p.day = d.day::date
ORDER BY d.day`;

/** What counts on each day of the period, with every correction; days without a cost have nulls. */
export async function costsByDay(db: Queryable, period: Period, provider?: string): Promise<InfrastructureCostRow[]> {
  const { rows } = await db.query(costsByDaySql('effective_costs'), [period.from, period.to, provider ?? null]);
  return parseCostDays(rows);
}

export function parseCostDays(rows: readonly unknown[]): InfrastructureCostRow[] {
  return z.array(dayRow).parse(rows).map(costRow);
}

/** The fields by provider are those of the view `infrastructure_costs_summary`. */
function costRow({ day, costs }: z.output<typeof dayRow>): InfrastructureCostRow {
  const sorted = costs.toSorted((a, b) => compareProviders(a.provider, b.provider));
  const sum = (counts: (provider: string) => boolean): string | null => {
    const counted = sorted.filter(({ provider }) => counts(provider));
    return counted.length === 0 ? null : formatMicros(sumMicros(counted.map((cost) => cost.amount)));
  };
  return {
    day,
    ...recordOf(COST_FIELDS, (field) => sum((provider) => costFieldOf(provider) === field)),
    otherUsd: sum((provider) => costFieldOf(provider) === null),
    totalUsd: sum(() => true),
    byProvider: sorted.map((cost) => ({
      provider: cost.provider,
      title: titleOf(cost.provider),
      costUsd: formatMicros(cost.amount),
      source: cost.source,
    })),
    sources: Object.fromEntries(sorted.map(({ provider, source }) => [provider, source])),
  };
}

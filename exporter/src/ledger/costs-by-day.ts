import { z } from 'zod';
import type { InfrastructureCostRow } from '../contract/datasets.ts';
import { COST_SOURCES } from '../contract/providers.ts';
import type { Period } from '../money/days.ts';
import type { Queryable } from '../database/queryable.ts';
import { micros, usdText } from '../money/format.ts';

const amount = z
  .string()
  .nullable()
  .transform((text) => usdText(micros(text)));

const dayRow = z.object({
  day: z.string(),
  llm: amount,
  digital_ocean: amount,
  weaviate: amount,
  supabase: amount,
  twilio: amount,
  other: amount,
  total: amount,
  sources: z.record(z.string(), z.enum([...COST_SOURCES, 'mixed'])),
});

/**
 * SQL: one row for every day of `[$1, $2)`, with the columns of `infrastructure_costs_summary` and the source of each
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
  SELECT day,
    sum(amount) FILTER (WHERE provider = 'llm') AS llm,
    sum(amount) FILTER (WHERE provider = 'digital_ocean') AS digital_ocean,
    sum(amount) FILTER (WHERE provider = 'weaviate') AS weaviate,
    sum(amount) FILTER (WHERE provider = 'supabase') AS supabase,
    sum(amount) FILTER (WHERE provider = 'twilio') AS twilio,
    sum(amount) FILTER (WHERE provider NOT IN ('llm', 'digital_ocean', 'weaviate', 'supabase', 'twilio')) AS other,
    sum(amount) AS total,
    jsonb_object_agg(provider, source) AS sources
  FROM per_provider GROUP BY day
)
SELECT d.day::date::text AS day, p.llm::text AS llm, p.digital_ocean::text AS digital_ocean,
  p.weaviate::text AS weaviate, p.supabase::text AS supabase, p.twilio::text AS twilio, p.other::text AS other,
  p.total::text AS total, coalesce(p.sources, '{}') AS sources
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

function costRow(row: z.output<typeof dayRow>): InfrastructureCostRow {
  return {
    day: row.day,
    llmUsd: row.llm,
    digitalOceanUsd: row.digital_ocean,
    weaviateUsd: row.weaviate,
    supabaseUsd: row.supabase,
    twilioUsd: row.twilio,
    otherUsd: row.other,
    totalUsd: row.total,
    sources: row.sources,
  };
}

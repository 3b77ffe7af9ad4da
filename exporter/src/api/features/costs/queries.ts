import { z } from 'zod';
import type { CostSourceRow, InfrastructureCostRow } from '../../../contract/datasets.ts';
import { COST_SOURCES, type CostSource } from '../../../contract/providers.ts';
import { adjustmentsAsOf, BOOKED_COSTS, bookedLedger } from '../../../invoices/as-booked.ts';
import { parseMicros, type Micros } from '../../../money/micros.ts';
import type { Queryable } from '../../../database/queryable.ts';
import { micros, usdText } from '../../shared/format.ts';
import type { Period } from '../../shared/period.ts';

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

// The columns are those of infrastructure_costs_summary; the source of each stands beside them.
const byDay = (costs: string, before = ''): string => `
WITH ${before}per_provider AS (
  SELECT day, provider, sum(amount_usd) AS amount, CASE WHEN min(source) = max(source) THEN min(source) ELSE 'mixed' END AS source
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
SELECT d.day::date::text AS day, p.llm::text AS llm, p.digital_ocean::text AS digital_ocean, p.weaviate::text AS weaviate,
  p.supabase::text AS supabase, p.twilio::text AS twilio, p.other::text AS other, p.total::text AS total, coalesce(p.sources, '{}') AS sources
FROM generate_series($1::date::timestamp, $2::date::timestamp - interval '1 day', '1 day') AS d(day)
LEFT JOIN per_day p ON p.day = d.day::date
ORDER BY d.day`;

export async function costsByDay(db: Queryable, period: Period, provider?: string): Promise<InfrastructureCostRow[]> {
  const { rows } = await db.query(byDay('effective_costs'), [period.from, period.to, provider ?? null]);
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

const sourceSum = z.object({ source: z.enum(COST_SOURCES), amount: z.string().transform(parseMicros) });

export interface BookedCosts {
  readonly rows: InfrastructureCostRow[];
  /** What each source adds to the period, for coverage. */
  readonly sources: readonly { readonly source: CostSource; readonly amount: Micros }[];
}

/** The same as it stood at the end of a day: with the invoices, corrections and voids that were entered by then. */
export async function costsAsBooked(
  db: Queryable,
  period: Period,
  asOf: string,
  provider?: string,
): Promise<BookedCosts> {
  const ledger = bookedLedger(await adjustmentsAsOf(db, asOf, period.from, period.to));
  const values = [period.from, period.to, provider ?? null, JSON.stringify(ledger), asOf];
  const days = await db.query(byDay('booked', `${BOOKED_COSTS}, `), values);
  const sources = await db.query(
    `WITH ${BOOKED_COSTS} SELECT source, sum(amount_usd)::text AS amount FROM booked WHERE amount_usd IS NOT NULL AND ($3::text IS NULL OR provider = $3) GROUP BY source`,
    values,
  );
  return { rows: z.array(dayRow).parse(days.rows).map(costRow), sources: z.array(sourceSum).parse(sources.rows) };
}

const sourceRow = z.object({
  provider: z.string(),
  component: z.string(),
  source: z.enum(COST_SOURCES),
  days: z.int(),
  cost: amount,
  in_force: z.boolean(),
  counted: amount,
});

// Materialized: before the table was first analyzed, a planner that expects a handful of rows would rank them anew for each row of the ledger.
const BY_SOURCE = `
WITH effective AS MATERIALIZED (SELECT day, provider, component, source, amount_usd FROM effective_costs WHERE day >= $1::date AND day < $2::date)
SELECT c.provider, c.component, c.source, count(DISTINCT c.day)::int AS days, sum(c.amount_usd)::text AS cost,
  bool_or(e.day IS NOT NULL) AS in_force, sum(e.amount_usd)::text AS counted
FROM component_costs c
LEFT JOIN effective e
  ON e.day = c.day AND e.provider = c.provider AND e.component = c.component AND e.source = c.source
WHERE c.day >= $1::date AND c.day < $2::date AND ($3::text IS NULL OR c.provider = $3)
GROUP BY c.provider, c.component, c.source
ORDER BY c.provider, c.component, cost_source_rank(c.source)`;

/** Every source that says something about the period, also those that give way to a better one. */
export async function costsBySource(db: Queryable, period: Period, provider?: string): Promise<CostSourceRow[]> {
  const { rows } = await db.query(BY_SOURCE, [period.from, period.to, provider ?? null]);
  return z
    .array(sourceRow)
    .parse(rows)
    .map((row) => ({
      provider: row.provider,
      component: row.component,
      source: row.source,
      days: row.days,
      costUsd: row.cost,
      inForce: row.in_force,
      countedUsd: row.counted,
    }));
}

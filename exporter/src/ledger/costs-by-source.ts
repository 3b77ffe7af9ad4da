import { z } from 'zod';
import type { CostSourceRow } from '../contract/datasets.ts';
import { COST_SOURCES } from '../contract/providers.ts';
import type { Period } from '../money/days.ts';
import type { Queryable } from '../database/queryable.ts';
import { micros, usdText } from '../money/format.ts';

const amount = z
  .string()
  .nullable()
  .transform((text) => usdText(micros(text)));

const sourceRow = z.object({
  provider: z.string(),
  component: z.string(),
  source: z.enum(COST_SOURCES),
  days: z.int(),
  cost: amount,
  in_force: z.boolean(),
  counted: amount,
});

// Materialized: until the table has been analyzed, the planner expects a handful of rows and would rank them again for
// each row of the ledger.
const BY_SOURCE = `
WITH effective AS MATERIALIZED (
  SELECT day, provider, component, source, amount_usd FROM effective_costs WHERE day >= $1::date AND day < $2::date
)
SELECT c.provider, c.component, c.source, count(DISTINCT c.day)::int AS days, sum(c.amount_usd)::text AS cost,
  bool_or(e.day IS NOT NULL) AS in_force, sum(e.amount_usd)::text AS counted
FROM component_costs c
LEFT JOIN effective e
  ON e.day = c.day AND e.provider = c.provider AND e.component = c.component AND e.source = c.source
WHERE c.day >= $1::date AND c.day < $2::date AND ($3::text IS NULL OR c.provider = $3)
GROUP BY c.provider, c.component, c.source
ORDER BY c.provider, c.component, cost_source_rank(c.source)`;

/** Every source with a figure for the period, including those that give way to a better one. */
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

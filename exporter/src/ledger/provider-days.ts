import { z } from 'zod';
import { COST_SOURCES } from '../contract/providers.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Period } from '../money/days.ts';
import type { DayCost } from '../money/forecast.ts';
import { parseMicros } from '../money/micros.ts';

const costRow = z.object({
  provider: z.string(),
  day: z.string(),
  amount: z.string().transform(parseMicros),
  rank: z.int(),
});

/** What counts of each provider by day, with the best source where its components differ. */
export async function providerDays(db: Queryable, period: Period): Promise<Map<string, DayCost[]>> {
  const { rows } = await db.query(
    `SELECT provider, day::text AS day, sum(amount_usd)::text AS amount, min(cost_source_rank(source)) AS rank
     FROM effective_costs
     WHERE day >= $1::date AND day < $2::date AND amount_usd IS NOT NULL
     GROUP BY effective_costs.provider, effective_costs.day ORDER BY 1, 2`,
    [period.from, period.to],
  );
  const costs = z
    .array(costRow)
    .parse(rows)
    .map(({ provider, day, amount, rank }) => ({
      provider,
      day,
      amount,
      source: COST_SOURCES[rank - 1] ?? 'estimate',
    }));
  return Map.groupBy(costs, ({ provider }) => provider);
}

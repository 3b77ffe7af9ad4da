import { z } from 'zod';
import type { Queryable } from '../../database/queryable.ts';
import { parseMicros, type Micros } from '../../money/micros.ts';
import type { Variation, VariationSums } from './price-variations.ts';
import { parameters, PRICED, type DatedPrice, type RepriceRange } from './priced-usage.ts';

const amount = z.string().transform(parseMicros);
const varyingRow = z.object({
  provider: z.string(),
  model: z.string(),
  cost: amount,
  long: amount,
  by_modality: amount,
  by_hour: amount,
});

/**
 * How much of the range's cost is by prices that depend on more than a day's totals tell: `long` of rows that may hold
 * long requests, `by_modality` of others whose sound or pictures have prices of their own and are not counted,
 * `by_hour` of the rest whose price has hours. A reported cost is what was charged, whatever it depends on.
 */
const VARYING = (last: number): string => `WITH ${PRICED}, varying AS (
  SELECT day, provider, model, long_from, by_modality, by_hour
  FROM unnest($3::date[], $4::text[], $5::text[], $${last - 2}::numeric[], $${last - 1}::boolean[], $${last}::boolean[])
    AS v(day, provider, model, long_from, by_modality, by_hour)
), costs AS (
  SELECT provider, model, computed AS cost, CASE
    WHEN prompt_tokens > long_from THEN 'long'
    WHEN by_modality AND audio_prompt_tokens + audio_completion_tokens = 0 THEN 'modality'
    WHEN by_hour THEN 'hour'
  END AS variation
  FROM priced JOIN varying USING (day, provider, model) WHERE computed IS NOT NULL
  UNION ALL
  SELECT h.provider, h.model, h.reported_cost_usd, NULL
  FROM llm_metrics_history h JOIN varying USING (day, provider, model)
  WHERE h.day >= $1::date AND h.day < $2::date AND h.reported_cost_usd IS NOT NULL
)
SELECT provider, model, sum(cost)::text AS cost,
  coalesce(sum(cost) FILTER (WHERE variation = 'long'), 0)::text AS long,
  coalesce(sum(cost) FILTER (WHERE variation = 'modality'), 0)::text AS by_modality,
  coalesce(sum(cost) FILTER (WHERE variation = 'hour'), 0)::text AS by_hour
FROM costs GROUP BY provider, model ORDER BY provider, model`;

export async function variationsOf(
  db: Queryable,
  range: RepriceRange,
  prices: readonly DatedPrice[],
): Promise<VariationSums> {
  const parts = new Map<Variation, { cost: Micros; models: Set<string> }>();
  const mayVary = ({ price }: DatedPrice): boolean =>
    price?.longFrom !== undefined || price?.byModality === true || price?.byHour === true;
  if (!prices.some(mayVary)) return { total: 0n, parts };
  const given = [
    ...parameters(range, prices),
    prices.map(({ price }) => price?.longFrom ?? null),
    prices.map(({ price }) => price?.byModality === true),
    prices.map(({ price }) => price?.byHour === true),
  ];
  const { rows } = await db.query(VARYING(given.length), given);
  const found = z.array(varyingRow).parse(rows);
  for (const [kind, column] of [
    ['context', 'long'],
    ['modality', 'by_modality'],
    ['hour', 'by_hour'],
  ] as const) {
    const varying = found.filter((row) => row[column] > 0n);
    if (varying.length === 0) continue;
    parts.set(kind, {
      cost: varying.reduce((sum, row) => sum + row[column], 0n),
      models: new Set(varying.map(({ provider, model }) => `${provider}/${model}`)),
    });
  }
  return { total: found.reduce((sum, { cost }) => sum + cost, 0n), parts };
}

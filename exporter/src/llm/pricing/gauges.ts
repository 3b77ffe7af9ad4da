import { z } from 'zod';
import { microsToNumber, parseMicros, sumMicros } from '../../money/micros.ts';
import type { Queryable } from '../../database/queryable.ts';

const COST = 'llm_cost_day_usd';
const UNPRICED = 'llm_unpriced_tokens_day';
const OTHER = 'other';

const storedSamples = z.object({
  day: z.string(),
  samples: z.array(z.object({ name: z.string(), labels: z.record(z.string(), z.string()), value: z.number() })),
});
const modelRows = z.array(
  z.object({ provider: z.string(), model: z.string(), cost: z.string().nullable(), unpriced: z.string() }),
);

/**
 * Brings cost and unpriced tokens in the stored gauges of the LLM collector in line with the usage that is stored,
 * where their day is one of `days`; so that `/metrics` and its alerts need not wait for the next synchronisation.
 */
export async function updateCostGauges(tx: Queryable, days: readonly string[]): Promise<void> {
  const found = await tx.query(
    `SELECT day::text AS day, samples FROM collector_samples WHERE collector = 'llm'
      AND day = ANY($1::date[]) FOR UPDATE`,
    [days],
  );
  if (found.rows[0] === undefined) return;
  const { day, samples } = storedSamples.parse(found.rows[0]);
  const used = await tx.query(
    `SELECT provider, model, sum(cost_usd)::text AS cost, sum(unpriced_tokens)::text AS unpriced
      FROM llm_metrics_history
     WHERE day = $1::date GROUP BY provider, model ORDER BY provider, model`,
    [day],
  );
  const shown = new Set(samples.filter(({ name }) => name === UNPRICED).map(({ labels }) => keyOf(labels)));
  const groups = Map.groupBy(modelRows.parse(used.rows), ({ provider, model }) => seriesOf(shown, provider, model));
  const unchanged = samples.filter(
    ({ name, labels }) => (name !== COST && name !== UNPRICED) || !groups.has(keyOf(labels)),
  );
  const updated = [...groups]
    .filter(([key]) => shown.has(key))
    .flatMap(([key, rows]) => {
      const [llm_provider = OTHER, model = OTHER] = key.split('\n');
      const labels = { llm_provider, model };
      const costs = rows.flatMap(({ cost }) => (cost === null ? [] : [parseMicros(cost)]));
      return [
        ...(costs.length === 0 ? [] : [{ name: COST, labels, value: microsToNumber(sumMicros(costs)) }]),
        { name: UNPRICED, labels, value: rows.reduce((sum, { unpriced }) => sum + Number(unpriced), 0) },
      ];
    });
  await tx.query("UPDATE collector_samples SET samples = $1 WHERE collector = 'llm'", [
    JSON.stringify([...unchanged, ...updated]),
  ]);
}

function keyOf({ llm_provider = OTHER, model = OTHER }: Readonly<Record<string, string>>): string {
  return `${llm_provider}\n${model}`;
}

/** The series that shows a model: its own, or one of those that add the rest up. */
function seriesOf(shown: ReadonlySet<string>, provider: string, model: string): string {
  const keys = [`${provider}\n${model}`, `${provider}\n${OTHER}`];
  return keys.find((key) => shown.has(key)) ?? `${OTHER}\n${OTHER}`;
}

import { z } from 'zod';
import { microsToNumber, parseMicros, sumMicros } from '../../money/micros.ts';
import { addDays, type Period } from '../../money/days.ts';
import { sumKnown, usageCost } from '../../money/format.ts';
import { cacheSavings } from '../usage/cache-savings.ts';
import type { Queryable } from '../../database/queryable.ts';

const COST = 'llm_cost_day_usd';
const UNPRICED = 'llm_unpriced_tokens_day';
const SAVINGS = 'llm_cache_savings_day_usd';
const UPDATED: ReadonlySet<string> = new Set([COST, UNPRICED, SAVINGS]);
const OTHER = 'other';

const storedSamples = z.object({
  day: z.string(),
  samples: z.array(z.object({ name: z.string(), labels: z.record(z.string(), z.string()), value: z.number() })),
});
const modelRows = z.array(
  z.object({ provider: z.string(), model: z.string(), cost: z.string().nullable(), unpriced: z.string() }),
);

/**
 * Brings cost, unpriced tokens and the savings of caches in the stored gauges of the LLM collector in line with the
 * usage and the prices that are stored, where their day is in `period`; so that `/metrics` and its alerts need not wait
 * for the next synchronisation.
 */
export async function updateCostGauges(tx: Queryable, period: Period): Promise<void> {
  const found = await tx.query(
    `SELECT day::text AS day, samples FROM collector_samples WHERE collector = 'llm'
      AND day >= $1::date AND day < $2::date FOR UPDATE`,
    [period.from, period.to],
  );
  if (found.rows[0] === undefined) return;
  const { day, samples } = storedSamples.parse(found.rows[0]);
  const used = await tx.query(
    `SELECT provider, model, sum(cost_usd)::text AS cost, sum(unpriced_tokens)::text AS unpriced
      FROM llm_metrics_history
     WHERE day = $1::date GROUP BY provider, model ORDER BY provider, model`,
    [day],
  );
  const savings = await cacheSavings(tx, { from: day, to: addDays(day, 1) }, {});
  const shown = new Set(samples.filter(({ name }) => name === UNPRICED).map(({ labels }) => keyOf(labels)));
  const groups = Map.groupBy(modelRows.parse(used.rows), ({ provider, model }) => seriesOf(shown, provider, model));
  const updated = [...groups]
    .filter(([key]) => shown.has(key))
    .flatMap(([key, rows]) => {
      const [llm_provider = OTHER, model = OTHER] = key.split('\n');
      const labels = { llm_provider, model };
      const unpriced = rows.reduce((sum, row) => sum + Number(row.unpriced), 0);
      const known = sumKnown(rows.map(({ cost }) => (cost === null ? null : parseMicros(cost))));
      const cost = known === null ? null : usageCost(known, BigInt(unpriced));
      const saved = rows.flatMap((row) => savings.get(`${row.provider}\n${row.model}`) ?? []);
      const isSaved = saved.length > 0 && rows.every((row) => savings.get(`${row.provider}\n${row.model}`) !== null);
      return [
        ...(cost === null ? [] : [{ name: COST, labels, value: microsToNumber(cost) }]),
        { name: UNPRICED, labels, value: unpriced },
        ...(isSaved ? [{ name: SAVINGS, labels, value: microsToNumber(sumMicros(saved)) }] : []),
      ];
    });
  const unchanged = samples.filter(({ name, labels }) => !UPDATED.has(name) || !groups.has(keyOf(labels)));
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

import type pg from 'pg';
import { z } from 'zod';
import { addDays } from '../src/money/days.ts';
import { parseMicros } from '../src/money/micros.ts';
import type { TestApi } from './api-server.ts';

const micros = z
  .string()
  .nullable()
  .transform((amount) => (amount === null ? null : Number(parseMicros(amount))));

const usage = z.array(
  z.object({
    user: z.string(),
    provider: z.string(),
    model: z.string(),
    prompt: z.coerce.number(),
    completion: z.coerce.number(),
    cacheRead: z.coerce.number(),
    cacheWrite: z.coerce.number(),
    requests: z.coerce.number(),
    errors: z.coerce.number(),
    unpriced: z.coerce.number(),
    reported: micros,
    computed: micros,
    cost: micros,
  }),
);

/** What is stored of a day, by user, provider and model; costs in micro-USD. */
export async function storedUsage(pool: pg.Pool, day: string): Promise<z.output<typeof usage>> {
  const { rows } = await pool.query(
    `SELECT user_id AS "user", provider, model, prompt_tokens AS prompt, completion_tokens AS completion,
       cache_read_tokens AS "cacheRead", cache_write_tokens AS "cacheWrite", requests, errors,
       unpriced_tokens AS unpriced, reported_cost_usd::text AS reported, computed_cost_usd::text AS computed,
       cost_usd::text AS cost
     FROM llm_metrics_history WHERE day = $1::date ORDER BY 1, 2, 3`,
    [day],
  );
  return usage.parse(rows);
}

export async function emptyUsage(pool: pg.Pool): Promise<void> {
  await pool.query(
    `TRUNCATE llm_metrics_history, llm_user_day, llm_user_month, llm_model_day, llm_user_cum, llm_user_top,
       llm_user_late`,
  );
}

const answer = z.looseObject({ data: z.array(z.looseObject({ costUsd: z.string().nullable() })) });

/** The cost of all users on a day, as the API says it, in micro-USD; null where none of it is known. */
export async function costAtApi(api: TestApi, day: string): Promise<number | null> {
  const { json } = await api.get(`/api/v1/metrics/cost-by-user?from=${day}&to=${addDays(day, 1)}`);
  const known = answer
    .parse(json)
    .data.flatMap(({ costUsd }) => (costUsd === null ? [] : Number(parseMicros(costUsd))));
  return known.length === 0 ? null : known.reduce((sum, cost) => sum + cost, 0);
}

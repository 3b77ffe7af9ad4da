import { z } from 'zod';
import type { MonthlyModelRow, MonthlyRow } from '../../contract/datasets.ts';
import type { Queryable } from '../../database/queryable.ts';
import type { Period } from '../../money/days.ts';
import { usageCost, usdText } from '../../money/format.ts';
import { parseMicros } from '../../money/micros.ts';
import { countedRequests } from './counted-requests.ts';
import { conditions, modelSource, type UsageFilters } from './filters.ts';

const cost = z.string().transform(parseMicros);
const tokens = z.string().transform(BigInt);

const monthRow = z.object({
  month: z.string(),
  provider: z.string().nullable(),
  model: z.string().nullable(),
  cost: cost.nullable(),
  prompt: tokens.nullable(),
  completion: tokens.nullable(),
  requests: tokens.nullable(),
  unpriced: tokens.nullable(),
});

/**
 * Models shown under their names in a list by month; there may be thousands, which would be a row each for every month.
 */
const MAX_NAMED_MODELS = 100;

/**
 * Every month of the period. Months without stored usage have no figures: whether there was none is not known. By
 * model, the most expensive of the period are named and all others are one row a month: provider and model `other`, as
 * in the metrics.
 */
export async function usageByMonth(
  db: Queryable,
  period: Period,
  filters: UsageFilters,
  byModel: boolean,
): Promise<(MonthlyRow | MonthlyModelRow)[]> {
  const where = conditions(filters, 3);
  const during = `WHERE day >= $1::date AND day < $2::date${where.sql}`;
  const table = await modelSource(db, period, filters);
  const named = `most_expensive AS (
       SELECT provider, model, true AS named FROM ${table} ${during}
       GROUP BY provider, model
       ORDER BY coalesce(sum(cost_usd), 0) DESC, sum(prompt_tokens) + sum(completion_tokens) DESC, provider, model
         LIMIT ${MAX_NAMED_MODELS}
     ), `;
  const names = byModel
    ? "CASE WHEN named THEN provider ELSE 'other' END AS provider, CASE WHEN named THEN model ELSE 'other' END AS model"
    : 'NULL::text AS provider, NULL::text AS model';
  const { rows } = await db.query(
    `WITH ${byModel ? named : ''}used AS (
       SELECT date_trunc('month', day::timestamp)::date AS month, ${names}, coalesce(sum(cost_usd), 0)::text AS cost,
         sum(prompt_tokens)::text AS prompt, sum(completion_tokens)::text AS completion,
           sum(requests)::text AS requests,
         sum(unpriced_tokens)::text AS unpriced
       FROM ${table}${byModel ? ' LEFT JOIN most_expensive USING (provider, model)' : ''} ${during} GROUP BY 1, 2, 3
     )
     SELECT to_char(m.month, 'YYYY-MM') AS month, provider, model, cost, prompt, completion, requests, unpriced
     FROM generate_series(
       date_trunc('month', $1::date::timestamp), $2::date::timestamp - interval '1 day', '1 month') AS m(month)
     ${byModel ? 'JOIN' : 'LEFT JOIN'} used u ON u.month = m.month::date
     ORDER BY m.month, provider, model`,
    [period.from, period.to, ...where.values],
  );
  return z
    .array(monthRow)
    .parse(rows)
    .map((row) => ({
      month: row.month,
      ...(row.provider === null || row.model === null ? {} : { provider: row.provider, model: row.model }),
      costUsd: row.cost === null ? null : usdText(usageCost(row.cost, row.unpriced ?? 0n)),
      promptTokens: numberOrNull(row.prompt),
      completionTokens: numberOrNull(row.completion),
      requests: requestsOf(row),
      unpricedTokens: numberOrNull(row.unpriced),
    }));
}

/** Null too where the month's usage has tokens or a cost and no counted request. */
function requestsOf({ requests, prompt, completion, cost: spent }: z.infer<typeof monthRow>): number | null {
  if (requests === null) return null;
  const tokensUsed = (prompt ?? 0n) + (completion ?? 0n);
  return countedRequests({ requests, errors: 0n, tokens: tokensUsed, cost: spent ?? 0n }).requests;
}

function numberOrNull(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}

import { z } from 'zod';
import type { ErrorRateRow, TokenRatioRow } from '../../contract/datasets.ts';
import type { Queryable } from '../../database/queryable.ts';
import type { Period } from '../../money/days.ts';
import { ratio, usageCost, usdText } from '../../money/format.ts';
import { divideRounded, parseMicros } from '../../money/micros.ts';
import { cacheSavings } from './cache-savings.ts';
import { countedRequests } from './counted-requests.ts';
import { conditions, modelSource, type UsageFilters } from './filters.ts';

const cost = z.string().transform(parseMicros);
const tokens = z.string().transform(BigInt);

const modelRow = z.object({
  provider: z.string(),
  model: z.string(),
  prompt: tokens,
  completion: tokens,
  cost,
  unpriced: tokens,
  cached: tokens,
  gateway: tokens,
});

/** Tokens and cost by model, most tokens first; the cost per thousand tokens is over those that have a price. */
export async function tokensByModel(db: Queryable, period: Period, filters: UsageFilters): Promise<TokenRatioRow[]> {
  const source = await modelSource(db, period, filters);
  const where = conditions(filters, 3);
  const { rows } = await db.query(
    `SELECT provider, model, sum(prompt_tokens)::text AS prompt, sum(completion_tokens)::text AS completion,
       coalesce(sum(cost_usd), 0)::text AS cost, sum(unpriced_tokens)::text AS unpriced,
       sum(cache_read_tokens)::text AS cached,
       sum(gateway_prompt_tokens + gateway_completion_tokens)::text AS gateway
     FROM ${source} WHERE day >= $1::date AND day < $2::date${where.sql}
     GROUP BY provider, model ORDER BY sum(prompt_tokens) + sum(completion_tokens) DESC, provider, model LIMIT 1000`,
    [period.from, period.to, ...where.values],
  );
  const savings = await cacheSavings(db, period, filters);
  return z
    .array(modelRow)
    .parse(rows)
    .map((row) => {
      const saved = savings.get(`${row.provider}\n${row.model}`);
      const known = usageCost(row.cost, row.unpriced);
      const priced = row.prompt + row.completion - row.unpriced;
      return {
        provider: row.provider,
        model: row.model,
        promptTokens: Number(row.prompt),
        completionTokens: Number(row.completion),
        completionRatio: ratio(row.completion, row.prompt),
        costUsd: usdText(known),
        costPerThousandTokensUsd:
          known === null || priced <= 0n ? null : usdText(divideRounded(known * 1_000n, priced)),
        cachedTokens: Number(row.cached),
        cacheHitRate: ratio(row.cached, row.prompt),
        gatewayCachedTokens: Number(row.gateway),
        cacheSavingsUsd: row.cached + row.gateway === 0n ? '0.00' : usdText(saved ?? null),
      };
    });
}

const errorRow = z.object({ provider: z.string(), requests: tokens, errors: tokens, tokens, cost });

/** Requests, successes and errors by LLM provider; null where its source does not count requests. */
export async function errorsByProvider(db: Queryable, period: Period, filters: UsageFilters): Promise<ErrorRateRow[]> {
  const source = await modelSource(db, period, filters);
  const where = conditions(filters, 3);
  const { rows } = await db.query(
    `SELECT provider, sum(requests)::text AS requests, sum(errors)::text AS errors,
       sum(prompt_tokens + completion_tokens)::text AS tokens, coalesce(sum(cost_usd), 0)::text AS cost
     FROM ${source} WHERE day >= $1::date AND day < $2::date${where.sql} GROUP BY provider ORDER BY provider LIMIT 1000`,
    [period.from, period.to, ...where.values],
  );
  return z
    .array(errorRow)
    .parse(rows)
    .map((row) => {
      const { provider, requests, errors } = row;
      const counted = countedRequests(row);
      return {
        provider,
        requests: counted.requests,
        // A source may count a failed request before its request: never a negative number of successes.
        successes: counted.requests === null ? null : Number(errors > requests ? 0n : requests - errors),
        errors: counted.errors,
        errorRate: ratio(errors > requests ? requests : errors, requests),
      };
    });
}

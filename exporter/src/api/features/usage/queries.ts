import { z } from 'zod';
import type {
  CostByUserRow,
  ErrorRateRow,
  MonthlyModelRow,
  MonthlyRow,
  TokenRatioRow,
} from '../../../contract/datasets.ts';
import { divideRounded, parseMicros } from '../../../money/micros.ts';
import { rankedUser, rankUsers, type RankedUser } from '../../../llm/ranking/user-ranking.ts';
import { POSITION } from '../../../llm/ranking/user-totals.ts';
import type { Queryable } from '../../../database/queryable.ts';
import { ratio, usageCost, usdText } from '../../../money/format.ts';
import type { Period } from '../../shared/period.ts';
import { needRawUsage } from '../../shared/raw-usage.ts';
import type { UserPosition } from './cursor.ts';

export interface UsageFilters {
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly user?: string | undefined;
}

const cost = z.string().transform(parseMicros);
const tokens = z.string().transform(BigInt);

/** Rollups answer what they can; the raw history only where a filter asks for more than they hold. */
async function modelSource(db: Queryable, period: Period, { user }: UsageFilters): Promise<string> {
  if (user === undefined) return 'llm_model_day';
  await needRawUsage(db, period, 'usage of one user by model');
  return 'llm_metrics_history';
}

/** `AND column = $n` for each filter that is set, with its values; columns are ours, values are parameters. */
function conditions(filters: UsageFilters, first: number): { sql: string; values: string[] } {
  const set = [
    ['provider', filters.provider],
    ['model', filters.model],
    ['user_id', filters.user],
  ] as const;
  const used = set.flatMap(([column, value]) => (value === undefined ? [] : [{ column, value }]));
  return {
    sql: used.map(({ column }, index) => ` AND ${column} = $${first + index}`).join(''),
    values: used.map(({ value }) => value),
  };
}

export interface UserPage {
  readonly rows: readonly Omit<CostByUserRow, 'email'>[];
  readonly next: UserPosition | null;
}

/** Users by cost, dearest first; users without any known price come last. */
export async function usersByCost(
  db: Queryable,
  period: Period,
  filters: UsageFilters,
  limit: number,
  after?: UserPosition,
): Promise<UserPage> {
  const raw = filters.provider !== undefined || filters.model !== undefined;
  const found = await (raw
    ? rankedByModel(db, period, filters, limit + 1, after)
    : rankUsers(db, { ...period, most: limit + 1, after, user: filters.user }));
  const last = found.length > limit ? found[limit - 1] : undefined;
  return {
    rows: found.slice(0, limit).map((row) => ({
      userId: row.user_id,
      costUsd: usdText(usageCost(parseMicros(row.cost), row.unpriced)),
      promptTokens: Number(row.prompt),
      completionTokens: Number(row.completion),
      requests: Number(row.requests),
      errors: Number(row.errors),
      unpricedTokens: Number(row.unpriced),
    })),
    next: last === undefined ? null : { cost: last.position, userId: last.user_id },
  };
}

/** The same of one provider or model, which only the raw rows know. */
async function rankedByModel(
  db: Queryable,
  period: Period,
  filters: UsageFilters,
  most: number,
  after?: UserPosition,
): Promise<RankedUser[]> {
  await needRawUsage(db, period, 'a ranking of users by provider or model');
  const where = conditions(filters, 6);
  const { rows } = await db.query(
    `SELECT user_id, cost::text AS cost, prompt, completion, requests, errors, unpriced::text AS unpriced, position::text AS position FROM (
       SELECT *, ${POSITION} AS position FROM (
         SELECT user_id, coalesce(sum(cost_usd), 0) AS cost, sum(prompt_tokens)::text AS prompt, sum(completion_tokens)::text AS completion,
           sum(requests)::text AS requests, sum(errors)::text AS errors, sum(unpriced_tokens) AS unpriced
         FROM llm_metrics_history WHERE day >= $1::date AND day < $2::date${where.sql} GROUP BY user_id
       ) s
     ) u
     WHERE $4::numeric IS NULL OR u.position < $4::numeric OR (u.position = $4::numeric AND user_id COLLATE "C" > $5::text)
     ORDER BY u.position DESC, user_id COLLATE "C" LIMIT $3`,
    [period.from, period.to, most, after?.cost ?? null, after?.userId ?? null, ...where.values],
  );
  return z.array(rankedUser).parse(rows);
}

const modelRow = z.object({
  provider: z.string(),
  model: z.string(),
  prompt: tokens,
  completion: tokens,
  cost,
  unpriced: tokens,
});

export async function tokensByModel(db: Queryable, period: Period, filters: UsageFilters): Promise<TokenRatioRow[]> {
  const source = await modelSource(db, period, filters);
  const where = conditions(filters, 3);
  const { rows } = await db.query(
    `SELECT provider, model, sum(prompt_tokens)::text AS prompt, sum(completion_tokens)::text AS completion,
       coalesce(sum(cost_usd), 0)::text AS cost, sum(unpriced_tokens)::text AS unpriced
     FROM ${source} WHERE day >= $1::date AND day < $2::date${where.sql}
     GROUP BY provider, model ORDER BY sum(prompt_tokens) + sum(completion_tokens) DESC, provider, model LIMIT 1000`,
    [period.from, period.to, ...where.values],
  );
  return z
    .array(modelRow)
    .parse(rows)
    .map((row) => {
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
      };
    });
}

const errorRow = z.object({ provider: z.string(), requests: tokens, errors: tokens });

export async function errorsByProvider(db: Queryable, period: Period, filters: UsageFilters): Promise<ErrorRateRow[]> {
  const source = await modelSource(db, period, filters);
  const where = conditions(filters, 3);
  const { rows } = await db.query(
    `SELECT provider, sum(requests)::text AS requests, sum(errors)::text AS errors
     FROM ${source} WHERE day >= $1::date AND day < $2::date${where.sql} GROUP BY provider ORDER BY provider LIMIT 1000`,
    [period.from, period.to, ...where.values],
  );
  return z
    .array(errorRow)
    .parse(rows)
    .map(({ provider, requests, errors }) => ({
      // A source may count a failed request before its request: never a negative number of successes.
      provider,
      requests: Number(requests),
      successes: Number(errors > requests ? 0n : requests - errors),
      errors: Number(errors),
      errorRate: ratio(errors > requests ? requests : errors, requests),
    }));
}

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

/** Models that a list by month names; there may be thousands, and a row of each for every month would have no end. */
const NAMED_MODELS = 100;

/**
 * Every month of the period; months without usage have no figures, since nobody knows whether there was none. By model,
 * the dearest of the period are named and all others are one row a month: provider and model `other`, as in the metrics.
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
  const named = `dearest AS (
       SELECT provider, model, true AS named FROM ${table} ${during}
       GROUP BY provider, model ORDER BY coalesce(sum(cost_usd), 0) DESC, sum(prompt_tokens) + sum(completion_tokens) DESC, provider, model LIMIT ${NAMED_MODELS}
     ), `;
  const names = byModel
    ? "CASE WHEN named THEN provider ELSE 'other' END AS provider, CASE WHEN named THEN model ELSE 'other' END AS model"
    : 'NULL::text AS provider, NULL::text AS model';
  const { rows } = await db.query(
    `WITH ${byModel ? named : ''}used AS (
       SELECT date_trunc('month', day::timestamp)::date AS month, ${names}, coalesce(sum(cost_usd), 0)::text AS cost, sum(prompt_tokens)::text AS prompt,
         sum(completion_tokens)::text AS completion, sum(requests)::text AS requests, sum(unpriced_tokens)::text AS unpriced
       FROM ${table}${byModel ? ' LEFT JOIN dearest USING (provider, model)' : ''} ${during} GROUP BY 1, 2, 3
     )
     SELECT to_char(m.month, 'YYYY-MM') AS month, provider, model, cost, prompt, completion, requests, unpriced
     FROM generate_series(date_trunc('month', $1::date::timestamp), $2::date::timestamp - interval '1 day', '1 month') AS m(month)
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
      requests: numberOrNull(row.requests),
      unpricedTokens: numberOrNull(row.unpriced),
    }));
}

function numberOrNull(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}

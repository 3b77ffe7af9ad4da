import { z } from 'zod';
import type { CostByUserRow } from '../../contract/datasets.ts';
import type { Queryable } from '../../database/queryable.ts';
import type { Period } from '../../money/days.ts';
import { usageCost, usdText } from '../../money/format.ts';
import { parseMicros } from '../../money/micros.ts';
import { needRawUsage } from '../maintenance/raw-retention.ts';
import { rankedUser, rankUsers, type RankedUser, type RankingPosition } from '../ranking/user-ranking.ts';
import { POSITION } from '../ranking/user-totals.ts';
import { countedRequests } from './counted-requests.ts';
import { conditions, type UsageFilters } from './filters.ts';

export interface UserPage {
  readonly rows: readonly Omit<CostByUserRow, 'email'>[];
  readonly next: RankingPosition | null;
}

/** Users by cost, most expensive first; users without any known price come last. */
export async function usersByCost(
  db: Queryable,
  period: Period,
  filters: UsageFilters,
  limit: number,
  after?: RankingPosition,
): Promise<UserPage> {
  const raw = filters.provider !== undefined || filters.model !== undefined;
  const found = await (raw
    ? rankedByModel(db, period, filters, limit + 1, after)
    : rankUsers(db, { ...period, most: limit + 1, after, users: filters.user }));
  const last = found.length > limit ? found[limit - 1] : undefined;
  return {
    rows: found.slice(0, limit).map((row) => ({
      userId: row.user_id,
      costUsd: usdText(usageCost(parseMicros(row.cost), row.unpriced)),
      promptTokens: Number(row.prompt),
      completionTokens: Number(row.completion),
      ...countedRequests({
        requests: row.requests,
        errors: row.errors,
        tokens: row.prompt + row.completion,
        cost: parseMicros(row.cost),
      }),
      unpricedTokens: Number(row.unpriced),
    })),
    next: last === undefined ? null : { cost: last.position, userId: last.user_id },
  };
}

/** The same of one provider or model, which only the raw rows hold. */
async function rankedByModel(
  db: Queryable,
  period: Period,
  filters: UsageFilters,
  most: number,
  after?: RankingPosition,
): Promise<RankedUser[]> {
  await needRawUsage(db, period, 'a ranking of users by provider or model');
  const where = conditions(filters, 6);
  const { rows } = await db.query(
    `SELECT user_id, cost::text AS cost, prompt, completion, requests, errors, unpriced::text AS unpriced,
       position::text AS position FROM (
       SELECT *, ${POSITION} AS position FROM (
         SELECT user_id, coalesce(sum(cost_usd), 0) AS cost, sum(prompt_tokens)::text AS prompt,
           sum(completion_tokens)::text AS completion, sum(requests)::text AS requests, sum(errors)::text AS errors,
           sum(unpriced_tokens) AS unpriced
         FROM llm_metrics_history WHERE day >= $1::date AND day < $2::date${where.sql} GROUP BY user_id
       ) s
     ) u
     WHERE $4::numeric IS NULL OR u.position < $4::numeric
       OR (u.position = $4::numeric AND user_id COLLATE "C" > $5::text)
     ORDER BY u.position DESC, user_id COLLATE "C" LIMIT $3`,
    [period.from, period.to, most, after?.cost ?? null, after?.userId ?? null, ...where.values],
  );
  return z.array(rankedUser).parse(rows);
}

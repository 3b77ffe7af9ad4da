import { z } from 'zod';
import type { Queryable } from '../../database/queryable.ts';
import { POSITION, userCounters, userTotals } from './user-totals.ts';

/** Days in [from, to). */
interface Days {
  readonly from: string;
  readonly to: string;
}

/** The place of a user in the ranking; `cost` is -1 where no price is known. */
export interface RankingPosition {
  readonly cost: string;
  readonly userId: string;
}

export interface RankingRequest extends Days {
  /** The most users to return. */
  readonly most: number;
  /** Only users after this one. */
  readonly after?: RankingPosition | undefined;
  /** Only these. */
  readonly users?: readonly string[] | undefined;
}

const tokens = z.string().transform(BigInt);
/** A row of a ranking; amounts as text, `cost` 0 where no price is known. */
export const rankedUser = z.object({
  user_id: z.string(),
  cost: z.string(),
  prompt: tokens,
  completion: tokens,
  requests: tokens,
  errors: tokens,
  unpriced: tokens,
  position: z.string(),
});
export type RankedUser = z.output<typeof rankedUser>;

// $3, $4: the last user of the previous page.
const AFTER = `($3::numeric IS NULL OR position < $3::numeric
  OR (position = $3::numeric AND user_id COLLATE "C" > $4::text))`;
const ORDER = 'position DESC, user_id COLLATE "C"';

/** Users with usage in a range, most expensive first, those without any known price last, then by id. */
export async function rankUsers(
  db: Queryable,
  { from, to, most, after, users }: RankingRequest,
): Promise<RankedUser[]> {
  const { rows } = await db.query(users === undefined ? rankingOfAll(most) : rankingOfSome(most), [
    from,
    to,
    after?.cost ?? null,
    after?.userId ?? null,
    ...(users === undefined ? [] : [users]),
  ]);
  return z.array(rankedUser).parse(rows);
}

// The limit is part of the text: the planner must know that few users are looked up.
function rankingOfAll(most: number): string {
  return `WITH top AS MATERIALIZED (
  SELECT user_id, cost_usd AS cost, unpriced_tokens AS unpriced, position FROM llm_user_top WHERE from_day = $1::date
    AND to_day = $2::date AND ${AFTER} ORDER BY ${ORDER} LIMIT ${most}
), ${userTotals()}, ranked AS MATERIALIZED (
  SELECT user_id, cost, unpriced, position FROM top WHERE (SELECT count(*) FROM top) = ${most}
  UNION ALL (${ranking(most, `WHERE (SELECT count(*) FROM top) < ${most}`)})
), ${userCounters('ranked')} ${RANKED}`;
}

function rankingOfSome(most: number): string {
  return `WITH ${userTotals('$5')}, ranked AS MATERIALIZED (${ranking(most)}), ${userCounters('ranked')} ${RANKED}`;
}

function ranking(most: number, where = ''): string {
  return `SELECT user_id, cost, unpriced, position FROM (SELECT user_id, cost, unpriced, ${POSITION} AS position
    FROM user_totals ${where}) u WHERE ${AFTER} ORDER BY ${ORDER} LIMIT ${most}`;
}

const RANKED = `
SELECT r.user_id, r.cost::text AS cost, c.prompt_tokens::text AS prompt, c.completion_tokens::text AS completion,
  c.requests::text AS requests, c.errors::text AS errors,
  r.unpriced::text AS unpriced, r.position::text AS position
FROM ranked r JOIN user_counters c ON c.user_id = r.user_id ORDER BY r.position DESC, r.user_id COLLATE "C"`;

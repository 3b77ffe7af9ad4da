/**
 * SQL for the usage of each user in [$1, $2), as CTEs to put after WITH: closed days by running totals (end row
 * − start row, index-only, whatever the length of the range) and the pending changes of `llm_user_late`, later
 * days from `llm_user_day`. One statement reads one snapshot, so the result is exact at any time.
 */

/** Of rows with a `day`: those in [$1, $2). */
export const IN_RANGE = 'day >= $1::date AND day < $2::date';

/**
 * The part of a range that is closed: `last` and `before` are null where there is none. `late_days` is empty where no
 * change is pending.
 */
const RANGE = `
bounds AS MATERIALIZED (
  SELECT closed, CASE WHEN closed >= $1::date THEN least(closed, $2::date - 1) END AS last,
    CASE WHEN closed >= $1::date THEN $1::date - 1 END AS before,
    greatest($1::date, closed + 1) AS live_from
  FROM (SELECT (SELECT closed_through FROM usage_state) AS closed) s
), late_days AS MATERIALIZED (
  SELECT day FROM llm_user_late WHERE ${IN_RANGE} LIMIT 1
)`;

/**
 * `closed_part (user_id, cost_usd, unpriced_tokens, used_days)` of every user seen so far, perhaps 0: the closed days of
 * [$1, $2) without what is pending in `llm_user_late`. `user`: a condition on the users to look at, or empty.
 */
function closedPart(user: string): string {
  return `${RANGE}, closed_end AS (
  SELECT user_id, cost_usd, unpriced_tokens, used_days FROM llm_user_cum WHERE day = (SELECT last FROM bounds)${user}
), closed_start AS (
  SELECT user_id, cost_usd, unpriced_tokens, used_days FROM llm_user_cum WHERE day = (SELECT before FROM bounds)${user}
), closed_part AS (
  SELECT user_id, e.cost_usd - coalesce(s.cost_usd, 0) AS cost_usd,
    e.unpriced_tokens - coalesce(s.unpriced_tokens, 0) AS unpriced_tokens,
    e.used_days - coalesce(s.used_days, 0) AS used_days
  FROM closed_end e LEFT JOIN closed_start s USING (user_id)
)`;
}

/**
 * `user_totals (user_id, cost, unpriced)` of every user with usage in [$1, $2), after `bounds`. `only`: the parameter of
 * the users to look at. OFFSET 0 makes Postgres compute each figure once instead of at every reference.
 */
export function userTotals(only?: `$${number}`): string {
  const user = only === undefined ? '' : ` AND user_id = ANY(${only}::text[])`;
  return `${closedPart(user)}, live AS (
  -- Usually one day, the current one, which needs no sum.
  SELECT user_id, cost_usd, unpriced_tokens FROM llm_user_day
  WHERE day = (SELECT live_from FROM bounds WHERE live_from = $2::date - 1
    AND NOT EXISTS (SELECT 1 FROM late_days))${user}
  UNION ALL
  SELECT user_id, sum(cost_usd), sum(unpriced_tokens)::bigint FROM (
    SELECT user_id, cost_usd, unpriced_tokens FROM llm_user_day
    WHERE day >= (SELECT live_from FROM bounds WHERE live_from < $2::date - 1 OR EXISTS (SELECT 1 FROM late_days))
      AND day < $2::date${user}
    UNION ALL SELECT user_id, cost_usd, unpriced_tokens FROM llm_user_late WHERE ${IN_RANGE}${user}
  ) parts GROUP BY user_id
), user_totals AS (
  SELECT user_id, coalesce(c.cost_usd, 0) + coalesce(l.cost_usd, 0) AS cost,
    coalesce(c.unpriced_tokens, 0) + coalesce(l.unpriced_tokens, 0) AS unpriced
  FROM (
    -- While a day's usage is pending, the running totals may contain only a later correction of it.
    SELECT * FROM closed_part WHERE used_days > 0 OR cost_usd <> 0 OR unpriced_tokens <> 0
  ) c FULL JOIN live l USING (user_id)
  OFFSET 0
)`;
}

/**
 * `usage_parts (user_id, cost_usd, unpriced_tokens, used_days)` of every user in [$1, $2), several rows a user: they are
 * cheaper to add up than `user_totals` where no row for each user is needed.
 */
export const USAGE_PARTS = `${closedPart('')}, usage_parts AS (
  SELECT user_id, cost_usd, unpriced_tokens, used_days FROM closed_part
  UNION ALL SELECT user_id, cost_usd, unpriced_tokens, 1 FROM llm_user_day
    WHERE day >= (SELECT live_from FROM bounds) AND day < $2::date
  UNION ALL SELECT user_id, cost_usd, unpriced_tokens, used_days FROM llm_user_late WHERE ${IN_RANGE}
)`;

const COUNTERS = ['prompt_tokens', 'completion_tokens', 'requests', 'errors'] as const;

/**
 * `user_counters (user_id, prompt_tokens, …)` of the few users of the CTE `chosen`, looked up by key; after
 * `userTotals`.
 */
export function userCounters(chosen: string): string {
  const these = `AND user_id IN (SELECT user_id FROM ${chosen})`;
  const columns = COUNTERS.join(', ');
  return `
user_counters AS (
  SELECT user_id, ${COUNTERS.map((counter) => `sum(${counter}) AS ${counter}`).join(', ')} FROM (
    SELECT user_id, ${columns} FROM llm_user_cum WHERE day = (SELECT last FROM bounds) ${these}
    UNION ALL SELECT user_id, ${COUNTERS.map((counter) => `-${counter}`).join(', ')} FROM llm_user_cum
      WHERE day = (SELECT before FROM bounds) ${these}
    -- Usually one live day: an equality, so that the key is looked up; a range of days would be read whole for each
    -- user.
    UNION ALL SELECT user_id, ${columns} FROM llm_user_day
      WHERE day = (SELECT live_from FROM bounds WHERE live_from = $2::date - 1) ${these}
    UNION ALL SELECT user_id, ${columns} FROM llm_user_day
      WHERE day >= (SELECT live_from FROM bounds WHERE live_from < $2::date - 1) AND day < $2::date ${these}
    UNION ALL SELECT user_id, ${columns} FROM llm_user_late WHERE ${IN_RANGE} ${these}
  ) parts GROUP BY user_id
)`;
}

/** The rank of a user: by cost, those without any known price after all others. */
export const POSITION = 'CASE WHEN unpriced > 0 AND cost = 0 THEN -1 ELSE cost END';

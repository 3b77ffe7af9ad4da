/**
 * SQL for "how much has each user used in [$1, $2)", as CTEs to put after WITH: closed days by running totals (end row − start row, index-only,
 * whatever the length of the range), later ones from `llm_user_day`. One statement, hence one snapshot: exact at any time.
 */

/** Where a range meets the closed days: `last` and `before` are null where it holds none. */
const RANGE = `
bounds AS MATERIALIZED (
  SELECT closed, CASE WHEN closed >= $1::date THEN least(closed, $2::date - 1) END AS last, CASE WHEN closed >= $1::date THEN $1::date - 1 END AS before,
    greatest($1::date, closed + 1) AS live_from
  FROM (SELECT (SELECT closed_through FROM usage_state) AS closed) s
)`;

/**
 * `user_totals (user_id, cost, unpriced, used)` of every user with usage in [$1, $2), `used` being the days with usage; after `bounds`.
 * `only`: the parameter of the one user to look at. OFFSET 0 lets Postgres compute each figure once, not wherever it is named.
 */
export function userTotals(only?: `$${number}`): string {
  const user = only === undefined ? '' : ` AND user_id = ${only}`;
  return `${RANGE}, closed_end AS (
  SELECT user_id, cost_usd, unpriced_tokens, used_days FROM llm_user_cum WHERE day = (SELECT last FROM bounds)${user}
), closed_start AS (
  SELECT user_id, cost_usd, unpriced_tokens, used_days FROM llm_user_cum WHERE day = (SELECT before FROM bounds)${user}
), live AS (
  SELECT user_id, sum(cost_usd) AS cost_usd, sum(unpriced_tokens)::bigint AS unpriced_tokens, count(*) AS used_days FROM llm_user_day
  WHERE day >= (SELECT live_from FROM bounds) AND day < $2::date${user} GROUP BY user_id
), user_totals AS (
  SELECT user_id, coalesce(e.cost_usd, 0) - coalesce(s.cost_usd, 0) + coalesce(l.cost_usd, 0) AS cost,
    coalesce(e.unpriced_tokens, 0) - coalesce(s.unpriced_tokens, 0) + coalesce(l.unpriced_tokens, 0) AS unpriced,
    coalesce(e.used_days, 0) - coalesce(s.used_days, 0) + coalesce(l.used_days, 0) AS used
  FROM (closed_end e LEFT JOIN closed_start s USING (user_id)) FULL JOIN live l USING (user_id)
  WHERE coalesce(e.used_days, 0) - coalesce(s.used_days, 0) + coalesce(l.used_days, 0) > 0
  OFFSET 0
)`;
}

const COUNTERS = ['prompt_tokens', 'completion_tokens', 'requests', 'errors'] as const;

/** `user_counters (user_id, prompt_tokens, …)` of the few users of the CTE `chosen`, looked up by key; after `userTotals`. */
export function userCounters(chosen: string): string {
  const these = `AND user_id IN (SELECT user_id FROM ${chosen})`;
  const columns = COUNTERS.join(', ');
  return `
user_counters AS (
  SELECT user_id, ${COUNTERS.map((counter) => `sum(${counter}) AS ${counter}`).join(', ')} FROM (
    SELECT user_id, ${columns} FROM llm_user_cum WHERE day = (SELECT last FROM bounds) ${these}
    UNION ALL SELECT user_id, ${COUNTERS.map((counter) => `-${counter}`).join(', ')} FROM llm_user_cum WHERE day = (SELECT before FROM bounds) ${these}
    UNION ALL SELECT user_id, ${columns} FROM llm_user_day WHERE day >= (SELECT live_from FROM bounds) AND day < $2::date ${these}
  ) parts GROUP BY user_id
)`;
}

/** Where a user stands in the ranking: by cost, those without any known price after all others. */
export const POSITION = 'CASE WHEN unpriced > 0 AND cost = 0 THEN -1 ELSE cost END';

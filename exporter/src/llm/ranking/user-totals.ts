/**
 * SQL for the usage of each user in [$1, $2), as CTEs to put after WITH: closed days by running totals (end row
 * − start row, index-only, whatever the length of the range) and the pending changes of `llm_user_late`, later
 * days from `llm_user_day`. One statement reads one snapshot, so the result is exact at any time.
 */

const IN_RANGE = 'day >= $1::date AND day < $2::date';

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
 * `user_totals (user_id, cost, unpriced, used)` of every user with usage in [$1, $2), `used` being the days with usage;
 * after `bounds`. `only`: the parameter of the users to look at. OFFSET 0 makes Postgres compute each figure once
 * instead of at every reference.
 */
export function userTotals(only?: `$${number}`): string {
  const user = only === undefined ? '' : ` AND user_id = ANY(${only}::text[])`;
  return `${RANGE}, closed_end AS (
  SELECT user_id, cost_usd, unpriced_tokens, used_days FROM llm_user_cum WHERE day = (SELECT last FROM bounds)${user}
), closed_start AS (
  SELECT user_id, cost_usd, unpriced_tokens, used_days FROM llm_user_cum WHERE day = (SELECT before FROM bounds)${user}
), closed_part AS (
  SELECT user_id, e.cost_usd - coalesce(s.cost_usd, 0) AS cost_usd,
    e.unpriced_tokens - coalesce(s.unpriced_tokens, 0) AS unpriced_tokens,
    e.used_days - coalesce(s.used_days, 0) AS used_days
  FROM closed_end e LEFT JOIN closed_start s USING (user_id)
  -- While a day's usage is pending, the running totals may contain only a later correction of it.
  WHERE e.used_days > coalesce(s.used_days, 0) OR e.cost_usd <> coalesce(s.cost_usd, 0)
    OR e.unpriced_tokens <> coalesce(s.unpriced_tokens, 0)
), live AS (
  -- Usually one day, the current one, which needs no sum.
  SELECT user_id, cost_usd, unpriced_tokens, 1 AS used_days FROM llm_user_day
  WHERE day = (SELECT live_from FROM bounds WHERE live_from = $2::date - 1
    AND NOT EXISTS (SELECT 1 FROM late_days))${user}
  UNION ALL
  SELECT user_id, sum(cost_usd), sum(unpriced_tokens)::bigint, sum(used_days) FROM (
    SELECT user_id, cost_usd, unpriced_tokens, 1 AS used_days FROM llm_user_day
    WHERE day >= (SELECT live_from FROM bounds WHERE live_from < $2::date - 1 OR EXISTS (SELECT 1 FROM late_days))
      AND day < $2::date${user}
    UNION ALL SELECT user_id, cost_usd, unpriced_tokens, used_days FROM llm_user_late WHERE ${IN_RANGE}${user}
  ) parts GROUP BY user_id
), user_totals AS (
  SELECT user_id, coalesce(c.cost_usd, 0) + coalesce(l.cost_usd, 0) AS cost,
    coalesce(c.unpriced_tokens, 0) + coalesce(l.unpriced_tokens, 0) AS unpriced,
    coalesce(c.used_days, 0) + coalesce(l.used_days, 0) AS used
  FROM closed_part c FULL JOIN live l USING (user_id)
  OFFSET 0
)`;
}

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

/**
 * `owned_totals (user_id, customer, cost, unpriced, used)`: what each user used in [$1, $2) while linked to a customer;
 * after `userTotals`. A user with two customers on one day counts for the newest link, then the first name. Most are
 * linked throughout and take their whole total; for the others each piece is looked up by key, with a join because
 * Citus cannot push a correlated subquery down to its workers.
 */
export const OWNED_TOTALS = `
links AS MATERIALIZED (
  SELECT user_id, customer, valid_from, greatest(valid_from, $1::date) AS since, least(valid_to, $2::date) AS until,
    count(*) OVER (PARTITION BY user_id) AS links
  FROM customer_users WHERE valid_from < $2::date AND (valid_to IS NULL OR valid_to > $1::date)
), parted AS MATERIALIZED (
  SELECT user_id, customer, valid_from, since, until FROM links WHERE links > 1 OR since > $1::date OR until < $2::date
), edges AS (
  SELECT user_id, since AS day FROM parted UNION SELECT user_id, until FROM parted
), spans AS (
  SELECT user_id, day AS since, lead(day) OVER (PARTITION BY user_id ORDER BY day) AS until FROM edges
), pieces AS MATERIALIZED (
  SELECT DISTINCT ON (s.user_id, s.since) s.user_id, p.customer, s.since, s.until
  FROM spans s JOIN parted p ON p.user_id = s.user_id AND p.since <= s.since AND p.until >= s.until
  ORDER BY s.user_id, s.since, p.valid_from DESC, p.customer
), corners AS MATERIALIZED (
  SELECT user_id, since, least(closed, until - 1) AS day, 1 AS sign FROM pieces CROSS JOIN bounds WHERE closed >= since
  UNION ALL SELECT user_id, since, since - 1, -1 FROM pieces CROSS JOIN bounds WHERE closed >= since
), piece_figures AS MATERIALIZED (
  SELECT user_id, since, sum(cost) AS cost, sum(unpriced) AS unpriced, sum(used) AS used FROM (
    SELECT c.user_id, k.since, k.sign * c.cost_usd AS cost, k.sign * c.unpriced_tokens AS unpriced,
      k.sign * c.used_days AS used
    FROM corners k JOIN llm_user_cum c ON c.user_id = k.user_id AND c.day = k.day
    UNION ALL
    SELECT d.user_id, q.since, d.cost_usd, d.unpriced_tokens, 1
    FROM pieces q JOIN (SELECT * FROM llm_user_day WHERE day >= (SELECT live_from FROM bounds)
      AND day < $2::date) d ON d.user_id = q.user_id
    WHERE d.day >= q.since AND d.day < q.until
    UNION ALL
    SELECT d.user_id, q.since, d.cost_usd, d.unpriced_tokens, d.used_days
    FROM pieces q JOIN (SELECT * FROM llm_user_late WHERE ${IN_RANGE}) d ON d.user_id = q.user_id
    WHERE d.day >= q.since AND d.day < q.until
  ) parts GROUP BY user_id, since
), owned_totals AS MATERIALIZED (
  SELECT user_id, customer, cost, unpriced, used FROM links JOIN user_totals USING (user_id) WHERE links = 1
    AND since = $1::date AND until = $2::date
  UNION ALL
  SELECT user_id, customer, ${['cost', 'unpriced', 'used'].map((figure) => `coalesce(${figure}, 0)`).join(', ')}
    FROM pieces LEFT JOIN piece_figures USING (user_id, since)
)`;

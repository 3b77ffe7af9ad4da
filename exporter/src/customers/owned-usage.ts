import { IN_RANGE, USAGE_PARTS } from '../llm/ranking/user-totals.ts';

/** A link that holds on some day of [$1, $2). */
export const IN_FORCE = 'valid_from < $2::date AND (valid_to IS NULL OR valid_to > $1::date)';

/** A link that holds on every day of [$1, $2). */
const THROUGHOUT = 'valid_from <= $1::date AND (valid_to IS NULL OR valid_to >= $2::date)';

/**
 * SQL for whose usage is whose in [$1, $2), as CTEs to put after WITH:
 * - `owned (customer, cost, unpriced)`: what users used while they were linked to a customer; several rows a customer.
 * - `unowned (user_id, cost, unpriced)`: users with a day of usage on which no customer was linked, and what they used
 *   on such days.
 * - `linked (customer, users)`: customers with a link, and how many users they have.
 *
 * A user with two customers on one day counts for the newest link, then the first name. Most users have one link for
 * the whole range: their usage is added up by customer at once, not by user first. For the others each piece is looked
 * up by key, with a join because Citus cannot push a correlated subquery down to its workers.
 */
export const OWNED_USAGE = `${USAGE_PARTS}, several AS MATERIALIZED (
  SELECT user_id FROM customer_users WHERE ${IN_FORCE} GROUP BY user_id HAVING count(*) > 1
), whole AS (
  SELECT user_id, customer FROM customer_users
  WHERE ${THROUGHOUT} AND user_id NOT IN (SELECT user_id FROM several)
), parted AS MATERIALIZED (
  SELECT user_id, customer, valid_from, greatest(valid_from, $1::date) AS since, least(valid_to, $2::date) AS until
  FROM customer_users WHERE ${IN_FORCE} AND (NOT (${THROUGHOUT}) OR user_id IN (SELECT user_id FROM several))
), linked AS (
  SELECT customer, sum(users)::int AS users FROM (
    SELECT customer, count(*) AS users FROM customer_users WHERE ${IN_FORCE} GROUP BY customer
    -- Several links of a customer and a user are one user.
    UNION ALL SELECT customer, 1 - count(*) FROM parted GROUP BY customer, user_id
  ) l GROUP BY customer
), by_owner AS MATERIALIZED (
  -- One row a customer, and one for each user who has none for the whole range.
  SELECT w.customer, CASE WHEN w.customer IS NULL THEN u.user_id END AS user_id, sum(u.cost_usd) AS cost,
    sum(u.unpriced_tokens) AS unpriced, sum(u.used_days) AS used
  FROM usage_parts u LEFT JOIN whole w ON w.user_id = u.user_id GROUP BY 1, 2
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
), owned AS (
  SELECT customer, cost, unpriced FROM by_owner WHERE customer IS NOT NULL
  UNION ALL SELECT customer, cost, unpriced FROM pieces JOIN piece_figures USING (user_id, since)
), unowned AS (
  SELECT user_id, t.cost - coalesce(o.cost, 0) AS cost, t.unpriced - coalesce(o.unpriced, 0) AS unpriced
  FROM by_owner t LEFT JOIN (
    SELECT user_id, sum(cost) AS cost, sum(unpriced) AS unpriced, sum(used) AS used FROM piece_figures GROUP BY user_id
  ) o USING (user_id)
  WHERE t.customer IS NULL AND t.used > coalesce(o.used, 0)
)`;

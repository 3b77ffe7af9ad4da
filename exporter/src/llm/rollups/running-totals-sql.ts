/** The figures of `llm_user_cum` and `llm_user_late`; each is also a column of `llm_user_day`, except `used_days`. */
const FIGURES = [
  'cost_usd',
  'prompt_tokens',
  'completion_tokens',
  'requests',
  'errors',
  'unpriced_tokens',
  'used_days',
] as const;

const each = (expression: (figure: string) => string, between = ', '): string => FIGURES.map(expression).join(between);
const COLUMNS = each((figure) => figure);
const NEGATED = each((figure) => `-${figure}`);
/** The same figures of a row of `llm_user_day`, which counts as one used day. */
const DAY_FIGURES = each((figure) => (figure === 'used_days' ? '1 AS used_days' : figure));

/**
 * The difference between each day's usage in `llm_user_day` and its growth in `llm_user_cum`, pending late changes
 * included; no row where they agree. A day that is not closed yet has no rows in `llm_user_cum`, so its difference is
 * the whole day. $1: days, $2: the days before them.
 */
export const DISTANCES = `
SELECT user_id, day, ${each((figure) => `sum(${figure}) AS ${figure}`)} FROM (
  SELECT user_id, day, ${DAY_FIGURES} FROM llm_user_day WHERE day = ANY($1::date[])
  UNION ALL SELECT user_id, day, ${NEGATED} FROM llm_user_cum WHERE day = ANY($1::date[])
  UNION ALL SELECT user_id, day + 1, ${COLUMNS} FROM llm_user_cum WHERE day = ANY($2::date[])
  UNION ALL SELECT user_id, day, ${NEGATED} FROM llm_user_late WHERE day = ANY($1::date[])
) s GROUP BY user_id, day HAVING ${each((figure) => `sum(${figure}) <> 0`, ' OR ')}`;

/**
 * Adds to every row up to $3 the sum of the `distances` up to its day. Touches only users with a distance, from their
 * first such day on.
 */
function adjustBy(distances: string): string {
  return `
WITH distances AS MATERIALIZED (${distances}),
spread AS (
  SELECT u.user_id, t.day::date AS day, ${each((figure) => `sum(d.${figure}) OVER w AS ${figure}`)}
  FROM (SELECT user_id, min(day) AS since FROM distances GROUP BY user_id) u
  CROSS JOIN LATERAL generate_series(u.since::timestamp, $3::date::timestamp, '1 day') AS t(day)
  LEFT JOIN distances d ON d.user_id = u.user_id AND d.day = t.day::date
  WINDOW w AS (PARTITION BY u.user_id ORDER BY t.day)
)
INSERT INTO llm_user_cum AS c (user_id, day, ${COLUMNS})
SELECT user_id, day, ${COLUMNS} FROM spread WHERE ${each((figure) => `${figure} <> 0`, ' OR ')}
ORDER BY day, user_id
ON CONFLICT (day, user_id) DO UPDATE SET ${each((figure) => `${figure} = c.${figure} + excluded.${figure}`)}`;
}

export const ADJUST = adjustBy(DISTANCES);

/** The work ADJUST would have: `changes` is the number of changed user days, `rows` all later rows of these users. */
export const WEIGH = `
SELECT coalesce(sum(changes), 0)::int AS changes, coalesce(sum($3::date - since + 1), 0)::int AS rows
FROM (SELECT count(*) AS changes, min(day) AS since FROM (${DISTANCES}) d GROUP BY user_id) u`;

export const SET_ASIDE = `
INSERT INTO llm_user_late AS l (user_id, day, ${COLUMNS})
SELECT user_id, day, ${COLUMNS} FROM (${DISTANCES}) d ORDER BY day, user_id
ON CONFLICT (day, user_id) DO UPDATE SET ${each((figure) => `${figure} = l.${figure} + excluded.${figure}`)}`;

/** Folds in the pending late changes since $1 of the users $2. */
export const FOLD = adjustBy(
  `SELECT user_id, day, ${COLUMNS} FROM llm_user_late WHERE day >= $1::date AND user_id = ANY($2::text[])`,
);

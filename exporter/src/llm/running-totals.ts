import { addDays, daysOf } from '../money/days.ts';
import type { Queryable } from '../store/queryable.ts';
import { refreshTopUsers } from './top-users.ts';

/** The figures of `llm_user_cum`; each is a column of `llm_user_day` too, but for `used_days`. */
const FIGURES = ['cost_usd', 'prompt_tokens', 'completion_tokens', 'requests', 'errors', 'unpriced_tokens', 'used_days'] as const;

const each = (expression: (figure: string) => string, between = ', '): string => FIGURES.map(expression).join(between);
/** The same of a row of `llm_user_day`: it is one used day. */
const DAY_FIGURES = each((figure) => (figure === 'used_days' ? '1 AS used_days' : figure));

/**
 * How far each day's growth in `llm_user_cum` is from that day's usage in `llm_user_day`; no row where they agree. A day
 * that is not closed yet has no rows, so that its distance is the whole of what it closes with. $1: days, $2: the days before them.
 */
const DISTANCES = `
SELECT user_id, day, ${each((figure) => `sum(${figure}) AS ${figure}`)} FROM (
  SELECT user_id, day, ${DAY_FIGURES} FROM llm_user_day WHERE day = ANY($1::date[])
  UNION ALL SELECT user_id, day, ${each((figure) => `-${figure}`)} FROM llm_user_cum WHERE day = ANY($1::date[])
  UNION ALL SELECT user_id, day + 1, ${each((figure) => figure)} FROM llm_user_cum WHERE day = ANY($2::date[])
) s GROUP BY user_id, day HAVING ${each((figure) => `sum(${figure}) <> 0`, ' OR ')}`;

// Every later row moves by the distances up to its day. Only users with a distance, only days from their first one on.
const ADJUST = `
WITH distances AS MATERIALIZED (${DISTANCES}),
spread AS (
  SELECT u.user_id, t.day::date AS day, ${each((figure) => `sum(d.${figure}) OVER w AS ${figure}`)}
  FROM (SELECT user_id, min(day) AS since FROM distances GROUP BY user_id) u
  CROSS JOIN LATERAL generate_series(u.since::timestamp, $3::date::timestamp, '1 day') AS t(day)
  LEFT JOIN distances d ON d.user_id = u.user_id AND d.day = t.day::date
  WINDOW w AS (PARTITION BY u.user_id ORDER BY t.day)
)
INSERT INTO llm_user_cum AS c (user_id, day, ${each((figure) => figure)})
SELECT user_id, day, ${each((figure) => figure)} FROM spread WHERE ${each((figure) => `${figure} <> 0`, ' OR ')}
ORDER BY day, user_id
ON CONFLICT (day, user_id) DO UPDATE SET ${each((figure) => `${figure} = c.${figure} + excluded.${figure}`)}`;

/** Rows that one statement closes, about: beyond it memory and locks grow, not speed. */
const ROWS_AT_ONCE = 300_000;
const LONGEST_STEP = 31;

/** Rows that a synchronisation closes at most while it holds its transaction; of a long history maintenance closes the rest. */
const ROWS_WITH_A_SYNC = 500_000;

/** The last day in `llm_user_cum`; usage of later days is added from `llm_user_day`. */
export async function closedThrough(db: Queryable): Promise<string | undefined> {
  const { rows } = await db.query<{ day: string | null }>('SELECT closed_through::text AS day FROM usage_state');
  return rows[0]?.day ?? undefined;
}

/**
 * What whoever writes usage calls last, in its transaction and under LOCK_USAGE: repairs the closed ones of the days that it `changed`, and
 * closes the days up to `complete`, the last one that has ended (none: nothing to close). `changed` has the running day too, where it changed.
 */
export async function updateRunningTotals(tx: Queryable, changed: readonly string[], complete?: string): Promise<void> {
  await repairRunningTotals(tx, changed);
  if (complete !== undefined) await closeDays(tx, complete, ROWS_WITH_A_SYNC);
  await refreshTopUsers(tx, changed);
}

/**
 * To be called in the transaction (and under LOCK_USAGE) that changed `llm_user_day`, with the days that it changed: brings the running totals of
 * the users whose usage moved right from that day on. Days that are not closed cost nothing, days without a real change one look at their rows.
 * Returns the rows of `llm_user_cum` that were written.
 */
export async function repairRunningTotals(tx: Queryable, changed: readonly string[]): Promise<number> {
  if (changed.length === 0) return 0;
  const last = await closedThrough(tx);
  return last === undefined ? 0 : adjust(tx, changed.filter((day) => day <= last), last);
}

/**
 * Closes every day up to `through`, which must be complete; in the caller's transaction and under LOCK_USAGE. Nothing to close costs one
 * small query. After about `mostRows` rows it stops, and says so: the rest is for the next call. Late usage of a closed day is repaired.
 */
export async function closeDays(tx: Queryable, through: string, mostRows = Number.POSITIVE_INFINITY): Promise<{ readonly rows: number; readonly done: boolean }> {
  const { rows: found } = await tx.query<{ first: string | null }>(
    'SELECT coalesce((SELECT closed_through + 1 FROM usage_state), (SELECT min(day) FROM llm_user_day))::text AS first',
  );
  const first = found[0]?.first ?? undefined;
  if (first === undefined) return { rows: 0, done: true };
  let rows = 0;
  let step = 1;
  for (let day = first; day <= through; ) {
    if (rows >= mostRows) return { rows, done: false };
    const end = [addDays(day, step - 1), through].toSorted()[0] ?? through;
    const days = daysOf(day, addDays(end, 1));
    const written = await adjust(tx, days, end);
    await tx.query('INSERT INTO usage_state (closed_through) VALUES ($1::date) ON CONFLICT (single) DO UPDATE SET closed_through = excluded.closed_through', [end]);
    rows += written;
    step = Math.max(1, Math.min(LONGEST_STEP, Math.floor((Math.min(ROWS_AT_ONCE, mostRows) * days.length) / Math.max(written, 1))));
    day = addDays(end, 1);
  }
  return { rows, done: true };
}

/** Of these closed days: how many of a user's days grew by something else than was used, and the first of them. */
export async function distantDays(db: Queryable, days: readonly string[], shown: number): Promise<{ readonly count: number; readonly keys: readonly string[] }> {
  let count = 0;
  const keys: string[] = [];
  for (let start = 0; start < days.length; start += LONGEST_STEP) {
    const step = days.slice(start, start + LONGEST_STEP);
    const { rows } = await db.query<{ count: string; keys: string[] | null }>(
      `SELECT count(*)::text AS count, (array_agg(day::text || ' ' || user_id ORDER BY day, user_id))[1:${shown}] AS keys FROM (${DISTANCES}) d`, [step, step.map((day) => addDays(day, -1))]);
    count += Number(rows[0]?.count ?? 0);
    keys.push(...(rows[0]?.keys ?? []));
  }
  return { count, keys: keys.slice(0, shown) };
}

async function adjust(tx: Queryable, days: readonly string[], last: string): Promise<number> {
  if (days.length === 0) return 0;
  const result = await tx.query(ADJUST, [days, days.map((day) => addDays(day, -1)), last]);
  return result.rowCount ?? 0;
}

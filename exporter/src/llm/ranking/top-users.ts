import { addDays, addMonths, monthStart } from '../../money/days.ts';
import type { Queryable } from '../../database/queryable.ts';
import { POSITION, userTotals } from './user-totals.ts';

/**
 * A ranking looks at two rows a user: 10,000 users take some 15 ms, so beyond this many the most expensive users of the
 * usual ranges are stored; below it, storing them would cost every writer more than it saves.
 */
export const MANY_USERS = 50_000;
/** One more than the API returns at once, so that it can see whether there is another page. */
const MAX_STORED_USERS = 1_001;
const WINDOWS = [7, 30, 90, 180, 365] as const;

interface Days {
  readonly from: string;
  readonly to: string;
}

/**
 * The ranges `[from, to)` that dashboards request during `today` and on the day after, before its first
 * synchronisation. Pure.
 */
export function usualRanges(today: string): Days[] {
  const tomorrow = addDays(today, 1);
  const ends = [today, tomorrow, addDays(today, 2)];
  const windows = ends.flatMap((to) => WINDOWS.map((days) => ({ from: addDays(to, -days), to })));
  const running = ends.slice(1).map((to) => ({ from: monthStart(addDays(to, -1)), to }));
  const month = monthStart(today);
  const whole = [1, 2].map((back) => ({ from: addMonths(month, -back), to: addMonths(month, 1 - back) }));
  return [...new Map([...windows, ...running, ...whole].map((range) => [`${range.from} ${range.to}`, range])).values()];
}

/**
 * Must be the last step of every change to usage on the days `changed`, in the same transaction and under LOCK_USAGE:
 * ranges that contain one of them are ranked again, ranges that are no longer requested are deleted. A range is stored
 * completely and up to date, or not at all.
 */
export async function refreshTopUsers(
  tx: Queryable,
  changed: readonly string[],
  manyUsers = MANY_USERS,
): Promise<number> {
  const { rows } = await tx.query<{ closed: string | null; many: boolean; ranges: string[] }>(
    `SELECT s.closed_through::text AS closed, (SELECT count(*) FROM llm_user_cum
      WHERE day = (SELECT closed_through FROM usage_state)) > $1 AS many,
       ARRAY(SELECT DISTINCT from_day || ' ' || to_day FROM llm_user_top) AS ranges
     FROM (SELECT (SELECT closed_through FROM usage_state) AS closed_through) s`,
    [manyUsers],
  );
  const { closed = null, many = false, ranges = [] } = rows[0] ?? {};
  if (closed === null || !many) {
    if (ranges.length > 0) await tx.query('DELETE FROM llm_user_top');
    return 0;
  }
  const stored = new Set(ranges);
  const usual = usualRanges(addDays(closed, 1));
  const stale = usual.filter(
    ({ from, to }) => !stored.has(`${from} ${to}`) || changed.some((day) => day >= from && day < to),
  );
  const unchanged = usual.filter((range) => !stale.includes(range));
  await tx.query(
    `DELETE FROM llm_user_top t WHERE NOT EXISTS (SELECT 1 FROM unnest($1::date[], $2::date[]) AS k(from_day, to_day)
      WHERE k.from_day = t.from_day AND k.to_day = t.to_day)`,
    [unchanged.map(({ from }) => from), unchanged.map(({ to }) => to)],
  );
  for (const { from, to } of stale) await tx.query(RANK, [from, to]);
  return stale.length;
}

const RANK = `WITH ${userTotals()}
INSERT INTO llm_user_top (from_day, to_day, user_id, cost_usd, unpriced_tokens, position)
SELECT $1::date, $2::date, user_id, cost, unpriced, position
  FROM (SELECT user_id, cost, unpriced, ${POSITION} AS position FROM user_totals) u
ORDER BY position DESC, user_id COLLATE "C" LIMIT ${MAX_STORED_USERS}`;

/**
 * Compares stored rankings with sums of the users' days: places compared, places that differ, and the first of them.
 */
export async function differingTopUsers(
  db: Queryable,
  shown: number,
): Promise<{ readonly rows: number; readonly different: number; readonly keys: readonly string[] }> {
  const { rows: ranges } = await db.query<{ from: string; to: string }>(
    'SELECT DISTINCT from_day::text AS "from", to_day::text AS "to" FROM llm_user_top ORDER BY 1, 2',
  );
  let [rows, different] = [0, 0];
  const keys: string[] = [];
  for (const { from, to } of ranges) {
    const { rows: found } = await db.query<{ rows: string; different: string; keys: string[] | null }>(
      `SELECT count(*)::text AS rows, count(*) FILTER (WHERE differs)::text AS different,
        (array_agg(user_id ORDER BY user_id) FILTER (WHERE differs))[1:${shown}] AS keys FROM (
         SELECT user_id, (e.cost, e.unpriced, e.position) 
           IS DISTINCT FROM (t.cost_usd, t.unpriced_tokens, t.position) AS differs
         FROM (SELECT user_id, cost, unpriced, ${POSITION} AS position FROM (
             SELECT user_id, sum(cost_usd) AS cost, sum(unpriced_tokens) AS unpriced FROM llm_user_day
               WHERE day >= $1::date AND day < $2::date GROUP BY user_id) s
           ORDER BY position DESC, user_id COLLATE "C" LIMIT ${MAX_STORED_USERS}) e
         FULL JOIN (SELECT * FROM llm_user_top WHERE from_day = $1::date AND to_day = $2::date) t USING (user_id)) c`,
      [from, to],
    );
    rows += Number(found[0]?.rows ?? 0);
    different += Number(found[0]?.different ?? 0);
    keys.push(...(found[0]?.keys ?? []).map((user) => `${from} to ${to} ${user}`));
  }
  return { rows, different, keys: keys.slice(0, shown) };
}

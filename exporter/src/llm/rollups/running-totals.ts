import { addDays, daysOf } from '../../money/days.ts';
import type { Queryable } from '../../database/queryable.ts';
import { ADJUST, DISTANCES, FOLD, SET_ASIDE, WEIGH } from './running-totals-sql.ts';
import { refreshTopUsers } from '../ranking/top-users.ts';

/** Approximate rows that one statement closes: more would cost memory and locks without being faster. */
const ROWS_AT_ONCE = 300_000;
const MAX_STEP = 31;

/**
 * The most rows that a synchronisation closes within its transaction; maintenance closes the rest of a long history.
 */
const ROWS_WITH_A_SYNC = 500_000;

/**
 * How large a change to closed days is applied to `llm_user_cum` at once; a larger one is stored in `llm_user_late` as
 * pending.
 */
export interface RepairLimits {
  /** Rows of running totals that a writer updates itself: about a second, during which other writers wait. */
  readonly atOnce: number;
  /** The most pending rows in total: every read of their days adds them up. */
  readonly aside: number;
  /**
   * The largest part of the days since the first change that may have changed: beyond it, nearly as many rows would
   * become pending as would be updated.
   */
  readonly share: number;
}

export const REPAIR_LIMITS: RepairLimits = { atOnce: 30_000, aside: 200_000, share: 1 / 4 };
const EVERYTHING_AT_ONCE: RepairLimits = { atOnce: Number.POSITIVE_INFINITY, aside: 0, share: 0 };

/** The last day in `llm_user_cum`; usage of later days is added from `llm_user_day`. */
export async function closedThrough(db: Queryable): Promise<string | undefined> {
  const { rows } = await db.query<{ day: string | null }>('SELECT closed_through::text AS day FROM usage_state');
  return rows[0]?.day ?? undefined;
}

/**
 * Must be the last step of every write of usage, in its transaction and under LOCK_USAGE: repairs the closed days among
 * `changed`, and closes the days up to `complete`, the last day that has ended (absent: nothing to close). `changed`
 * includes the current day where it changed.
 */
export async function updateRunningTotals(
  tx: Queryable,
  changed: readonly string[],
  complete?: string,
  limits = REPAIR_LIMITS,
): Promise<void> {
  await repairRunningTotals(tx, changed, limits);
  if (complete !== undefined) await closeDays(tx, complete, ROWS_WITH_A_SYNC);
  await refreshTopUsers(tx, changed);
}

/**
 * Must run in the transaction (and under LOCK_USAGE) that changed `llm_user_day`, with the days that it changed:
 * corrects the running totals of the affected users from that day on, or stores the change as pending where that is
 * more than `limits` allow (by default everything is corrected). Days that are not closed cost nothing, days without a
 * real change one read of their rows. Returns the number of rows written.
 */
export async function repairRunningTotals(
  tx: Queryable,
  changed: readonly string[],
  limits = EVERYTHING_AT_ONCE,
): Promise<number> {
  const last = changed.length === 0 ? undefined : await closedThrough(tx);
  if (last === undefined) return 0;
  const days = changed.filter((day) => day <= last).toSorted();
  return (await isLate(tx, days, last, limits))
    ? executeCount(tx, SET_ASIDE, parametersOf(days))
    : adjust(tx, days, last);
}

async function isLate(
  tx: Queryable,
  days: readonly string[],
  last: string,
  { atOnce, aside, share }: RepairLimits,
): Promise<boolean> {
  const [first] = days;
  if (first === undefined || days.length > daysOf(first, addDays(last, 1)).length * share) return false;
  const {
    rows: [change],
  } = await tx.query<{ changes: number; rows: number }>(WEIGH, [...parametersOf(days), last]);
  if (change === undefined || change.rows <= atOnce) return false;
  const {
    rows: [pending],
  } = await tx.query<{ rows: number }>('SELECT count(*)::int AS rows FROM llm_user_late');
  return (pending?.rows ?? 0) + change.changes <= aside;
}

/**
 * Folds pending late changes into the running totals, for as many users as have about `mostRows` rows to update; in the
 * caller's transaction and under LOCK_USAGE. Reads return the same figures before and after.
 */
export async function foldLateChanges(
  tx: Queryable,
  mostRows = Number.POSITIVE_INFINITY,
): Promise<{ readonly rows: number; readonly done: boolean }> {
  const last = await closedThrough(tx);
  const {
    rows: [late],
  } = await tx.query<{ first: string | null; users: number }>(
    'SELECT min(day)::text AS first, count(DISTINCT user_id)::int AS users FROM llm_user_late',
  );
  const first = late?.first ?? undefined;
  if (late === undefined || first === undefined || last === undefined) return { rows: 0, done: true };
  const most = Math.max(1, Math.min(late.users, Math.floor(mostRows / daysOf(first, addDays(last, 1)).length)));
  const { rows: found } = await tx.query<{ user: string }>(
    'SELECT DISTINCT user_id AS "user" FROM llm_user_late ORDER BY user_id LIMIT $1',
    [most],
  );
  const users = found.map(({ user }) => user);
  const rows = await executeCount(tx, FOLD, [first, users, last]);
  await tx.query('DELETE FROM llm_user_late WHERE user_id = ANY($1::text[])', [users]);
  return { rows, done: users.length === late.users };
}

/**
 * Closes every day up to `through`, which must be complete; in the caller's transaction and under LOCK_USAGE. Nothing
 * to close costs one small query. Stops after about `mostRows` rows with `done: false`: the next call does the rest.
 * Late usage of a closed day is repaired.
 */
export async function closeDays(
  tx: Queryable,
  through: string,
  mostRows = Number.POSITIVE_INFINITY,
): Promise<{ readonly rows: number; readonly done: boolean }> {
  const { rows: found } = await tx.query<{ first: string | null }>(
    'SELECT coalesce((SELECT closed_through + 1 FROM usage_state), (SELECT min(day) FROM llm_user_day))::text AS first',
  );
  const first = found[0]?.first ?? undefined;
  if (first === undefined) return { rows: 0, done: true };
  let rows = 0;
  let step = 1;
  for (let day = first; day <= through;) {
    if (rows >= mostRows) return { rows, done: false };
    const end = [addDays(day, step - 1), through].toSorted()[0] ?? through;
    const days = daysOf(day, addDays(end, 1));
    const written = await adjust(tx, days, end);
    await tx.query(
      `INSERT INTO usage_state (closed_through) VALUES ($1::date) ON CONFLICT (single) DO UPDATE
        SET closed_through = excluded.closed_through`,
      [end],
    );
    rows += written;
    step = Math.max(
      1,
      Math.min(MAX_STEP, Math.floor((Math.min(ROWS_AT_ONCE, mostRows) * days.length) / Math.max(written, 1))),
    );
    day = addDays(end, 1);
  }
  return { rows, done: true };
}

/** Among these closed days: how many user days grew by something else than their usage, and the first of them. */
export async function distantDays(
  db: Queryable,
  days: readonly string[],
  shown: number,
): Promise<{ readonly count: number; readonly keys: readonly string[] }> {
  let count = 0;
  const keys: string[] = [];
  for (let start = 0; start < days.length; start += MAX_STEP) {
    const step = days.slice(start, start + MAX_STEP);
    const { rows } = await db.query<{ count: string; keys: string[] | null }>(
      `SELECT count(*)::text AS count, (array_agg(day::text || ' ' || user_id
        ORDER BY day, user_id))[1:${shown}] AS keys FROM (${DISTANCES}) d`,
      parametersOf(step),
    );
    count += Number(rows[0]?.count ?? 0);
    keys.push(...(rows[0]?.keys ?? []));
  }
  return { count, keys: keys.slice(0, shown) };
}

async function adjust(tx: Queryable, days: readonly string[], last: string): Promise<number> {
  return days.length === 0 ? 0 : executeCount(tx, ADJUST, [...parametersOf(days), last]);
}

/** $1 and $2 of DISTANCES. */
function parametersOf(days: readonly string[]): unknown[] {
  return [days, days.map((day) => addDays(day, -1))];
}

async function executeCount(tx: Queryable, statement: string, values: unknown[]): Promise<number> {
  return (await tx.query(statement, values)).rowCount ?? 0;
}

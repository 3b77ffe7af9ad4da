import type { Queryable } from '../../../database/queryable.ts';
import type { Day } from '../../contract.ts';
import { firstShownDay, loadState } from './state.ts';

/** `[start, end)`: days whose figures may have changed. */
export interface Touched {
  readonly start: Day;
  readonly end: Day;
}

/** Remembers days that are to be computed again; none before the history begins, none in the future. */
export async function touchDays(tx: Queryable, touched: readonly Touched[], today: Day): Promise<void> {
  const ranges = [...new Map(touched.map((range) => [`${range.start}${range.end}`, range])).values()];
  if (ranges.length === 0) return;
  await tx.query(
    `INSERT INTO stripe_days_to_compute (day)
     SELECT DISTINCT d.day::date FROM unnest($1::date[], $2::date[]) AS r(first, past),
       generate_series(greatest(r.first, $3::date)::timestamp, (least(r.past - 1, $4::date))::timestamp, '1 day') AS d(day)
     ORDER BY 1 ON CONFLICT (day) DO NOTHING`,
    [ranges.map(({ start }) => start), ranges.map(({ end }) => end), await firstDay(tx, today), today],
  );
}

/** All days that have figures, from `since` on (default: the first) to today. */
export async function touchSince(tx: Queryable, since: Day | undefined, today: Day): Promise<void> {
  const known = await tx.query<{ first: string | null }>(
    `SELECT least((SELECT min(period_start) FROM stripe_revenue_lines),
       (SELECT min(day) FROM stripe_balance_transactions))::text AS first`,
  );
  const start = since ?? known.rows[0]?.first;
  if (start === null || start === undefined) return;
  await tx.query(
    `INSERT INTO stripe_days_to_compute (day) SELECT d::date
     FROM generate_series(greatest($1::date, $2::date)::timestamp, $3::date::timestamp, '1 day') AS d
     ON CONFLICT (day) DO NOTHING`,
    [start, await firstDay(tx, today), today],
  );
}

/** Takes the remembered days out, oldest first: the caller computes them in the same transaction. */
export async function takeTouchedDays(tx: Queryable): Promise<Day[]> {
  const { rows } = await tx.query<{ day: string }>('DELETE FROM stripe_days_to_compute RETURNING day::text AS day');
  return rows.map(({ day }) => day).sort();
}

/** The window that was shown first stays: days once computed are not forgotten as time goes on. */
async function firstDay(tx: Queryable, today: Day): Promise<Day> {
  const shown = firstShownDay(today);
  const state = await loadState(tx, 'balance_transactions');
  if (state === undefined) return shown;
  const begin = new Date(state.targetFrom * 1000).toISOString().slice(0, 10);
  return begin < shown ? begin : shown;
}

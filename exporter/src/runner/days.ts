import type { Collector, Day } from '../collectors/contract.ts';
import { PROVIDERS, type CollectorName } from '../contract/providers.ts';
import { addDays, daysOf } from '../money/days.ts';
import type { Queryable } from '../database/queryable.ts';

/** Days that one run fills in at most; the next run goes on. */
export const MAX_BACKFILL = 31;

/** The days before those that are read on every run, as far back as the provider can answer: `[start, end)`. */
export function backfillWindow(
  collector: Pick<Collector, 'restatedDays' | 'backfillDays'>,
  target: Day,
): { start: Day; end: Day } {
  const end = addDays(target, -collector.restatedDays);
  const start = addDays(target, -collector.backfillDays);
  return { start: start < end ? start : end, end };
}

/** The missing days of the window, oldest first. */
export function missingDays(window: { readonly start: Day; readonly end: Day }, present: ReadonlySet<Day>): Day[] {
  return daysOf(window.start, window.end).filter((day) => !present.has(day));
}

/** What one run reads, oldest first: gaps, days that may still be restated, the target day, and today (provisional). */
export function daysToRead(collector: Pick<Collector, 'restatedDays'>, target: Day, missing: readonly Day[]): Day[] {
  return [...missing.slice(0, MAX_BACKFILL), ...daysOf(addDays(target, -collector.restatedDays), addDays(target, 2))];
}

/** The days that were really read: what a collector leaves unread stays a gap, which the next run fills in. */
export function readDays(days: readonly Day[], { unread = [] }: { readonly unread?: readonly Day[] }): Day[] {
  return days.filter((day) => !unread.includes(day));
}

/** Where a collector's complete days are: a provisional row does not count, it was written before its day had ended. */
function storedDays(collector: CollectorName): string {
  const { table } = PROVIDERS[collector];
  return table === null
    ? 'SELECT NULL::date AS day WHERE false'
    : `SELECT recorded_at AS day FROM ${table} WHERE NOT provisional`;
}

export async function presentDays(
  db: Queryable,
  collector: CollectorName,
  window: { readonly start: Day; readonly end: Day },
): Promise<Set<Day>> {
  if (window.start >= window.end) return new Set();
  const result = await db.query<{ day: string }>(
    `SELECT day::text AS day FROM (
       SELECT day FROM collector_days WHERE collector = $1
       UNION SELECT day FROM (${storedDays(collector)}) AS stored
     ) AS known WHERE day >= $2::date AND day < $3::date`,
    [collector, window.start, window.end],
  );
  return new Set(result.rows.map((row) => row.day));
}

/** Records the days of a successful run that had ended when it read them. */
export async function rememberDays(
  tx: Queryable,
  collector: CollectorName,
  days: readonly Day[],
  today: Day,
): Promise<void> {
  await tx.query(
    `INSERT INTO collector_days (collector, day) SELECT $1, day FROM unnest($2::date[]) AS d(day) ORDER BY day
     ON CONFLICT (collector, day) DO NOTHING`,
    [collector, days.filter((day) => day < today)],
  );
}

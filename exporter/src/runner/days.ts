import type { Collected, Collector, Day } from '../collectors/contract.ts';
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

/** What is known of a collector's days. */
export interface DayRecord {
  readonly present: ReadonlySet<Day>;
  /** Days that the provider was asked for without an answer, with the day on which it was asked last. */
  readonly unanswered: ReadonlyMap<Day, Day>;
}

/** Gaps in the order in which runs fill them. */
export interface Gaps {
  /** Those that nobody asked for, oldest first; then those without an answer, the ones asked longest ago first. */
  readonly days: readonly Day[];
  /** Whether an automatic run has something to do: gaps that were not asked for today, or are recent. */
  readonly due: boolean;
}

export const NO_GAPS: Gaps = { days: [], due: false };

/** The gaps of the window, and whether anything is missing that a catch-up can bring. */
export function gapsOf(
  collector: Pick<Collector, 'restatedDays' | 'backfillDays'>,
  target: Day,
  { present, unanswered }: DayRecord,
): Gaps {
  const { start, end } = backfillWindow(collector, target);
  const missing = daysOf(start, end).filter((day) => !present.has(day));
  const fresh = missing.filter((day) => !unanswered.has(day));
  const asked = missing
    .filter((day) => unanswered.has(day))
    .sort((a, b) => ((unanswered.get(a) ?? '') < (unanswered.get(b) ?? '') ? -1 : 1));
  const today = addDays(target, 1);
  const isRecentMissing =
    collector.backfillDays > 0 &&
    daysOf(end, today).some((day) => day >= start && unanswered.has(day) && !present.has(day));
  return {
    days: [...fresh, ...asked],
    due: fresh.length > 0 || isRecentMissing || asked.some((day) => (unanswered.get(day) ?? '') < today),
  };
}

/** What one run reads, oldest first: gaps, days that may still be restated, the target day, and today (provisional). */
export function daysToRead(collector: Pick<Collector, 'restatedDays'>, target: Day, gaps: readonly Day[]): Day[] {
  return [
    ...gaps.slice(0, MAX_BACKFILL).sort(),
    ...daysOf(addDays(target, -collector.restatedDays), addDays(target, 2)),
  ];
}

/** What a run could not read. */
type AfterReading = Pick<Collected<unknown>, 'unread' | 'unanswered'>;

/** The days that were really read: what a collector leaves unread or unanswered stays a gap, which a later run fills in. */
export function readDays(days: readonly Day[], { unread = [], unanswered = [] }: AfterReading): Day[] {
  const left = new Set([...unread, ...unanswered]);
  return days.filter((day) => !left.has(day));
}

/** Where a collector's complete days are: a provisional row does not count, it was written before its day had ended. */
function storedDays(collector: CollectorName): string {
  const { table, tableFact } = PROVIDERS[collector];
  if (table === null) return 'SELECT NULL::date AS day WHERE false';
  const known = tableFact === null ? '' : ` AND ${tableFact} IS NOT NULL`;
  return `SELECT recorded_at AS day FROM ${table} WHERE NOT provisional${known}`;
}

/** What is known of the collector's days since `start`. */
export async function recordedDays(db: Queryable, collector: CollectorName, start: Day): Promise<DayRecord> {
  const present = await db.query<{ day: string }>(
    `SELECT day::text AS day FROM (
       SELECT day FROM collector_days WHERE collector = $1
       UNION SELECT day FROM (${storedDays(collector)}) AS stored
     ) AS known WHERE day >= $2::date`,
    [collector, start],
  );
  const unanswered = await db.query<{ day: string; asked: string }>(
    `SELECT day::text AS day, asked_on::text AS asked FROM collector_unanswered_days
     WHERE collector = $1 AND day >= $2::date`,
    [collector, start],
  );
  return {
    present: new Set(present.rows.map(({ day }) => day)),
    unanswered: new Map(unanswered.rows.map(({ day, asked }) => [day, asked])),
  };
}

/** Records the days of a successful run that had ended when it asked for them: read, or without an answer. */
export async function rememberDays(
  tx: Queryable,
  collector: CollectorName,
  asked: readonly Day[],
  collected: AfterReading,
  today: Day,
): Promise<void> {
  const ended = asked.filter((day) => day < today);
  const read = readDays(ended, collected);
  await tx.query(
    `INSERT INTO collector_days (collector, day) SELECT $1, day FROM unnest($2::date[]) AS d(day) ORDER BY day
     ON CONFLICT (collector, day) DO NOTHING`,
    [collector, read],
  );
  await tx.query('DELETE FROM collector_unanswered_days WHERE collector = $1 AND day = ANY($2::date[])', [
    collector,
    read,
  ]);
  await tx.query(
    `INSERT INTO collector_unanswered_days AS u (collector, day, asked_on)
     SELECT $1, day, $3::date FROM unnest($2::date[]) AS d(day)
     WHERE NOT EXISTS (SELECT 1 FROM collector_days c WHERE c.collector = $1 AND c.day = d.day) ORDER BY day
     ON CONFLICT (collector, day) DO UPDATE SET asked_on = excluded.asked_on WHERE u.asked_on <> excluded.asked_on`,
    [collector, (collected.unanswered ?? []).filter((day) => day < today), today],
  );
}

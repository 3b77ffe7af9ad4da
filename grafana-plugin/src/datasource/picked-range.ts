import type { PickerRange } from '../../../exporter/src/contract/query.ts';
import { DAY_MS, dayOf, daysOfRange, type Clock, type Days } from './days.ts';

const MONTHS_OF = { M: 1, y: 12 } as const;

/** Whether the picker stands where the board opens. Two dates are always a choice of the reader. */
export const atStart = ({ opensAt }: PickerRange, { raw }: Clock): boolean => raw?.from === opensAt && raw.to === 'now';

/** N of "the last N days", or of "the last N months" where months are counted; `undefined` for any other range. */
export function lastCount(range: PickerRange, { raw }: Clock): number | undefined {
  if (raw?.to !== 'now') return undefined;
  const [, count, unit] = /^now-(\d+)([dMy])$/.exec(raw.from) ?? [];
  if (count === undefined) return undefined;
  const byMonth = range.start.kind === 'months';
  if (unit === 'd') return byMonth ? undefined : Math.max(1, Number(count));
  return byMonth ? Math.max(1, Number(count)) * (unit === 'y' ? MONTHS_OF.y : MONTHS_OF.M) : undefined;
}

/**
 * The days that a picker says which has been moved; `undefined` while it stands where the board opens. The running day
 * is the last one, so that a range such as "this month" has no days to come.
 */
export function pickedDays(range: PickerRange, clock: Clock): Days | undefined {
  if (atStart(range, clock)) return undefined;
  const tomorrow = dayOf(Math.floor(clock.nowMs / DAY_MS) * DAY_MS + DAY_MS);
  const count = lastCount(range, clock);
  if (range.start.kind !== 'months') {
    if (count !== undefined) return { from: dayOf(Date.parse(tomorrow) - count * DAY_MS), to: tomorrow };
    return until(tomorrow, daysOfRange(clock.fromMs, clock.toMs));
  }
  const touched = daysOfRange(clock.fromMs, clock.toMs);
  const months = { from: monthStart(touched.from, 0), to: monthStart(dayOf(Date.parse(touched.to) - DAY_MS), 1) };
  const today = dayOf(clock.nowMs);
  return until(tomorrow, count === undefined ? months : { from: monthStart(today, 1 - count), to: tomorrow });
}

/** The first day of the month that lies `months` after that of `day`. */
function monthStart(day: string, months: number): string {
  return dayOf(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1 + months, 1));
}

const until = (end: string, { from, to }: Days): Days => ({ from, to: from < end && to > end ? end : to });

import type { PickerRange } from '../../../exporter/src/contract/query.ts';
import { addDays, addMonths, firstDay, monthOf } from '../shared/days.ts';
import { dayAfter, daysOfRange, lastDays, lastMonths, type Clock, type Days } from './days.ts';

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
  const count = lastCount(range, clock);
  const byMonth = range.start.kind === 'months';
  if (count !== undefined) return byMonth ? lastMonths(count, clock.nowMs) : lastDays(count, clock.nowMs);
  const touched = daysOfRange(clock.fromMs, clock.toMs);
  return until(dayAfter(clock.nowMs), byMonth ? wholeMonths(touched) : touched);
}

const wholeMonths = ({ from, to }: Days): Days => ({
  from: firstDay(monthOf(from)),
  to: firstDay(addMonths(monthOf(addDays(to, -1)), 1)),
});

const until = (end: string, { from, to }: Days): Days => ({ from, to: from < end && to > end ? end : to });

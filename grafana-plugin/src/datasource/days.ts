import type { TimeRange } from '@grafana/data';
import { addDays, addMonths, DAY_MS, dayOf, firstDay, monthOf } from '../shared/days.ts';

/** UTC days, half-open. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

export interface Clock {
  /** The dashboard's range and the present, in milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  /** The range as the picker has it, such as now-30d; left out where it is two dates. */
  readonly raw?: { readonly from: string; readonly to: string } | undefined;
}

/** The days that a time range touches: a range that ends at midnight does not touch the day that begins there. */
export function daysOfRange(fromMs: number, toMs: number): Days {
  const first = Math.floor(fromMs / DAY_MS) * DAY_MS;
  const end = Math.max(first + DAY_MS, Math.ceil(toMs / DAY_MS) * DAY_MS);
  return { from: dayOf(first), to: dayOf(end) };
}

/** The last `count` days, the running one included. */
export function lastDays(count: number, nowMs: number): Days {
  const to = dayAfter(nowMs);
  return { from: addDays(to, -count), to };
}

/** The last `count` calendar months, of the running one the days up to the running day. */
export const lastMonths = (count: number, nowMs: number): Days => ({
  from: firstDay(addMonths(monthOf(dayOf(nowMs)), 1 - count)),
  to: dayAfter(nowMs),
});

/** The day after the running one: the end of a range that includes it. */
export const dayAfter = (nowMs: number): string => addDays(dayOf(nowMs), 1);

/** The clock of a request, at this moment. */
export function clockOf({ from, to, raw }: TimeRange): Clock {
  // Two dates are texts too, where they come from the address.
  const relative = [raw.from, raw.to].some((end) => typeof end === 'string' && end.includes('now'));
  return {
    fromMs: from.valueOf(),
    toMs: to.valueOf(),
    nowMs: Date.now(),
    ...(relative ? { raw: { from: String(raw.from), to: String(raw.to) } } : {}),
  };
}

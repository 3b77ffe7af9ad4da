/** UTC days as `YYYY-MM-DD` strings; string order is time order. Periods are half-open `[start, end)`. */

/** Half-open `[from, to)`. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

const DAY_MS = 86_400_000;
const SHAPE = /^\d{4}-\d{2}-\d{2}$/;

/** True for a day that exists: 2026-02-30 does not. */
export function isDay(text: string): boolean {
  if (!SHAPE.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}

export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

export function addDays(day: string, count: number): string {
  return dayOf(new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS));
}

/** Days from `start` to `end`; negative when `end` is earlier. */
export function daysBetween(start: string, end: string): number {
  return Math.round((Date.parse(`${end}T00:00:00Z`) - Date.parse(`${start}T00:00:00Z`)) / DAY_MS);
}

/** Every day of `[start, end)`. */
export function daysOf(start: string, end: string): string[] {
  const first = Date.parse(`${start}T00:00:00Z`);
  return Array.from({ length: Math.max(0, daysBetween(start, end)) }, (_, index) =>
    dayOf(new Date(first + index * DAY_MS)),
  );
}

export function monthStart(day: string): string {
  return `${day.slice(0, 7)}-01`;
}

export function nextMonthStart(day: string): string {
  return monthStart(addDays(monthStart(day), 31));
}

/** The first day of the month `count` months after that of `day`. */
export function addMonths(day: string, count: number): string {
  const year = Number(day.slice(0, 4));
  const month = Number(day.slice(5, 7)) - 1 + count;
  return dayOf(new Date(Date.UTC(year, month, 1)));
}

export function daysInMonth(day: string): number {
  return daysBetween(monthStart(day), nextMonthStart(day));
}

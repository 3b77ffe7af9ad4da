import { addDays, addMonths, dayOf, daysBetween, daysOf, monthStart } from '../money/days.ts';

/** The time that the demonstration covers: six closed months and the running one, up to today; of revenue eighteen. */
export interface DemoPeriod {
  readonly now: Date;
  readonly today: string;
  /** First day of the oldest month. */
  readonly from: string;
  /** Every day, today included (provisional). */
  readonly days: readonly string[];
  /** Every day of revenue, which reaches further back: retention compares with a year before. */
  readonly revenueDays: readonly string[];
  /** First days of the closed months, oldest first. */
  readonly closedMonths: readonly string[];
}

const MONTHS = 6;
const REVENUE_MONTHS = 18;

export function demoPeriod(now: Date): DemoPeriod {
  const today = dayOf(now);
  const from = addMonths(today, -MONTHS);
  return {
    now,
    today,
    from,
    days: daysOf(from, addDays(today, 1)),
    revenueDays: daysOf(addMonths(today, -REVENUE_MONTHS), addDays(today, 1)),
    closedMonths: Array.from({ length: MONTHS }, (_, index) => addMonths(from, index)),
  };
}

/** How far a day is along the period, 0 to 1: figures grow with it. */
export function progress(period: DemoPeriod, day: string): number {
  return daysBetween(period.from, day) / Math.max(1, daysBetween(period.from, period.today));
}

/** Today is not over: its figures cover a part of the day. */
export function share(period: DemoPeriod, day: string): number {
  return day === period.today ? 0.4 : 1;
}

/** The closed month `back` months before the running one. */
export function closedMonth(period: DemoPeriod, back: number): string {
  return addMonths(monthStart(period.today), -back);
}

/** `time`, but never after the demonstration's now. */
export function notAfterNow(period: DemoPeriod, time: string): string {
  return new Date(Math.min(Date.parse(time), period.now.getTime())).toISOString();
}

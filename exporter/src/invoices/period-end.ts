import { addDays, addMonths, daysInMonth } from '../money/days.ts';

const MAX_MONTHS = 36;

/**
 * Says that the end of a period is exclusive where its last day was probably typed instead: 1 to 30 November is meant
 * and 30 November left out. Null for every period that vendors bill, also those that begin on the 29th to 31st and end
 * with a shorter month. Pure.
 */
export function lastDayNotCovered(periodStart: string, periodEnd: string): string | null {
  const meant = addDays(periodEnd, 1);
  if (periodEnd <= periodStart || isBillingPeriod(periodStart, periodEnd)) return null;
  const lastOfMonth = meant.endsWith('-01');
  if (!lastOfMonth && !isBillingPeriod(periodStart, meant)) return null;
  return (
    `${dayName(periodEnd)} is not covered: the end is exclusive. For ${periodStart} to ${periodEnd}, that day ` +
    `included, write ${meant} as the end.`
  );
}

/** Whole months from one day of the month to the same one, or to the last day of a shorter month. */
function isBillingPeriod(start: string, end: string): boolean {
  const day = Number(start.slice(8));
  for (let count = 1; count <= MAX_MONTHS; count += 1) {
    const month = addMonths(start, count);
    if (addDays(month, Math.min(day, daysInMonth(month)) - 1) === end) return true;
  }
  return false;
}

const NAME = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' });

/** "30 November". */
function dayName(day: string): string {
  return NAME.format(new Date(`${day}T00:00:00Z`));
}

import { addDays, monthStart } from '../money/days.ts';

/** The day `months` later, on the last day of a month that is too short. */
export function anniversary(since: string, months: number): string {
  const [year = 0, month = 1, day = 1] = since.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
  const wanted = addDays(first, day - 1);
  return monthStart(wanted) === first ? wanted : addDays(monthStart(wanted), -1);
}

/** The anniversaries after `since` and before `end`, every `months` months. */
export function anniversariesBetween(since: string, end: string, months = 1): string[] {
  const days: string[] = [];
  for (let count = 1; anniversary(since, count * months) < end; count += 1)
    days.push(anniversary(since, count * months));
  return days;
}

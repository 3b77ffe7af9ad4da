import { addDays, dayOf, daysBetween, daysOf, monthStart } from './days.ts';
import { MICROS_PER_CENT, type Micros } from './micros.ts';
import { spreadEvenly } from './allocation.ts';

/** What a provider has charged since the first of the month, up to and including `day`. */
export interface MonthToDateReading {
  readonly day: string;
  readonly amount: Micros;
}

/** A reading in the first hours of a day says what the day before cost: nightly runs read shortly after midnight. */
const HOURS_OF_THE_DAY_BEFORE = 6;

/** The last UTC day that a reading made at `time` covers; on the 1st it is that day, since the count starts again. */
export function coveredDay(time: Date): string {
  const day = dayOf(time);
  return time.getUTCHours() < HOURS_OF_THE_DAY_BEFORE && day !== monthStart(day) ? addDays(day, -1) : day;
}

/**
 * The cost of the days that a new reading adds: its difference to the previous one, spread over the missed days by
 * cumulative rounding. A drop is a credit (negative). A new month starts from zero, and the first reading ever is
 * spread over the month so far. The days of one month always sum to its last reading.
 */
export function monthToDateDays(
  previous: MonthToDateReading | undefined,
  reading: MonthToDateReading,
): Map<string, Micros> {
  if (previous !== undefined && previous.day >= reading.day)
    throw new RangeError(`a reading of ${reading.day} cannot follow one of ${previous.day}`);
  const sameMonth = previous !== undefined && monthStart(previous.day) === monthStart(reading.day);
  const from = sameMonth ? addDays(previous.day, 1) : monthStart(reading.day);
  const difference = sameMonth ? reading.amount - previous.amount : reading.amount;
  const days = daysOf(from, addDays(reading.day, 1));
  // Whole cents stay whole cents; a finer amount is spread as finely as it came.
  const unit = difference % MICROS_PER_CENT === 0n ? MICROS_PER_CENT : 1n;
  const parts = spreadEvenly(difference / unit, daysBetween(from, reading.day) + 1);
  return new Map(days.map((day, index) => [day, (parts[index] ?? 0n) * unit]));
}

import { addDays, dayOf, daysBetween, daysOf, monthStart } from './days.ts';
import { divideRounded, MICROS_PER_CENT, type Micros } from './micros.ts';
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

/** What a counter that starts from zero on the first of the month showed at one moment. */
export interface CounterReading {
  readonly at: Date;
  readonly amount: Micros;
}

export interface ReadingDay {
  readonly day: string;
  readonly amount: Micros;
  /** Whole days between the two readings that the amount comes from, `day` included. */
  readonly basis: readonly string[];
}

const DAY_MINUTES = 24 * 60;
/** A reading this late in a day says what the whole day cost. */
const HOURS_UNTIL_CLOSED = 18;

/**
 * The days of the month of `month` by its counter's readings, whatever the hours they were made at: between two
 * readings the counter is taken to grow evenly. The days sum to the highest reading, and none is negative: a reading
 * below an earlier one is left out, so that its days wait until the counter has passed the earlier one again.
 */
export function daysOfReadings(readings: readonly CounterReading[], month: string): ReadingDay[] {
  const points = risingPoints(readings, month);
  const last = points.at(-1);
  if (last === undefined || last.minute === 0) return [];
  const unit = points.every(({ amount }) => amount % MICROS_PER_CENT === 0n) ? MICROS_PER_CENT : 1n;
  const count = Math.ceil(last.minute / DAY_MINUTES);
  const start = monthStart(month);
  return Array.from({ length: count }, (_, index) => {
    const [from, to] = [index * DAY_MINUTES, Math.min((index + 1) * DAY_MINUTES, last.minute)];
    const first = points.findLast(({ minute }) => minute <= from)?.minute ?? 0;
    const end = points.find(({ minute }) => minute >= to)?.minute ?? last.minute;
    return {
      day: addDays(start, index),
      amount: valueAt(points, to, unit) - valueAt(points, from, unit),
      basis: daysOf(addDays(start, Math.ceil(first / DAY_MINUTES)), addDays(start, Math.floor(end / DAY_MINUTES))),
    };
  });
}

interface Point {
  readonly minute: number;
  readonly amount: Micros;
}

/** The counter over the month, in minutes since its start: from zero, and only ever rising. */
function risingPoints(readings: readonly CounterReading[], month: string): Point[] {
  const points: Point[] = [{ minute: 0, amount: 0n }];
  const placed = readings.map(({ at, amount }) => ({ minute: minuteOf(at, month), amount, at: at.getTime() }));
  for (const { minute, amount } of placed.sort((a, b) => a.at - b.at)) {
    const before = points.at(-1);
    if (before === undefined || amount < before.amount) continue;
    if (before.minute === minute && minute > 0) points.pop();
    points.push({ minute, amount });
  }
  return points;
}

/** Readings of the first and the last hours of a day stand for its start and its end; on the 1st, for the day. */
function minuteOf(at: Date, month: string): number {
  const start = Date.parse(`${monthStart(month)}T00:00:00Z`);
  const minute = Math.max(1, Math.floor((at.getTime() - start) / 60_000));
  const [day, hour] = [Math.floor(minute / DAY_MINUTES), (minute % DAY_MINUTES) / 60];
  if (hour >= HOURS_UNTIL_CLOSED) return (day + 1) * DAY_MINUTES;
  return hour < HOURS_OF_THE_DAY_BEFORE && day > 0 ? day * DAY_MINUTES : minute;
}

function valueAt(points: readonly Point[], minute: number, unit: bigint): Micros {
  const index = points.findIndex((point) => point.minute >= minute);
  const [after, before] = [points[index], points[index - 1]];
  if (after === undefined) return points.at(-1)?.amount ?? 0n;
  if (before === undefined || after.minute === minute) return after.amount;
  const share = (after.amount - before.amount) * BigInt(minute - before.minute);
  return before.amount + divideRounded(share, unit * BigInt(after.minute - before.minute)) * unit;
}

import { dayOf } from './days.ts';
import { parseScaled } from './scaled.ts';

/**
 * Usage from raw samples of a counter. Never `increase()`: it extrapolates to figures that nobody used and loses the
 * first value of a new series.
 */

/** Units of 1e-12, so that token counts and money in a counter (a float) share one exact arithmetic. */
export const COUNTER_DIGITS = 12;

const UNIT = 10n ** BigInt(COUNTER_DIGITS);

/** `value` in units of 1e-12; undefined for NaN, which is not a reading. */
export interface CounterSample {
  readonly time: number;
  readonly value: bigint | undefined;
}

/**
 * What the first sample of a series means. `counts`: the series was born then, since the same scrape target had been
 * read before without it; it counts from 0. `baseline`: nobody knows how long it had been counting.
 */
export type FirstSample = 'counts' | 'baseline';

/** The largest reading that is taken for a counter; beyond it a number is neither a count nor an amount of money. */
const LARGEST = 10n ** 15n * UNIT;

/**
 * A sample value of Prometheus ("240", "1e-07", "NaN"). Throws a RangeError on infinities, negatives and absurd
 * sizes.
 */
export function parseCounter(text: string): bigint | undefined {
  // Nearly every reading is one of these.
  if (/^\d{1,15}$/.test(text)) return BigInt(text) * UNIT;
  if (text === 'NaN') return undefined;
  const value = parseScaled(text, COUNTER_DIGITS);
  if (value === undefined || value < 0n || value > LARGEST)
    throw new RangeError(`not a counter value: ${text.slice(0, 40)}`);
  return value;
}

/**
 * Usage by UTC day: each difference belongs to the day of its later sample, so that the usage of a day is what was
 * added from the last sample before it to its last one. A drop is a reset: the counter began again at 0. Samples must
 * be in order of time; a repeated time is ignored.
 */
export function usageByDay(samples: readonly CounterSample[], first: FirstSample): Map<string, bigint> {
  const days = new Map<string, bigint>();
  eachDay(samples, first, (day, used) => void days.set(day, used));
  return days;
}

/** The same for very many series: calls `found` once for each day, oldest first. */
export function eachDay(
  samples: readonly CounterSample[],
  first: FirstSample,
  found: (day: string, used: bigint) => void,
): void {
  let lastTime = -Infinity;
  let lastValue: bigint | undefined;
  let day: string | undefined;
  let used = 0n;
  for (const { time, value } of samples) {
    if (value === undefined || time <= lastTime) continue;
    const from = lastValue ?? (first === 'counts' ? 0n : value);
    const dayOfSample = dayAt(time);
    if (day !== dayOfSample) {
      if (day !== undefined) found(day, used);
      day = dayOfSample;
      used = 0n;
    }
    used += value >= from ? value - from : value;
    lastTime = time;
    lastValue = value;
  }
  if (day !== undefined) found(day, used);
}

/** Whether a reading is below the one before it. */
export function everFalls(samples: readonly CounterSample[]): boolean {
  let before: bigint | undefined;
  for (const { value } of samples) {
    if (before !== undefined && value !== undefined && value < before) return true;
    before = value;
  }
  return false;
}

const DAY_MS = 86_400_000;
const MAX_NAMES = 1000;
const dayNames = new Map<number, string>();

/** The same few days are asked for once for every sample. */
function dayAt(time: number): string {
  const number = Math.floor(time / DAY_MS);
  const known = dayNames.get(number);
  if (known !== undefined) return known;
  if (dayNames.size >= MAX_NAMES) dayNames.clear();
  const day = dayOf(new Date(time));
  dayNames.set(number, day);
  return day;
}

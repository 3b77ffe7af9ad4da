import { divideRounded, type Micros } from './micros.ts';
import { addDays, daysBetween } from './days.ts';

// The figures of the product come from the same rule in SQL, over the stored lines: collectors/stripe/store-revenue.ts.
// recognised-revenue-sql.test.ts holds the two equal on a real Postgres. Change both, or neither.

/** `[start, end)` in UTC days. */
export interface DayRange {
  readonly start: string;
  readonly end: string;
}

/** An amount that is earned over a period: `[start, end)` in UTC days, in minor units, negative for a credit. */
export interface EarnedAmount extends DayRange {
  readonly minor: bigint;
  /**
   * The period that it is spread over, where that is not its own: what belongs to days before `start` counts on
   * `start`, all at once. So a credit takes back what was earned, and then each day what the day would have earned.
   */
  readonly spread?: DayRange | undefined;
}

/** What is recognised on `[from, to)`, in minor units: adjacent windows add up, the whole period gives the amount. */
export function recognisedBetween(earned: EarnedAmount, from: string, to: string): bigint {
  return to <= from ? 0n : recognisedUpTo(earned, to) - recognisedUpTo(earned, from);
}

/**
 * The same in USD, where the whole amount is `usd`: what is recognised up to a day is the part of `usd` that the minor
 * units up to that day are of `minor`, so that both currencies add up to their totals.
 */
export function recognisedUsdBetween(earned: EarnedAmount, usd: Micros, from: string, to: string): Micros {
  if (to <= from || earned.minor === 0n) return 0n;
  const upTo = (day: string): Micros => divideRounded(usd * recognisedUpTo(earned, day), earned.minor);
  return upTo(to) - upTo(from);
}

function recognisedUpTo({ minor, start: countsFrom, end: countsTo, spread }: EarnedAmount, day: string): bigint {
  const { start, end } = spread ?? { start: countsFrom, end: countsTo };
  const length = daysBetween(start, end);
  if (length < 1 || countsTo <= countsFrom)
    throw new RangeError(`a period has at least one day: ${start} to ${end}, ${countsFrom} to ${countsTo}`);
  if (day <= countsFrom) return 0n;
  if (day >= countsTo) return minor;
  const days = Math.min(length, Math.max(0, daysBetween(start, day)));
  return divideRounded(minor * BigInt(days), BigInt(length));
}

/**
 * The UTC days of a Stripe period. Stripe's end is inclusive: 23:59:59 still belongs to the period, midnight and
 * any time of a renewal day do not. A period within one day is that day.
 */
export function earningPeriod(
  startSeconds: number,
  endSeconds: number,
): { readonly start: string; readonly end: string } {
  const start = dayOfSeconds(startSeconds);
  const end = dayOfSeconds(endSeconds + 1);
  return { start, end: end > start ? end : addDays(start, 1) };
}

/**
 * Where a credit of `[start, end)` counts: on its day what had been earned by then, and on each later day what that day
 * would have earned, so that a credit of the whole amount leaves nothing. A credit for a period that is over, or of
 * nothing in particular, counts on its own day; one for a period that is to come, over that period.
 */
export function creditPeriod(issuedOn: string, credited: DayRange | undefined): DayRange & { spread?: DayRange } {
  if (credited === undefined || credited.end <= issuedOn) return { start: issuedOn, end: addDays(issuedOn, 1) };
  if (credited.start >= issuedOn) return { start: credited.start, end: credited.end };
  return { start: issuedOn, end: credited.end, spread: { start: credited.start, end: credited.end } };
}

export function dayOfSeconds(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

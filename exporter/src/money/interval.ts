import { divide, rational, type Rational } from './rational.ts';

/** How often a price is charged: every `count` units. */
export interface BillingInterval {
  readonly unit: 'day' | 'week' | 'month' | 'year';
  readonly count: bigint;
}

/** Months in one interval: year 12n, week n·12/52, day n·12/365. */
export function monthsOf({ unit, count }: BillingInterval): Rational {
  if (count < 1n) throw new RangeError('a billing interval is at least one');
  switch (unit) {
    case 'month':
      return rational(count);
    case 'year':
      return rational(12n * count);
    case 'week':
      return rational(12n * count, 52n);
    case 'day':
      return rational(12n * count, 365n);
  }
}

/** The monthly value of an amount that is charged once an interval. */
export function perMonth(amount: Rational, interval: BillingInterval): Rational {
  return divide(amount, monthsOf(interval));
}

/** Intervals of one family can meet on one invoice; the length is in months or in days. */
export function cycleOf({ unit, count }: BillingInterval): {
  readonly family: 'months' | 'days';
  readonly length: bigint;
} {
  switch (unit) {
    case 'month':
      return { family: 'months', length: count };
    case 'year':
      return { family: 'months', length: 12n * count };
    case 'week':
      return { family: 'days', length: 7n * count };
    case 'day':
      return { family: 'days', length: count };
  }
}

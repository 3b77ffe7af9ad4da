import { divideRounded, type Micros } from './micros.ts';
import { parseScaled } from './scaled.ts';

/**
 * Amounts at 1e-9 of the currency's unit, as they are stored of the parts of MRR: a yearly price divided by twelve,
 * thousands of times, must not round to a cent.
 */
export type Nanos = bigint;

const DIGITS = 9;
const AS_STORED = /^-?\d+\.\d{9}$/;
const PER_UNIT = 1_000_000_000n;
/** Cross rates are stored with sixteen digits. */
const RATE_DIGITS = 16;
const PER_MICRO = 1_000n;

/** Reads Postgres' numeric. Throws a RangeError on anything else. */
export function parseNanos(text: string): Nanos {
  // What a column of nine digits says, by the thousand.
  if (AS_STORED.test(text)) return BigInt(text.replace('.', ''));
  const nanos = parseScaled(text, DIGITS);
  if (nanos === undefined) throw new RangeError('not a decimal amount');
  return nanos;
}

/** "12.500000000", for a column of nine digits. */
export function formatNanos(nanos: Nanos): string {
  const absolute = nanos < 0n ? -nanos : nanos;
  return `${nanos < 0n ? '-' : ''}${absolute / PER_UNIT}.${(absolute % PER_UNIT).toString().padStart(DIGITS, '0')}`;
}

export function nanosToMicros(nanos: Nanos): Micros {
  return divideRounded(nanos, PER_MICRO);
}

/** `amount` in USD at a decimal rate, rounded once. Throws a RangeError where the rate is not a decimal number. */
export function nanosInUsd(amount: Nanos, usdRate: string): Nanos {
  const rate = parseScaled(usdRate, RATE_DIGITS);
  if (rate === undefined) throw new RangeError('not an exchange rate');
  return divideRounded(amount * rate, 10n ** BigInt(RATE_DIGITS));
}

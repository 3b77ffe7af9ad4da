import { MICROS_PER_UNIT, type Micros } from './micros.ts';
import { multiply, rational, type Rational } from './rational.ts';

/**
 * How Stripe counts minor units (https://docs.stripe.com/currencies). Not ISO 4217: ISK and UGX have no decimals
 * any more but are still sent with two, and HUF and TWD are whole numbers only in payouts.
 */
const ZERO_DECIMAL = new Set([
  'BIF',
  'CLP',
  'DJF',
  'GNF',
  'JPY',
  'KMF',
  'KRW',
  'MGA',
  'PYG',
  'RWF',
  'VND',
  'VUV',
  'XAF',
  'XOF',
  'XPF',
]);
const THREE_DECIMAL = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND']);

/** Decimals of a currency's minor unit at Stripe: 0, 2 or 3. Takes either case. */
export function stripeExponent(currency: string): 0 | 2 | 3 {
  const code = currency.toUpperCase();
  return ZERO_DECIMAL.has(code) ? 0 : THREE_DECIMAL.has(code) ? 3 : 2;
}

/** Minor units (cents, yen, fils) as micro-units of the same currency. */
export function minorToMicros(minor: bigint, currency: string): Micros {
  return minor * (MICROS_PER_UNIT / 10n ** BigInt(stripeExponent(currency)));
}

/** An exact amount of minor units as exact micro-units of the same currency. */
export function minorToExactMicros(minor: Rational, currency: string): Rational {
  return multiply(minor, rational(MICROS_PER_UNIT / 10n ** BigInt(stripeExponent(currency))));
}

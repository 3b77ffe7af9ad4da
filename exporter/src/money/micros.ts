/**
 * Exact money: `bigint` micro-units (1e-6 of the currency unit). No float ever enters an amount; the only way
 * out to a float is `microsToNumber`, for a gauge or a chart axis.
 */

/** Micro-units of a currency: 1.00 USD is 1_000_000n. */
export type Micros = bigint;

export const MICROS_PER_UNIT = 1_000_000n;
export const MICROS_PER_CENT = 10_000n;

const DECIMAL = /^(-)?(\d+)(?:\.(\d+))?$/;

/**
 * Reads a plain decimal string ("12", "-0.004", "1200.50"). Digits beyond the sixth are rounded half away from
 * zero. Throws a RangeError on anything else: exponents, blanks, signs other than a leading minus.
 */
export function parseMicros(text: string): Micros {
  const match = DECIMAL.exec(text);
  if (!match) throw new RangeError(`not a decimal amount: ${JSON.stringify(text.slice(0, 40))}`);
  const [, minus, whole = '0', fraction = ''] = match;
  const truncated = BigInt(whole + fraction.slice(0, 6).padEnd(6, '0'));
  const rounded = Number(fraction[6] ?? '0') >= 5 ? truncated + 1n : truncated;
  return minus ? -rounded : rounded;
}

/** Formats micro-units as a plain decimal with at least two and at most six decimals: "12.00", "-0.004". */
export function formatMicros(micros: Micros): string {
  const negative = micros < 0n;
  const absolute = negative ? -micros : micros;
  const fraction = (absolute % MICROS_PER_UNIT)
    .toString()
    .padStart(6, '0')
    .replace(/0{1,4}$/, '');
  return `${negative ? '-' : ''}${absolute / MICROS_PER_UNIT}.${fraction}`;
}

/** Whole cents, rounded half away from zero. */
export function microsToCents(micros: Micros): bigint {
  return divideRounded(micros, MICROS_PER_CENT);
}

export function centsToMicros(cents: bigint): Micros {
  return cents * MICROS_PER_CENT;
}

/** A float for a Prometheus gauge or a chart axis; never calculate with it. */
export function microsToNumber(micros: Micros): number {
  return Number(formatMicros(micros));
}

/** `numerator / denominator`, rounded half away from zero. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  if (denominator === 0n) throw new RangeError('division by zero');
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const whole = n / d;
  const quotient = 2n * (n - whole * d) >= d ? whole + 1n : whole;
  return negative ? -quotient : quotient;
}

export function sumMicros(amounts: Iterable<Micros>): Micros {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total;
}

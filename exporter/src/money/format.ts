import { divideRounded, formatMicros, MICROS_PER_UNIT, parseMicros, type Micros } from './micros.ts';

/** Postgres' numeric as text → an amount, null stays null. */
export function micros(text: string | null): Micros | null {
  return text === null ? null : parseMicros(text);
}

/** An amount as the API writes it: at least two decimals, at most six. */
export function usdText(amount: Micros | null): string | null {
  return amount === null ? null : formatMicros(amount);
}

/** `part / whole` with six decimals; null where it has no meaning. */
export function ratio(part: bigint | null, whole: bigint | null): number | null {
  if (part === null || whole === null || whole === 0n) return null;
  return Number(divideRounded(part * MICROS_PER_UNIT, whole)) / 1e6;
}

/** The sum of what is known; null when nothing is. */
export function sumKnown(amounts: Iterable<Micros | null>): Micros | null {
  let total: Micros | null = null;
  for (const amount of amounts) if (amount !== null) total = (total ?? 0n) + amount;
  return total;
}

/**
 * The cost of usage. A rollup says 0 both for free models and where no price is known; 0 beside unpriced tokens is
 * the latter, and never shown as $0.
 */
export function usageCost(cost: Micros, unpricedTokens: bigint): Micros | null {
  return cost === 0n && unpricedTokens > 0n ? null : cost;
}

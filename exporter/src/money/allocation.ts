import { centsToMicros, divideRounded, type Micros } from './micros.ts';
import { daysOf } from './days.ts';

/**
 * Spreads a total over `count` equal parts by cumulative rounding: part i = round(T·i/n) − round(T·(i−1)/n).
 * The parts sum to the total exactly, and any window of them is within one unit of its exact share.
 */
export function spreadEvenly(total: bigint, count: number): bigint[] {
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`cannot spread over ${count} parts`);
  const n = BigInt(count);
  let before = 0n;
  return Array.from({ length: count }, (_, index) => {
    const after = divideRounded(total * BigInt(index + 1), n);
    const part = after - before;
    before = after;
    return part;
  });
}

/** An invoice's cents by day of `[start, end)`, as micro-units. A day that is 23 hours long is a day. */
export function spreadCentsOverDays(cents: bigint, start: string, end: string): Map<string, Micros> {
  const days = daysOf(start, end);
  const parts = spreadEvenly(cents, days.length);
  return new Map(days.map((day, index) => [day, centsToMicros(parts[index] ?? 0n)]));
}

/**
 * Splits a total over weighted owners (users, services) by largest remainder, ties by id. Parts sum to the
 * total exactly. Throws when no weight is above zero: the caller must report the total as unallocated.
 */
export function splitByWeight(total: bigint, weights: ReadonlyMap<string, bigint>): Map<string, bigint> {
  const owners = [...weights].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const sum = owners.reduce((acc, [, weight]) => acc + weight, 0n);
  if (sum <= 0n || owners.some(([, weight]) => weight < 0n)) throw new RangeError('weights must be positive');
  const sign = total < 0n ? -1n : 1n;
  const absolute = total * sign;
  const shares = owners.map(([id, weight]) => ({
    id,
    part: (absolute * weight) / sum,
    remainder: (absolute * weight) % sum,
  }));
  let left = absolute - shares.reduce((acc, share) => acc + share.part, 0n);
  // Array.prototype.sort is stable, so equal remainders stay in the order of their ids.
  for (const share of [...shares].sort((a, b) =>
    a.remainder > b.remainder ? -1 : a.remainder < b.remainder ? 1 : 0,
  )) {
    if (left === 0n) break;
    share.part += 1n;
    left -= 1n;
  }
  return new Map(shares.map(({ id, part }) => [id, part * sign]));
}

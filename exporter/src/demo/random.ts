/** A seeded source of chance: the same seed gives the same company on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number of `least` to `most`, both included. */
  whole(least: number, most: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** Around 1: most values within ± `spread`. */
  around(spread: number): number;
  pick<Value>(values: readonly [Value, ...Value[]]): Value;
  uuid(): string;
}

/** Mulberry32: small, fast, and good enough for figures that nobody relies on. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  const hex = (digits: number): string => Array.from({ length: digits }, () => whole(0, 15).toString(16)).join('');
  return {
    next,
    whole,
    chance: (probability) => next() < probability,
    // The mean of four is near a bell.
    around: (spread) => 1 + ((next() + next() + next() + next()) / 2 - 1) * spread * 1.5,
    pick: (values) => values[whole(0, values.length - 1)] ?? values[0],
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[whole(0, 3)] ?? '8'}${hex(3)}-${hex(12)}`,
  };
}

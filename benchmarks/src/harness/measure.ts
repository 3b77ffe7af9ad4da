/** Percentiles of durations in milliseconds. */
export interface Timing {
  readonly count: number;
  /** What it takes when nothing else runs: the one figure that a busy machine spoils least. */
  readonly fastest: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface Repeat<Name extends string = never> {
  /** Done before each turn of a side, and not timed. */
  readonly before?: ReadonlyMap<Name, () => Promise<unknown>>;
  readonly rounds: number;
  /** Rounds that are run first and not counted. */
  readonly warmup: number;
}

/**
 * Times both sides in turn, and the other one first in every second round, so that whatever else the machine does meets
 * both alike.
 */
export async function sideBySide<Name extends string>(
  sides: Readonly<Record<Name, () => Promise<unknown>>>,
  { rounds, warmup, before }: Repeat<NoInfer<Name>>,
): Promise<Record<Name, Timing>> {
  const names = keysOf(sides);
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = -warmup; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      await before?.get(name)?.();
      const ms = await timed(sides[name]);
      if (round >= 0) times.get(name)?.push(ms);
    }
  }
  return recordOf(names, (name) => timingOf(times.get(name) ?? []));
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The nearest-rank percentiles; NaN of nothing. */
export function timingOf(times: readonly number[]): Timing {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { count: sorted.length, fastest: sorted[0] ?? Number.NaN, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function keysOf<Name extends string>(record: Readonly<Record<Name, unknown>>): Name[] {
  const names: Name[] = [];
  for (const name in record) names.push(name);
  return names;
}

function recordOf<Name extends string, Value>(
  names: readonly Name[],
  make: (name: Name) => Value,
): Record<Name, Value> {
  const isWhole = (partial: Partial<Record<Name, Value>>): partial is Record<Name, Value> =>
    names.every((name) => name in partial);
  const partial: Partial<Record<Name, Value>> = {};
  for (const name of names) partial[name] = make(name);
  if (!isWhole(partial)) throw new Error('a side was not measured');
  return partial;
}

/** Stops a benchmark whose answers are wrong: what is wrong has no speed. */
export function expectSame(what: string, actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b)
    throw new Error(
      `${what} is wrong, so it is not timed:\n  is       ${a.slice(0, 600)}\n  expected ${b.slice(0, 600)}`,
    );
}

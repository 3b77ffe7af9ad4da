import fc from 'fast-check';
import { expect } from 'vitest';
import type { CollectContext, Collector } from '../src/collectors/contract.ts';
import { CollectorError, SkipError } from '../src/collectors/errors.ts';
import { withTransaction } from '../src/database/pool.ts';
import type { TestDatabase } from './database.ts';
import { isRecord, mutations } from './fuzz-mutations.ts';
import type { MutatingProxy } from './fuzz-proxy.ts';

/** Every number of a result with its place; days, times and texts are none. */
export function figuresIn(
  value: unknown,
  place = '',
  found = new Map<string, number | bigint>(),
): Map<string, number | bigint> {
  if (typeof value === 'number' || typeof value === 'bigint') found.set(place, value);
  else if (value instanceof Map) for (const [key, inner] of value) figuresIn(inner, `${place}.${String(key)}`, found);
  else if (Array.isArray(value)) value.forEach((inner, index) => figuresIn(inner, `${place}.${index}`, found));
  else if (isRecord(value) && !(value instanceof Date) && !(value instanceof Set))
    for (const [key, inner] of Object.entries(value)) figuresIn(inner, `${place}.${key}`, found);
  return found;
}

/** On a busy machine fewer tries are made. */
const MAX_MS = 3_000;
const ENOUGH = 40;

export interface FuzzOptions {
  /** As many as take two seconds; `FUZZ_RUNS` asks for more. */
  readonly runs: number;
  /** How much larger than everything that was sent a figure may become (micro-units, days in a month …). */
  readonly factor?: number;
  /** Figures that may be below zero. */
  readonly negative?: RegExp;
  /** Figures that a removed field may turn to zero, since there it means zero. */
  readonly zero?: RegExp;
}

/**
 * Runs a collector on spoilt answers. It must end with a typed error that is not a bug of ours, or with data that can
 * be stored and in which no number is invented: finite, none below zero, none beyond what was sent, and no zero where
 * a number is missing.
 */
export async function fuzzCollector<Data>(
  collector: Collector<Data>,
  proxy: MutatingProxy,
  context: () => CollectContext,
  database: TestDatabase,
  options: FuzzOptions,
): Promise<void> {
  const { runs, factor = 1_000_000, negative = /^$/, zero = /^$/ } = options;
  proxy.arm(undefined);
  const good = figuresIn((await collector.collect(context())).data);
  expect(good.size).toBeGreaterThan(0);
  let accepted = 0;
  let tried = 0;
  await fc.assert(
    fc.asyncProperty(mutations, async (mutation) => {
      tried += 1;
      proxy.arm(mutation);
      const data = await collected(collector, context());
      if (data === undefined) return;
      accepted += 1;
      const figures = figuresIn(data);
      for (const [place, figure] of figures) {
        if (typeof figure === 'number')
          expect(Number.isFinite(figure) && Number.isSafeInteger(Math.trunc(figure)), place).toBe(true);
        if (!negative.test(place)) expect(figure >= 0, `${place} is ${figure}`).toBe(true);
        expect(Math.abs(Number(figure)), place).toBeLessThanOrEqual(proxy.sent() * factor);
        const isNewZero =
          proxy.lacksField() && Number(figure) === 0 && good.has(place) && Number(good.get(place)) !== 0;
        if (isNewZero && !zero.test(place)) expect.fail(`${place} became 0 where something is missing`);
      }
      for (const { name, value } of collector.samples(data, context().day))
        expect(Number.isFinite(value), name).toBe(true);
      const undo = new Error('only tried');
      await withTransaction(database.pool, async (tx) => {
        await collector.store(tx, context().day, data);
        throw undo;
      }).catch((error: unknown) => {
        if (error !== undo) throw error;
      });
    }),
    process.env['FUZZ_RUNS'] === undefined
      ? { numRuns: runs, endOnFailure: true, interruptAfterTimeLimit: MAX_MS }
      : { numRuns: Number(process.env['FUZZ_RUNS']), endOnFailure: true },
  );
  // Otherwise nothing was learned about what is let through; on a machine that is far too busy there were too few
  // tries to say.
  if (tried >= ENOUGH) expect(accepted).toBeGreaterThan(0);
}

/** Undefined where the collector refused with a reason. */
async function collected<Data>(collector: Collector<Data>, context: CollectContext): Promise<Data | undefined> {
  try {
    return (await collector.collect(context)).data;
  } catch (error) {
    if (error instanceof SkipError) return undefined;
    expect(error).toBeInstanceOf(CollectorError);
    if (error instanceof CollectorError && error.kind !== 'bad_payload' && error.kind !== 'upstream')
      throw new Error(`${error.kind}: ${error.message}`, { cause: error });
    return undefined;
  }
}

import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { microsToCents } from './micros.ts';
import { addDays, daysBetween } from './days.ts';
import { spreadCentsOverDays, spreadEvenly, splitByWeight } from './allocation.ts';

function countsOf(parts: Iterable<bigint>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const part of parts) counts[String(part)] = (counts[String(part)] ?? 0) + 1;
  return counts;
}

function centsByDay(cents: bigint, start: string, end: string): Map<string, bigint> {
  return new Map([...spreadCentsOverDays(cents, start, end)].map(([day, micros]) => [day, microsToCents(micros)]));
}

describe('spreading an invoice over its days', () => {
  it.each([
    ['C01', 10_000n, '2026-03-01', '2026-04-01', { 322: 13, 323: 18 }],
    ['C02', 10_000n, '2026-02-01', '2026-03-01', { 357: 24, 358: 4 }],
    ['C05', -2_500n, '2026-03-01', '2026-04-01', { '-81': 20, '-80': 11 }],
    ['C06', 31_000n, '2026-01-15', '2026-02-15', { 1000: 31 }],
    ['C27', 100n, '2026-03-01', '2026-03-04', { 33: 2, 34: 1 }],
  ])('%s', (_id, cents, start, end, counts) => {
    expect(countsOf(centsByDay(cents, start, end).values())).toEqual(counts);
  });

  it('sums to the invoice, and every window is within one cent of its exact share', () => {
    fc.assert(
      fc.property(
        fc.bigInt(-1_000_000_000n, 10n ** 9n),
        fc.integer({ min: 1, max: 400 }),
        fc.nat(),
        fc.nat(),
        (cents, count, a, b) => {
          const parts = spreadEvenly(cents, count);
          expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(cents);
          const [from, to] = [a % (count + 1), b % (count + 1)].sort((x, y) => x - y) as [number, number];
          const window = parts.slice(from, to).reduce((sum, part) => sum + part, 0n);
          const distance = window * BigInt(count) - cents * BigInt(to - from);
          expect(distance < 0n ? -distance : distance).toBeLessThanOrEqual(BigInt(count));
        },
      ),
    );
  });

  it('a daylight-saving day is a day', () => {
    const days = spreadCentsOverDays(3_100n, '2026-03-01', '2026-04-01');
    expect(days.size).toBe(31);
    expect(daysBetween('2026-03-01', '2026-04-01')).toBe(31);
    expect(addDays('2026-03-28', 2)).toBe('2026-03-30');
  });
});

describe('splitting a shared cost over owners', () => {
  it('C28: largest remainder, ties by id', () => {
    const split = splitByWeight(
      100n,
      new Map([
        ['u3', 1n],
        ['u1', 1n],
        ['u2', 1n],
      ]),
    );
    expect(Object.fromEntries(split)).toEqual({ u1: 34n, u2: 33n, u3: 33n });
  });

  it('sums exactly for any weights', () => {
    fc.assert(
      fc.property(
        fc.bigInt(-1_000_000_000n, 10n ** 9n),
        fc.array(fc.bigInt(0n, 1000n), { minLength: 1, maxLength: 40 }),
        (total, weights) => {
          fc.pre(weights.some((weight) => weight > 0n));
          const split = splitByWeight(total, new Map(weights.map((weight, index) => [`u${index}`, weight])));
          expect([...split.values()].reduce((sum, part) => sum + part, 0n)).toBe(total);
        },
      ),
    );
  });
});

const vectors = new URL('../../../../shared/vectors/cost-allocation.json', import.meta.url);
describe.skipIf(!existsSync(vectors))('worked examples in shared/vectors', () => {
  it('are the ones that these tests state', () => {
    const ids = (JSON.parse(readFileSync(vectors, 'utf8')) as { id: string }[]).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['C01', 'C02', 'C05', 'C06', 'C27', 'C28']));
  });
});

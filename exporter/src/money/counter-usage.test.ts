import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCounter, usageByDay, type CounterSample } from './counter-usage.ts';

const UNIT = 10n ** 12n;

function series(...readings: readonly (readonly [time: string, value: string])[]): CounterSample[] {
  return readings.map(([time, value]) => ({ time: Date.parse(time), value: parseCounter(value) }));
}

function units(usage: ReadonlyMap<string, bigint>): Record<string, number> {
  return Object.fromEntries([...usage].map(([day, amount]) => [day, Number(amount / UNIT)]));
}

describe('usage from raw samples', () => {
  it('is the difference to the last sample before the day', () => {
    const samples = series(
      ['2026-03-13T23:59:00Z', '100'],
      ['2026-03-14T00:00:00Z', '110'],
      ['2026-03-14T23:59:59.999Z', '150'],
      ['2026-03-15T00:00:00Z', '151'],
    );
    expect(units(usageByDay(samples, 'baseline'))).toEqual({ '2026-03-13': 0, '2026-03-14': 50, '2026-03-15': 1 });
  });

  it('counts from 0 after a reset, and takes NaN for no reading', () => {
    const samples = series(
      ['2026-03-13T23:00:00Z', '100'],
      ['2026-03-14T01:00:00Z', '250'],
      ['2026-03-14T02:00:00Z', 'NaN'],
      ['2026-03-14T03:00:00Z', '40'],
      ['2026-03-14T04:00:00Z', '90'],
    );
    expect(units(usageByDay(samples, 'baseline'))).toEqual({ '2026-03-13': 0, '2026-03-14': 240 });
  });

  it('counts the first value of a series that was born, not of one that was found', () => {
    const samples = series(['2026-03-14T10:00:00Z', '500'], ['2026-03-14T11:00:00Z', '510']);
    expect(units(usageByDay(samples, 'counts'))).toEqual({ '2026-03-14': 510 });
    expect(units(usageByDay(samples, 'baseline'))).toEqual({ '2026-03-14': 10 });
  });

  it('gives the usage of a gap to the day on which it was seen', () => {
    const samples = series(['2026-03-10T10:00:00Z', '100'], ['2026-03-14T10:00:00Z', '150']);
    expect(units(usageByDay(samples, 'baseline'))).toEqual({ '2026-03-14': 50, '2026-03-10': 0 });
  });

  it.each(['+Inf', '-Inf', '-1', '1e30', 'zero', ''])('refuses %j', (text) => {
    expect(() => parseCounter(text)).toThrow(RangeError);
  });

  it('adds up over any split, is never negative, and equals the last value without a reset', () => {
    const steps = fc.array(
      fc.record({ wait: fc.integer({ min: 1, max: 40_000_000 }), value: fc.bigInt({ min: 0n, max: 10n ** 20n }) }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, fc.nat(59), (readings, cut) => {
        let time = Date.parse('2026-02-27T12:00:00Z');
        const samples = readings.map(({ wait, value }) => ({ time: (time += wait), value }));
        const total = sum(usageByDay(samples, 'counts'));
        const at = Math.min(cut, samples.length - 1);
        const head = sum(usageByDay(samples.slice(0, at + 1), 'counts'));
        expect(head + sum(usageByDay(samples.slice(at), 'baseline'))).toBe(total);
        expect([...usageByDay(samples, 'baseline').values()].every((amount) => amount >= 0n)).toBe(true);
        const sorted = samples.map(({ time: at }, index) => ({
          time: at,
          value: samples.map(({ value }) => value).sort((a, b) => (a < b ? -1 : 1))[index],
        }));
        expect(sum(usageByDay(sorted, 'counts'))).toBe(sorted.at(-1)?.value);
        // Leaving out readings between two that do not drop changes nothing: what the collector relies on.
        expect(sum(usageByDay([...sorted.slice(0, 1), ...sorted.slice(-1)], 'counts'))).toBe(
          sum(usageByDay(sorted, 'counts')),
        );
      }),
    );
  });
});

function sum(usage: ReadonlyMap<string, bigint>): bigint {
  return [...usage.values()].reduce((total, amount) => total + amount, 0n);
}

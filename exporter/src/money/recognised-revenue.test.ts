import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, daysOf } from './days.ts';
import { creditPeriod, earningPeriod, recognisedBetween } from './recognised-revenue.ts';

const at = (time: string): number => Date.parse(time) / 1000;

describe('recognised revenue', () => {
  it('an annual plan of $1,200 bought on 1 January gives 595.07 for January to June', () => {
    expect(
      recognisedBetween({ minor: 120_000n, start: '2026-01-01', end: '2027-01-01' }, '2026-01-01', '2026-07-01'),
    ).toBe(59_507n);
  });

  it('adjacent windows add up, and the days sum to the amount exactly', () => {
    fc.assert(
      fc.property(
        fc.bigInt(-10_000_000n, 10_000_000n),
        fc.integer({ min: 1, max: 800 }),
        fc.nat(900),
        (minor, length, cut) => {
          const start = '2026-01-15';
          const earned = { minor, start, end: addDays(start, length) };
          const days = daysOf(start, earned.end).map((day) => recognisedBetween(earned, day, addDays(day, 1)));
          expect(days.reduce((a, b) => a + b, 0n)).toBe(minor);
          const [from, middle, to] = ['2026-01-01', addDays(start, cut), '2029-01-01'];
          expect(recognisedBetween(earned, from, middle) + recognisedBetween(earned, middle, to)).toBe(minor);
        },
      ),
    );
  });

  it.each([
    ['2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z', '2026-01-01', '2027-01-01'],
    ['2026-01-01T15:30:00Z', '2026-02-01T15:30:00Z', '2026-01-01', '2026-02-01'],
    ['2026-01-01T00:00:00Z', '2026-01-31T23:59:59Z', '2026-01-01', '2026-02-01'],
    ['2026-01-05T10:00:00Z', '2026-01-05T10:00:00Z', '2026-01-05', '2026-01-06'],
    ['2026-01-05T10:00:00Z', '2026-01-01T10:00:00Z', '2026-01-05', '2026-01-06'],
  ])('a period from %s to %s is [%s, %s)', (from, to, start, end) =>
    expect(earningPeriod(at(from), at(to))).toEqual({ start, end }),
  );

  it.each([
    ['2026-03-15', '2026-01-01', '2027-01-01', { start: '2026-03-15', end: '2027-01-01' }, true],
    ['2026-03-15', '2026-04-01', '2026-05-01', { start: '2026-04-01', end: '2026-05-01' }, false],
    ['2026-03-15', '2026-01-01', '2026-03-15', { start: '2026-03-15', end: '2026-03-16' }, false],
  ])('a credit of %s for [%s, %s) counts on %o', (issued, start, end, range, isSpread) =>
    expect(creditPeriod(issued, { start, end })).toEqual({ ...range, ...(isSpread && { spread: { start, end } }) }),
  );

  it('a credit of a whole year on 1 July takes back 595.07 that day; with its line nothing is left of any later day', () => {
    const line = { minor: 120_000n, start: '2026-01-01', end: '2027-01-01' };
    const credit = { minor: -120_000n, ...creditPeriod('2026-07-01', line) };
    const on = (day: string): bigint =>
      recognisedBetween(line, day, addDays(day, 1)) + recognisedBetween(credit, day, addDays(day, 1));
    expect(on('2026-07-01')).toBe(-59_507n);
    expect(daysOf('2026-07-02', '2027-01-01').filter((day) => on(day) !== 0n)).toEqual([]);
  });

  it("Stripe's example: 90 for January to March, 45 credited on 1 February: 31, -1.50, 15.50", () => {
    const line = { minor: 9_000n, start: '2026-01-01', end: '2026-04-01' };
    const credit = { minor: -4_500n, ...creditPeriod('2026-02-01', line) };
    const months = ['2026-01-01', '2026-02-01', '2026-03-01', '2026-04-01'];
    expect(
      months
        .slice(1)
        .map(
          (to, index) =>
            recognisedBetween(line, months[index] ?? to, to) + recognisedBetween(credit, months[index] ?? to, to),
        ),
    ).toEqual([3_100n, -150n, 1_550n]);
  });
});

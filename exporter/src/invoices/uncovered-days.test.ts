import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, daysBetween, daysOf, type Period } from '../money/days.ts';
import { merged, uncoveredStretches, type Coverage } from './uncovered-days.ts';

interface Case {
  readonly name: string;
  readonly today: string;
  /** "from to", exclusive. */
  readonly invoiced: readonly string[];
  readonly told?: readonly string[];
  readonly since?: string;
  readonly missing: readonly string[];
}

const periodOf = (text: string): Period => {
  const [from = '', to = ''] = text.split(' ');
  return { from, to };
};
const coverageOf = ({ invoiced, told = [], since }: Case): Coverage => ({
  invoiced: invoiced.map(periodOf),
  told: told.map(periodOf),
  since: since ?? null,
});

const CASES: readonly Case[] = [
  {
    name: 'a cycle from the 9th misses one cycle in the middle',
    today: '2026-09-20',
    invoiced: ['2026-05-09 2026-06-09', '2026-06-09 2026-07-09', '2026-08-09 2026-09-09'],
    missing: ['2026-07-09 2026-08-09'],
  },
  {
    name: 'a provider without a billing API, the same',
    today: '2026-09-20',
    invoiced: ['2026-05-09 2026-06-09', '2026-06-09 2026-07-09', '2026-08-09 2026-09-09'],
    since: '2026-05-09',
    missing: ['2026-07-09 2026-08-09'],
  },
  {
    name: 'the next cycle is asked for when it is over, not before',
    today: '2026-10-08',
    invoiced: ['2026-07-09 2026-08-09', '2026-08-09 2026-09-09'],
    missing: [],
  },
  {
    name: '… one day later',
    today: '2026-10-09',
    invoiced: ['2026-07-09 2026-08-09', '2026-08-09 2026-09-09'],
    missing: ['2026-09-09 2026-10-09'],
  },
  {
    name: 'a last day that was typed as the end',
    today: '2026-12-10',
    invoiced: ['2026-10-01 2026-11-01', '2026-11-01 2026-11-30', '2026-12-01 2027-01-01'],
    missing: ['2026-11-30 2026-12-01'],
  },
  {
    name: 'calendar months, two of them',
    today: '2026-05-10',
    invoiced: ['2026-01-01 2026-02-01', '2026-02-01 2026-03-01'],
    missing: ['2026-03-01 2026-04-01', '2026-04-01 2026-05-01'],
  },
  {
    name: 'a vendor that left is not asked for after two months',
    today: '2026-12-10',
    invoiced: ['2026-01-01 2026-02-01', '2026-02-01 2026-03-01'],
    missing: ['2026-03-01 2026-04-01', '2026-04-01 2026-05-01'],
  },
  {
    name: 'one invoice says nothing about the next, whatever days it has',
    today: '2026-12-10',
    invoiced: ['2026-01-15 2026-02-15'],
    missing: [],
  },
  {
    name: 'purchases of a day in two months leave no hole between them',
    today: '2026-05-10',
    invoiced: ['2026-03-05 2026-03-06', '2026-04-10 2026-04-11'],
    missing: [],
  },
  {
    name: 'a year that was not renewed',
    today: '2026-03-10',
    invoiced: ['2025-01-01 2026-01-01'],
    missing: ['2026-01-01 2026-02-01', '2026-02-01 2026-03-01'],
  },
  {
    name: 'from the middle of the month in which it first cost something',
    today: '2026-03-10',
    invoiced: [],
    since: '2026-01-20',
    missing: ['2026-01-20 2026-02-01', '2026-02-01 2026-03-01'],
  },
  {
    name: 'a cycle that begins on the 31st has short months',
    today: '2026-04-01',
    invoiced: ['2025-12-31 2026-01-31'],
    since: '2025-12-31',
    missing: ['2026-01-31 2026-02-28', '2026-02-28 2026-03-31'],
  },
  {
    name: 'a month that the provider itself tells is not asked for',
    today: '2026-05-10',
    invoiced: ['2026-01-01 2026-02-01', '2026-02-01 2026-03-01'],
    told: ['2026-03-01 2026-04-01'],
    missing: ['2026-04-01 2026-05-01'],
  },
  {
    name: 'nothing known',
    today: '2026-05-10',
    invoiced: [],
    missing: [],
  },
];

describe('days without an invoice', () => {
  it.each(CASES)('$name', (one) => {
    expect(uncoveredStretches(coverageOf(one), one.today).map(({ from, to }) => `${from} ${to}`)).toEqual(one.missing);
  });

  it('are never invoiced, never overlap, and with the invoices leave no closed day open', () => {
    const period = fc
      .tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 60 }))
      .map(([start, length]) => ({ from: addDays('2026-01-01', start), to: addDays('2026-01-01', start + length) }));
    fc.assert(
      fc.property(fc.array(period, { maxLength: 8 }), fc.integer({ min: 0, max: 400 }), (invoiced, days) => {
        const since = '2026-01-01';
        const today = addDays(since, days);
        const missing = uncoveredStretches({ invoiced, told: [], since }, today);
        const covered = new Set(invoiced.flatMap(({ from, to }) => daysOf(from, to)));
        const open = missing.flatMap(({ from, to }) => daysOf(from, to));
        expect(open.filter((day) => covered.has(day))).toEqual([]);
        expect(new Set(open).size).toBe(open.length);
        for (const { from, to } of missing) expect(daysBetween(from, to)).toBeLessThanOrEqual(31);
        // What is not asked for lies at the end, in a period that is not over.
        const last = merged(invoiced).at(-1)?.to ?? since;
        const named = new Set([...covered, ...open]);
        expect(daysOf(since, last).every((day) => named.has(day))).toBe(true);
      }),
    );
  });
});

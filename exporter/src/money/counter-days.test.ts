import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays } from './days.ts';
import { centsToMicros, microsToCents, sumMicros } from './micros.ts';
import { daysOfReadings, type CounterReading } from './month-to-date.ts';

const at = (time: string, cents: number): CounterReading => ({
  at: new Date(`${time}Z`),
  amount: centsToMicros(BigInt(cents)),
});

function cents(readings: readonly CounterReading[]): Record<string, number> {
  return Object.fromEntries(
    daysOfReadings(readings, '2026-03-01').map(({ day, amount }) => [day.slice(8), Number(microsToCents(amount))]),
  );
}

describe("days by a month's counter", () => {
  it.each<[string, CounterReading[], Record<string, number>]>([
    ['nothing yet', [], {}],
    [
      'shortly after midnight: the day before',
      [at('2026-03-02T00:20', 100), at('2026-03-03T00:20', 250)],
      { '01': 100, '02': 150 },
    ],
    [
      'in the evening: the whole day',
      [at('2026-03-01T23:50', 100), at('2026-03-02T23:50', 250)],
      { '01': 100, '02': 150 },
    ],
    [
      'at noon: even growth between readings',
      [at('2026-03-01T12:00', 100), at('2026-03-02T12:00', 300)],
      { '01': 200, '02': 100 },
    ],
    [
      'at changing hours',
      [at('2026-03-01T12:00', 100), at('2026-03-02T23:00', 400), at('2026-03-03T12:00', 500)],
      { '01': 200, '02': 200, '03': 100 },
    ],
    ['the first one ever: the month so far', [at('2026-03-04T00:10', 300)], { '01': 100, '02': 100, '03': 100 }],
    [
      'a gap',
      [at('2026-03-02T00:10', 100), at('2026-03-05T00:10', 400)],
      { '01': 100, '02': 100, '03': 100, '04': 100 },
    ],
    ['a fall: its day waits', [at('2026-03-02T00:10', 100), at('2026-03-03T00:10', 90)], { '01': 100 }],
    [
      'a fall and what comes after it',
      [at('2026-03-02T00:10', 100), at('2026-03-03T00:10', 90), at('2026-03-04T00:10', 120)],
      { '01': 100, '02': 10, '03': 10 },
    ],
    ['no growth is a real zero', [at('2026-03-02T00:10', 100), at('2026-03-03T00:10', 100)], { '01': 100, '02': 0 }],
  ])('%s', (_name, readings, expected) => expect(cents(readings)).toEqual(expected));

  it('sum to the highest reading whatever the hours, and none is negative', () => {
    const readings = fc.array(
      fc.record({ minute: fc.integer({ min: 0, max: 31 * 1440 - 1 }), cents: fc.integer({ min: 0, max: 1_000_000 }) }),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(readings, (list) => {
        const made = list.map((one) => ({
          at: new Date(Date.parse('2026-03-01T00:00:00Z') + one.minute * 60_000),
          amount: centsToMicros(BigInt(one.cents)),
        }));
        const days = daysOfReadings(made, '2026-03-01');
        expect(sumMicros(days.map(({ amount }) => amount))).toBe(
          made.reduce((most, { amount }) => (amount > most ? amount : most), 0n),
        );
        expect(days.every(({ amount }) => amount >= 0n)).toBe(true);
        expect(days.map(({ day }) => day)).toEqual(days.map((_, index) => addDays('2026-03-01', index)));
      }),
    );
  });
});

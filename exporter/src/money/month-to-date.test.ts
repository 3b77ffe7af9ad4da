import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, monthStart } from './days.ts';
import { centsToMicros, microsToCents, parseMicros, sumMicros } from './micros.ts';
import { coveredDay, monthToDateDays, type MonthToDateReading } from './month-to-date.ts';

function daysOfReadings(readings: readonly MonthToDateReading[]): Map<string, bigint> {
  return new Map(readings.flatMap((reading, index) => [...monthToDateDays(readings[index - 1], reading)]));
}

function reading(day: string, cents: bigint): MonthToDateReading {
  return { day, amount: centsToMicros(cents) };
}

describe('month-to-date readings become days', () => {
  it('C22: differences, a gap spread over the missed days, a drop as a credit', () => {
    const days = daysOfReadings([
      reading('2026-03-01', 320n),
      reading('2026-03-02', 655n),
      reading('2026-03-05', 1640n),
      reading('2026-03-06', 1500n),
    ]);
    expect(Object.fromEntries([...days].map(([day, micros]) => [day, microsToCents(micros)]))).toEqual({
      '2026-03-01': 320n,
      '2026-03-02': 335n,
      '2026-03-03': 328n,
      '2026-03-04': 329n,
      '2026-03-05': 328n,
      '2026-03-06': -140n,
    });
    expect(sumMicros(days.values())).toBe(centsToMicros(1500n));
  });

  it('a new month starts from zero, whatever the last reading of the old one', () => {
    const days = monthToDateDays(reading('2026-02-27', 9_000n), reading('2026-03-02', 400n));
    expect([...days]).toEqual([
      ['2026-03-01', centsToMicros(200n)],
      ['2026-03-02', centsToMicros(200n)],
    ]);
  });

  it('the first reading ever is spread over the month so far, sub-cent amounts included', () => {
    const days = monthToDateDays(undefined, { day: '2024-02-29', amount: parseMicros('29.000029') });
    expect(days.size).toBe(29);
    expect(new Set(days.values())).toEqual(new Set([parseMicros('1.000001')]));
  });

  it('refuses a reading that is not later than the previous one', () => {
    expect(() => monthToDateDays(reading('2026-03-02', 1n), reading('2026-03-02', 2n))).toThrow(RangeError);
  });

  it('the days of a month always sum to its last reading, and no day is counted twice', () => {
    const steps = fc.array(
      fc.record({ gap: fc.integer({ min: 1, max: 12 }), amount: fc.bigInt(-10_000_000_000n, 10_000_000_000n) }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 800 }), steps, (start, list) => {
        let day = addDays('2024-01-01', start);
        const readings = list.map(({ gap, amount }) => ({ day: (day = addDays(day, gap)), amount }));
        const pairs = readings.flatMap((one, index) => [...monthToDateDays(readings[index - 1], one)]);
        expect(new Set(pairs.map(([date]) => date)).size).toBe(pairs.length);
        for (const last of readings.filter(
          (one, index) => monthStart(readings[index + 1]?.day ?? '9999-01-01') !== monthStart(one.day),
        )) {
          expect(
            sumMicros(pairs.filter(([date]) => monthStart(date) === monthStart(last.day)).map(([, micros]) => micros)),
          ).toBe(last.amount);
        }
      }),
    );
  });
});

describe('the day that a reading covers', () => {
  it.each([
    ['2026-03-10T00:31:00Z', '2026-03-09'],
    ['2026-03-10T06:00:00Z', '2026-03-10'],
    ['2026-03-10T23:59:59Z', '2026-03-10'],
    ['2026-03-01T00:31:00Z', '2026-03-01'],
    ['2024-03-01T05:59:00Z', '2024-03-01'],
  ])('%s covers %s', (time, day) => {
    expect(coveredDay(new Date(time))).toBe(day);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, daysInMonth, daysOf } from './days.ts';
import { dayPassed, forecastMonth, runRateMonth, type DayCost } from './forecast.ts';

function steady(from: string, to: string, amount: bigint, source: DayCost['source'] = 'api_usage'): DayCost[] {
  return daysOf(from, to).map((day) => ({ day, amount, source }));
}

describe('forecastMonth', () => {
  it('says 31 times the daily cost for a steady provider, on every day of the month', () => {
    const costs = steady('2026-02-01', '2026-04-01', 5_000_000n);
    for (const today of daysOf('2026-03-01', '2026-04-01'))
      expect(forecastMonth(costs, today)?.month).toBe(155_000_000n);
  });

  it('is finite on day 1, from the days of the month before', () => {
    expect(forecastMonth(steady('2026-02-20', '2026-03-01', 2_000_000n), '2026-03-01')?.month).toBe(62_000_000n);
  });

  it('is null, not zero, where no complete day is known', () => {
    expect(forecastMonth([], '2026-03-10')).toBeNull();
    expect(forecastMonth(steady('2026-03-10', '2026-03-11', 9n), '2026-03-10')).toBeNull();
  });

  it('is not moved by one odd day', () => {
    const costs = steady('2026-03-01', '2026-03-10', 1_000_000n).map((cost) =>
      cost.day === '2026-03-05' ? { ...cost, amount: 100_000_000n } : cost,
    );
    expect(forecastMonth(costs, '2026-03-10')?.month).toBe(8_000_000n + 100_000_000n + 22_000_000n);
  });

  it('takes days that an invoice already covers as they are', () => {
    const costs = [
      ...steady('2026-03-01', '2026-03-10', 3_000_000n),
      ...steady('2026-03-10', '2026-04-01', 1_000_000n, 'invoice'),
    ];
    expect(forecastMonth(costs, '2026-03-10')?.month).toBe(27_000_000n + 22_000_000n);
  });

  it('names the day on which the budget is passed', () => {
    const costs = steady('2026-02-20', '2026-03-10', 5_000_000n);
    expect(forecastMonth(costs, '2026-03-10', 100_000_000n)?.budgetPassedOn).toBe('2026-03-21');
    expect(forecastMonth(costs, '2026-03-10', 155_000_000n)?.budgetPassedOn).toBeNull();
    expect(forecastMonth(costs, '2026-03-10', 1n)?.budgetPassedOn).toBe('2026-03-01');
  });

  it.each<[string, string, string, bigint, string | null]>([
    // today, first day with cost, what each day costs, budget, day on which it is passed
    ['2026-03-01', '2026-02-20', '5', 154n, '2026-03-31'],
    ['2026-03-01', '2026-02-20', '5', 4n, '2026-03-01'],
    ['2026-03-31', '2026-02-20', '5', 154n, '2026-03-31'],
    ['2026-03-31', '2026-02-20', '5', 155n, null],
    ['2026-12-31', '2026-12-01', '5', 150n, '2026-12-31'],
    ['2026-12-31', '2026-12-01', '5', 149n, '2026-12-30'],
    ['2027-01-01', '2026-12-01', '5', 150n, '2027-01-31'],
    ['2028-02-29', '2028-02-01', '5', 144n, '2028-02-29'],
    ['2028-02-28', '2028-02-01', '5', 144n, '2028-02-29'],
    ['2027-02-28', '2027-02-01', '5', 140n, null],
    ['2028-03-01', '2028-02-01', '5', 150n, '2028-03-31'],
  ])('on %s, with costs since %s of %s a day, a budget of %s is passed on %s', (today, since, each, budget, passed) => {
    const costs = steady(since, today, BigInt(each) * 1_000_000n);
    expect(forecastMonth(costs, today, budget * 1_000_000n)?.budgetPassedOn ?? null).toBe(passed);
  });

  it('passes the budget today where today is dear already, though its reading is partial', () => {
    const costs = [
      ...steady('2026-03-01', '2026-03-10', 1_000_000n),
      ...steady('2026-03-10', '2026-03-11', 50_000_000n),
    ];
    expect(forecastMonth(costs, '2026-03-10')?.month).toBe(31_000_000n);
    expect(forecastMonth(costs, '2026-03-10', 40_000_000n)?.budgetPassedOn).toBe('2026-03-10');
  });

  it('lies between the cheapest and the most expensive month that the known days allow', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt(0n, 1_000_000n), { minLength: 8, maxLength: 59 }),
        fc.integer({ min: 0, max: 30 }),
        (amounts, offset) => {
          const today = addDays('2026-03-01', offset);
          const costs = amounts.map((amount, index) => ({
            day: addDays(today, index - amounts.length),
            amount,
            source: 'api_usage' as const,
          }));
          const highest = amounts.reduce((a, b) => (a > b ? a : b));
          const month = forecastMonth(costs, today)?.month ?? -1n;
          expect(month).toBeGreaterThanOrEqual(0n);
          expect(month).toBeLessThanOrEqual(highest * 31n);
        },
      ),
    );
  });
});

describe('dayPassed', () => {
  const known = (...amounts: bigint[]) =>
    new Map(amounts.map((amount, index) => [`2026-03-${String(index + 1).padStart(2, '0')}`, amount]));

  it('forgets a day after which a credit brought the cost below the budget again', () => {
    expect(dayPassed(known(5n, 10n, -8n, 1n), null, 10n)).toBeNull();
    expect(dayPassed(known(5n, 10n, -8n, 9n), null, 10n)).toBe('2026-03-04');
    expect(dayPassed(known(5n, 10n, -8n, 1n), known(5n, 10n, -8n, 1n, 2n, 2n), 10n)).toBe('2026-03-06');
  });

  it('is known without a projection, and null at exactly the budget', () => {
    expect(dayPassed(known(5n, 6n), null, 10n)).toBe('2026-03-02');
    expect(dayPassed(known(5n, 5n), known(5n, 5n), 10n)).toBeNull();
    expect(dayPassed(new Map(), null, 10n)).toBeNull();
  });

  it('is a day up to today exactly where the month to date is above the budget', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt(-20n, 50n), { minLength: 1, maxLength: 28 }),
        fc.bigInt(1n, 300n),
        (amounts, budget) => {
          const days = known(...amounts);
          const last = [...days.keys()].at(-1) ?? '';
          const passed = dayPassed(days, null, budget);
          expect(passed !== null && passed <= last).toBe(amounts.reduce((a, b) => a + b, 0n) > budget);
        },
      ),
    );
  });
});

describe('runRateMonth', () => {
  it('keeps a fixed monthly price at itself across months of different length', () => {
    const daily = (day: string) => 31_000_000n / BigInt(daysInMonth(day));
    const costs = daysOf('2026-02-01', '2026-03-05').map((day): DayCost => ({
      day,
      amount: daily(day),
      source: 'fixed',
    }));
    const rate = runRateMonth(costs, '2026-03-04') ?? 0n;
    expect(Number(rate) / 1e6).toBeCloseTo(31, 4);
  });

  it('scales usage to the running month', () => {
    expect(runRateMonth(steady('2026-03-01', '2026-03-15', 2_000_000n), '2026-03-15')).toBe(62_000_000n);
    expect(runRateMonth([], '2026-03-15')).toBeNull();
  });
});

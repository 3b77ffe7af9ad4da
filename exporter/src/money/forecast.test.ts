import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, daysInMonth, daysOf } from './days.ts';
import { forecastMonth, runRateMonth, type DayCost } from './forecast.ts';

function steady(from: string, to: string, amount: bigint, source: DayCost['source'] = 'api_usage'): DayCost[] {
  return daysOf(from, to).map((day) => ({ day, amount, source }));
}

describe('forecastMonth', () => {
  it('says 31 times the daily cost for a steady provider, on every day of the month', () => {
    const costs = steady('2026-02-01', '2026-04-01', 5_000_000n);
    for (const today of daysOf('2026-03-01', '2026-04-01')) expect(forecastMonth(costs, today)?.month).toBe(155_000_000n);
  });

  it('is finite on day 1, from the days of the month before', () => {
    expect(forecastMonth(steady('2026-02-20', '2026-03-01', 2_000_000n), '2026-03-01')?.month).toBe(62_000_000n);
  });

  it('is null, not zero, where no complete day is known', () => {
    expect(forecastMonth([], '2026-03-10')).toBeNull();
    expect(forecastMonth(steady('2026-03-10', '2026-03-11', 9n), '2026-03-10')).toBeNull();
  });

  it('is not moved by one odd day', () => {
    const costs = steady('2026-03-01', '2026-03-10', 1_000_000n).map((cost) => (cost.day === '2026-03-05' ? { ...cost, amount: 100_000_000n } : cost));
    expect(forecastMonth(costs, '2026-03-10')?.month).toBe(8_000_000n + 100_000_000n + 22_000_000n);
  });

  it('takes days that an invoice already covers as they are', () => {
    const costs = [...steady('2026-03-01', '2026-03-10', 3_000_000n), ...steady('2026-03-10', '2026-04-01', 1_000_000n, 'invoice')];
    expect(forecastMonth(costs, '2026-03-10')?.month).toBe(27_000_000n + 22_000_000n);
  });

  it('names the day on which the budget is passed', () => {
    const costs = steady('2026-02-20', '2026-03-10', 5_000_000n);
    expect(forecastMonth(costs, '2026-03-10', 100_000_000n)?.budgetPassedOn).toBe('2026-03-21');
    expect(forecastMonth(costs, '2026-03-10', 155_000_000n)?.budgetPassedOn).toBeNull();
    expect(forecastMonth(costs, '2026-03-10', 1n)?.budgetPassedOn).toBe('2026-03-01');
  });

  it('lies between the cheapest and the dearest month that the known days allow', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, 1_000_000n), { minLength: 8, maxLength: 59 }), fc.integer({ min: 0, max: 30 }), (amounts, offset) => {
        const today = addDays('2026-03-01', offset);
        const costs = amounts.map((amount, index) => ({ day: addDays(today, index - amounts.length), amount, source: 'api_usage' as const }));
        const highest = amounts.reduce((a, b) => (a > b ? a : b));
        const month = forecastMonth(costs, today)?.month ?? -1n;
        expect(month).toBeGreaterThanOrEqual(0n);
        expect(month).toBeLessThanOrEqual(highest * 31n);
      }),
    );
  });
});

describe('runRateMonth', () => {
  it('keeps a fixed monthly price at itself across months of different length', () => {
    const daily = (day: string) => 31_000_000n / BigInt(daysInMonth(day));
    const costs = daysOf('2026-02-01', '2026-03-05').map((day): DayCost => ({ day, amount: daily(day), source: 'fixed' }));
    const rate = runRateMonth(costs, '2026-03-04') ?? 0n;
    expect(Number(rate) / 1e6).toBeCloseTo(31, 4);
  });

  it('scales usage to the running month', () => {
    expect(runRateMonth(steady('2026-03-01', '2026-03-15', 2_000_000n), '2026-03-15')).toBe(62_000_000n);
    expect(runRateMonth([], '2026-03-15')).toBeNull();
  });
});

import { expect, it } from 'vitest';
import type { BudgetRow } from '../contract/datasets.ts';
import { daysOf } from '../money/days.ts';
import type { DayCost } from '../money/forecast.ts';
import { forecastRows } from './forecast.ts';

const TODAY = '2026-03-15';

function dollarADay(from: string, to: string): DayCost[] {
  return daysOf(from, to).map((day) => ({ day, amount: 1_000_000n, source: 'api_usage' }));
}

function budget(provider: string, monthUsd: string | null): BudgetRow {
  return {
    ...{ id: '1', provider, customer: null, userId: null, monthUsd, thresholds: [100] },
    ...{ validFrom: '2026-01-01T00:00:00.000Z', source: 'api', createdBy: 'test' },
  };
}

it('leaves out a provider that has neither a figure nor a budget', () => {
  const costs = new Map([
    ['left', dollarADay('2026-02-01', '2026-02-20')],
    ['stays', dollarADay('2026-03-01', TODAY)],
  ]);
  const rows = forecastRows(costs, [budget('dropped', null)], TODAY);
  expect(rows.map(({ provider, forecastMonthUsd }) => [provider, forecastMonthUsd])).toEqual([
    ['stays', '31.00'],
    ['all', '31.00'],
  ]);
});

it('shows a provider with a budget and no cost, and one that cost something this month and then stopped', () => {
  const rows = forecastRows(
    new Map([['stopped', dollarADay('2026-03-01', '2026-03-03')]]),
    [budget('planned', '50')],
    TODAY,
  );
  expect(rows).toEqual([
    {
      provider: 'planned',
      monthToDateUsd: null,
      runRateMonthUsd: null,
      forecastMonthUsd: null,
      budgetMonthUsd: '50.00',
      budgetPassedOn: null,
    },
    {
      provider: 'stopped',
      monthToDateUsd: '2.00',
      runRateMonthUsd: null,
      forecastMonthUsd: null,
      budgetMonthUsd: null,
      budgetPassedOn: null,
    },
    {
      provider: 'all',
      monthToDateUsd: '2.00',
      runRateMonthUsd: null,
      forecastMonthUsd: null,
      budgetMonthUsd: null,
      budgetPassedOn: null,
    },
  ]);
});

it('always has a row for the whole', () => {
  expect(forecastRows(new Map(), [], TODAY)).toEqual([
    {
      provider: 'all',
      monthToDateUsd: null,
      runRateMonthUsd: null,
      forecastMonthUsd: null,
      budgetMonthUsd: null,
      budgetPassedOn: null,
    },
  ]);
});

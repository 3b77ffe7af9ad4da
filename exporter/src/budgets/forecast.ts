import type { BudgetRow, ForecastRow } from '../contract/datasets.ts';
import { dayPassed, type DayCost } from '../money/forecast.ts';
import { parseMicros, sumMicros, type Micros } from '../money/micros.ts';
import { usdText } from '../money/format.ts';
import { addOutlooks, NOTHING_KNOWN, outlookOf, type Outlook } from './outlook.ts';

/** The whole, in budgets and forecasts. */
export const ALL_PROVIDERS = 'all';

/**
 * One row for each provider with a figure of this month or a budget, and one for the whole, which is the sum of the
 * others. A provider whose last cost lies before the trailing week has none: nothing is expected of it. Pure.
 */
export function forecastRows(
  costs: ReadonlyMap<string, readonly DayCost[]>,
  budgets: readonly BudgetRow[],
  today: string,
): ForecastRow[] {
  const outlooks = new Map([...costs].map(([provider, days]) => [provider, outlookOf(days, today)]));
  const inForce = new Map(
    budgets.flatMap(({ provider, monthUsd }) =>
      monthUsd === null || provider === null ? [] : [[provider, parseMicros(monthUsd)]],
    ),
  );
  const names = [...new Set([...outlooks.keys(), ...inForce.keys()])].filter((name) => name !== ALL_PROVIDERS).sort();
  return [
    ...names
      .map((provider) => rowOf(provider, outlooks.get(provider) ?? NOTHING_KNOWN, inForce.get(provider)))
      .filter(hasFigure),
    rowOf(ALL_PROVIDERS, addOutlooks([...outlooks.values()]), inForce.get(ALL_PROVIDERS)),
  ];
}

function hasFigure({ provider: _, ...figures }: ForecastRow): boolean {
  return Object.values(figures).some((figure) => figure !== null);
}

function rowOf(provider: string, { known, runRate, days }: Outlook, budget: Micros | undefined): ForecastRow {
  return {
    provider,
    monthToDateUsd: usdText(known.size === 0 ? null : sumMicros(known.values())),
    runRateMonthUsd: usdText(runRate),
    forecastMonthUsd: usdText(days === null ? null : sumMicros(days.values())),
    budgetMonthUsd: usdText(budget ?? null),
    budgetPassedOn: budget === undefined ? null : dayPassed(known, days, budget),
  };
}

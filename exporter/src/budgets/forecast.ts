import type { BudgetRow, ForecastRow } from '../contract/datasets.ts';
import { dayPassed, knownDays, projectMonth, runRateMonth, type DayCost } from '../money/forecast.ts';
import { parseMicros, sumMicros, type Micros } from '../money/micros.ts';
import { sumKnown, usdText } from '../money/format.ts';

/** The whole, in budgets and forecasts. */
export const ALL_PROVIDERS = 'all';

interface Outlook {
  /** Days of the month up to today that have a figure. */
  readonly known: ReadonlyMap<string, Micros>;
  readonly runRate: Micros | null;
  /** Every day of the month, known or expected; null where nothing can be expected. */
  readonly days: ReadonlyMap<string, Micros> | null;
}

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
    budgets.flatMap(({ provider, monthUsd }) => (monthUsd === null ? [] : [[provider, parseMicros(monthUsd)]])),
  );
  const names = [...new Set([...outlooks.keys(), ...inForce.keys()])].filter((name) => name !== ALL_PROVIDERS).sort();
  const nothing: Outlook = { known: new Map(), runRate: null, days: null };
  return [
    ...names
      .map((provider) => rowOf(provider, outlooks.get(provider) ?? nothing, inForce.get(provider)))
      .filter(hasFigure),
    rowOf(ALL_PROVIDERS, added([...outlooks.values()]), inForce.get(ALL_PROVIDERS)),
  ];
}

function outlookOf(costs: readonly DayCost[], today: string): Outlook {
  return { known: knownDays(costs, today), runRate: runRateMonth(costs, today), days: projectMonth(costs, today) };
}

function added(outlooks: readonly Outlook[]): Outlook {
  const projections = outlooks.flatMap(({ days }) => (days === null ? [] : [days]));
  return {
    known: addedDays(outlooks.map(({ known }) => known)),
    runRate: sumKnown(outlooks.map(({ runRate }) => runRate)),
    days: projections.length === 0 ? null : addedDays(projections),
  };
}

/** Day by day, in the order of days. */
function addedDays(months: readonly ReadonlyMap<string, Micros>[]): Map<string, Micros> {
  const days = [...new Set(months.flatMap((month) => [...month.keys()]))].sort();
  return new Map(days.map((day) => [day, sumMicros(months.map((month) => month.get(day) ?? 0n))]));
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

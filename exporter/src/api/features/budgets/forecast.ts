import type { BudgetRow, ForecastRow } from '../../../contract/datasets.ts';
import { monthStart } from '../../../money/days.ts';
import { dayPassed, projectMonth, runRateMonth, type DayCost } from '../../../money/forecast.ts';
import { parseMicros, sumMicros, type Micros } from '../../../money/micros.ts';
import { sumKnown, usdText } from '../../shared/format.ts';

/** The whole, in budgets and forecasts. */
export const ALL_PROVIDERS = 'all';

interface Outlook {
  readonly toDate: Micros | null;
  readonly runRate: Micros | null;
  readonly days: ReadonlyMap<string, Micros> | null;
}

/** One row for each provider with cost or a budget, and one for the whole, which is the sum of the others. Pure. */
export function forecastRows(costs: ReadonlyMap<string, readonly DayCost[]>, budgets: readonly BudgetRow[], today: string): ForecastRow[] {
  const outlooks = new Map([...costs].map(([provider, days]) => [provider, outlookOf(days, today)]));
  const inForce = new Map(budgets.flatMap(({ provider, monthUsd }) => (monthUsd === null ? [] : [[provider, parseMicros(monthUsd)]])));
  const names = [...new Set([...outlooks.keys(), ...inForce.keys()])].filter((name) => name !== ALL_PROVIDERS).sort();
  const nothing: Outlook = { toDate: null, runRate: null, days: null };
  return [
    ...names.map((provider) => rowOf(provider, outlooks.get(provider) ?? nothing, inForce.get(provider))),
    rowOf(ALL_PROVIDERS, added([...outlooks.values()]), inForce.get(ALL_PROVIDERS)),
  ];
}

function outlookOf(costs: readonly DayCost[], today: string): Outlook {
  const soFar = costs.filter(({ day }) => day >= monthStart(today) && day <= today);
  return { toDate: soFar.length === 0 ? null : sumMicros(soFar.map(({ amount }) => amount)), runRate: runRateMonth(costs, today), days: projectMonth(costs, today) };
}

function added(outlooks: readonly Outlook[]): Outlook {
  const months = outlooks.flatMap(({ days }) => (days === null ? [] : [days]));
  const calendar = [...(months[0]?.keys() ?? [])];
  return {
    toDate: sumKnown(outlooks.map(({ toDate }) => toDate)),
    runRate: sumKnown(outlooks.map(({ runRate }) => runRate)),
    days: months.length === 0 ? null : new Map(calendar.map((day) => [day, sumMicros(months.map((month) => month.get(day) ?? 0n))])),
  };
}

function rowOf(provider: string, { toDate, runRate, days }: Outlook, budget: Micros | undefined): ForecastRow {
  return {
    provider,
    monthToDateUsd: usdText(toDate),
    runRateMonthUsd: usdText(runRate),
    forecastMonthUsd: usdText(days === null ? null : sumMicros(days.values())),
    budgetMonthUsd: usdText(budget ?? null),
    budgetPassedOn: days === null || budget === undefined ? null : dayPassed(days, budget),
  };
}

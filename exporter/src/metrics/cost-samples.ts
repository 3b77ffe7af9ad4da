import type { Sample } from '../collectors/contract.ts';
import type { CostSource } from '../contract/providers.ts';
import { COST_SOURCES } from '../contract/providers.ts';
import { addMonths, monthStart } from '../money/days.ts';
import { forecastMonth, runRateMonth, type DayCost } from '../money/forecast.ts';
import { microsToNumber, sumMicros, type Micros } from '../money/micros.ts';

/** A row of the view `effective_costs`; rows without a USD amount are not among them. */
export interface EffectiveCost {
  readonly day: string;
  readonly provider: string;
  readonly component: string;
  readonly source: CostSource;
  readonly amount: Micros;
  readonly provisional: boolean;
  /** Unix seconds of the provider's own data time. */
  readonly asOf: number | null;
}

/** Vendors are typed in by people: the page stays small whatever they type. */
const MAX_PROVIDERS = 40;

/**
 * The cost gauges from the rows that count, of the previous and the running month. Pure.
 * A provider without a complete day has no day gauge: missing is absent, never 0.
 */
export function costSamples(costs: readonly EffectiveCost[], today: string): Sample[] {
  const providers = [...Map.groupBy(costs, (cost) => cost.provider)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, MAX_PROVIDERS);
  return providers.flatMap(([provider, rows]) => [
    ...lastCompleteDay(provider, rows, today),
    ...monthToDate(provider, rows, today),
    ...wholeMonths(provider, rows, today),
    ...dataTime(provider, rows),
  ]);
}

function lastCompleteDay(provider: string, rows: readonly EffectiveCost[], today: string): Sample[] {
  const complete = rows.filter((row) => row.day < today && !row.provisional);
  const day = complete.reduce((latest, row) => (row.day > latest ? row.day : latest), '');
  return complete
    .filter((row) => row.day === day)
    .flatMap(({ component, source, amount }) => [
      { name: 'cost_day_usd', labels: { provider, component }, value: microsToNumber(amount) },
      { name: 'cost_source_info', labels: { provider, component, source }, value: 1 },
    ]);
}

function monthToDate(provider: string, rows: readonly EffectiveCost[], today: string): Sample[] {
  const soFar = rows.filter((row) => row.day >= monthStart(today) && row.day <= today);
  return [...Map.groupBy(soFar, (row) => row.component)].map(([component, parts]) => ({
    name: 'cost_month_to_date_usd',
    labels: { provider, component },
    value: total(parts),
  }));
}

function wholeMonths(provider: string, rows: readonly EffectiveCost[], today: string): Sample[] {
  const previous = rows.filter((row) => row.day >= addMonths(today, -1) && row.day < monthStart(today));
  const days = dayCosts(rows);
  const forecast = forecastMonth(days, today);
  const runRate = runRateMonth(days, today);
  return [
    ...(previous.length > 0 ? [{ name: 'cost_previous_month_usd', labels: { provider }, value: total(previous) }] : []),
    ...(forecast
      ? [{ name: 'cost_forecast_month_usd', labels: { provider }, value: microsToNumber(forecast.month) }]
      : []),
    ...(runRate !== null
      ? [{ name: 'cost_run_rate_month_usd', labels: { provider }, value: microsToNumber(runRate) }]
      : []),
  ];
}

function dataTime(provider: string, rows: readonly EffectiveCost[]): Sample[] {
  const times = rows.flatMap((row) => (row.asOf === null ? [] : [row.asOf]));
  return times.length === 0
    ? []
    : [{ name: 'cost_as_of_timestamp_seconds', labels: { provider }, value: Math.max(...times) }];
}

/** One entry a day: components added up, the best source named. */
export function dayCosts(rows: readonly EffectiveCost[]): DayCost[] {
  return [...Map.groupBy(rows, (row) => row.day)].map(([day, parts]) => ({
    day,
    amount: sumMicros(parts.map((part) => part.amount)),
    source: COST_SOURCES.find((source) => parts.some((part) => part.source === source)) ?? 'estimate',
  }));
}

function total(rows: readonly EffectiveCost[]): number {
  return microsToNumber(sumMicros(rows.map((row) => row.amount)));
}

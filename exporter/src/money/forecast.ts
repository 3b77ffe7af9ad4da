import type { CostSource } from '../contract/providers.ts';
import { addDays, daysInMonth, daysOf, monthStart, nextMonthStart } from './days.ts';
import { divideRounded, sumMicros, type Micros } from './micros.ts';

/** One provider's cost on one day, after precedence. */
export interface DayCost {
  readonly day: string;
  readonly amount: Micros;
  /** The source in force; the best one where components differ. */
  readonly source: CostSource;
}

export interface Forecast {
  /** Micro-units of USD for the whole running month. */
  readonly month: Micros;
  /** See `dayPassed`. */
  readonly budgetPassedOn: string | null;
}

const TRAILING_DAYS = 7;
/** Sources whose days are known ahead: they are a monthly price spread over days, not usage. */
const SPREAD: readonly CostSource[] = ['invoice', 'api_invoice', 'fixed'];

/**
 * Forecast of the running month: complete days so far + every remaining day (today included, since its reading is
 * partial) at the median of the last seven complete days. A remaining day that an invoice or a fixed price already
 * covers counts as that. On the 1st the median comes from the month before. Null while there is no complete day.
 *
 * @param costs days of this and the previous month, in any order, at most one entry a day
 */
export function forecastMonth(costs: readonly DayCost[], today: string, budget: Micros | null = null): Forecast | null {
  const days = projectMonth(costs, today);
  return days === null
    ? null
    : {
        month: sumMicros(days.values()),
        budgetPassedOn: budget === null ? null : dayPassed(knownDays(costs, today), days, budget),
      };
}

/**
 * The same day by day: every day of the running month, known or expected. Days of several providers may be added up.
 */
export function projectMonth(costs: readonly DayCost[], today: string): Map<string, Micros> | null {
  const byDay = new Map(costs.map((cost) => [cost.day, cost]));
  const usual = median(trailing(costs, today).map((cost) => cost.amount));
  if (usual === undefined) return null;
  return new Map(
    daysOf(monthStart(today), nextMonthStart(today)).map((day) => {
      const known = byDay.get(day);
      if (day < today) return [day, known?.amount ?? 0n];
      return [day, known !== undefined && SPREAD.includes(known.source) ? known.amount : usual];
    }),
  );
}

/** What is known of the running month up to today, in the order of days. */
export function knownDays(costs: readonly DayCost[], today: string): Map<string, Micros> {
  const known = costs
    .filter(({ day }) => day >= monthStart(today) && day <= today)
    .sort((a, b) => (a.day < b.day ? -1 : 1));
  return new Map(known.map(({ day, amount }) => [day, amount]));
}

/**
 * The day of the running month on which the cumulated cost went above the budget, where what is known is above it (a
 * credit may have brought it below in between); else the first day on which the projection is; null: never. The budget
 * itself is not above. Days must be in order.
 */
export function dayPassed(
  known: ReadonlyMap<string, Micros>,
  projected: ReadonlyMap<string, Micros> | null,
  budget: Micros,
): string | null {
  let total = 0n;
  let since: string | null = null;
  let last = '';
  for (const [day, amount] of known) {
    total += amount;
    since = total > budget ? (since ?? day) : null;
    last = day;
  }
  if (since !== null) return since;
  total = 0n;
  for (const [day, amount] of projected ?? []) {
    total += amount;
    if (day >= last && total > budget) return day;
  }
  return null;
}

/**
 * What a month costs at the present pace: the mean of the last seven complete days, a monthly price by the length of
 * its own day's month, usage by the length of the running month. Null while there is no complete day.
 */
export function runRateMonth(costs: readonly DayCost[], today: string): Micros | null {
  const days = trailing(costs, today);
  if (days.length === 0) return null;
  const scaled = days.map(
    ({ day, amount, source }) => amount * BigInt(daysInMonth(SPREAD.includes(source) ? day : today)),
  );
  return divideRounded(sumMicros(scaled), BigInt(days.length));
}

function trailing(costs: readonly DayCost[], today: string): DayCost[] {
  const from = addDays(today, -TRAILING_DAYS);
  return costs.filter(({ day }) => day >= from && day < today);
}

function median(amounts: readonly Micros[]): Micros | undefined {
  const sorted = [...amounts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  return upper === undefined || lower === undefined ? undefined : divideRounded(upper + lower, 2n);
}

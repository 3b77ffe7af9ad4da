import { knownDays, projectMonth, runRateMonth, type DayCost } from '../money/forecast.ts';
import { sumKnown } from '../money/format.ts';
import { sumMicros, type Micros } from '../money/micros.ts';

/** What is known and expected of the running month. */
export interface Outlook {
  /** Days of the month up to today that have a figure. */
  readonly known: ReadonlyMap<string, Micros>;
  readonly runRate: Micros | null;
  /** Every day of the month, known or expected; null where nothing can be expected. */
  readonly days: ReadonlyMap<string, Micros> | null;
}

export const NOTHING_KNOWN: Outlook = { known: new Map(), runRate: null, days: null };

export function outlookOf(costs: readonly DayCost[], today: string): Outlook {
  return { known: knownDays(costs, today), runRate: runRateMonth(costs, today), days: projectMonth(costs, today) };
}

export function addOutlooks(outlooks: readonly Outlook[]): Outlook {
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

import type { AdHocVariableFilter } from '@grafana/data';
import { DATASETS, type DatasetName } from '../../../exporter/src/contract/datasets.ts';
import { takesSeveral, type QueryFilters, type QueryRange } from '../../../exporter/src/contract/query.ts';
import { dayOf } from '../shared/days.ts';
import { narrowed } from './ad-hoc.ts';
import { daysOfRange, lastDays, lastMonths, type Clock, type Days } from './days.ts';
import { accepts } from './filters.ts';
import { pickedDays } from './picked-range.ts';
import { readValues, writtenValues } from './several-values.ts';

/** `undefined`: the default of the API. A month that is not one, such as an empty variable, is the running one. */
export function daysOf(
  range: QueryRange,
  clock: Clock,
  interpolate: (text: string) => string = (text) => text,
): Days | undefined {
  switch (range.kind) {
    case 'all':
      return undefined;
    case 'dashboard':
      return daysOfRange(clock.fromMs, clock.toMs);
    case 'picker':
      return pickedDays(range, clock) ?? daysOf(range.start, clock, interpolate);
    case 'days':
      return lastDays(Math.max(1, Math.trunc(range.days)), clock.nowMs);
    case 'month': {
      const [, year, month] = /^(\d{4})-(\d{2})\b/.exec(interpolate(range.month).trim()) ?? [];
      const now = new Date(clock.nowMs);
      const index = year === undefined ? now.getUTCMonth() : Number(month) - 1;
      const start = Number(year ?? now.getUTCFullYear());
      return { from: dayOf(Date.UTC(start, index, 1)), to: dayOf(Date.UTC(start, index + 1, 1)) };
    }
    case 'months':
      return lastMonths(Math.max(1, Math.trunc(range.months)), clock.nowMs);
  }
}

/** The "all" option of a variable, or an empty value: no filter. */
const NO_FILTER = new Set(['', '$__all', '*', '.*', 'All']);

const valuesOf = (filled: string): string[] =>
  readValues(filled)
    .map((value) => value.trim())
    .filter((value) => !NO_FILTER.has(value));

/** A variable has several values where the dataset's filter takes one. */
export class SeveralValuesError extends Error {
  readonly filter: string;

  constructor(filter: string, values: readonly string[]) {
    super(`${filter} takes one value here, not ${values.length}`);
    this.filter = filter;
  }
}

/** The values of each filter that the dataset supports; several only where it takes several. */
function filterValues(
  dataset: DatasetName,
  filters: QueryFilters,
  interpolate: (text: string) => string,
): Map<string, readonly string[]> {
  const values = new Map<string, readonly string[]>();
  for (const [name, raw] of Object.entries<string | number>({ ...filters })) {
    if (!accepts(dataset, name)) continue;
    const chosen = valuesOf(interpolate(String(raw)).trim());
    if (chosen.length > 0) values.set(name, chosen);
  }
  return values;
}

/**
 * The filters of a query with variables filled in and ad-hoc filters applied, as the editor would write them.
 *
 * @throws AdHocError if an ad-hoc filter cannot be applied
 */
export function filledFilters(
  dataset: DatasetName,
  filters: QueryFilters,
  interpolate: (text: string) => string,
  adHoc: readonly AdHocVariableFilter[],
): QueryFilters {
  const values = narrowed(dataset, filterValues(dataset, filters, interpolate), adHoc);
  const written = [...values].map(([name, chosen]): [string, string | number] => [
    name,
    name === 'limit' ? Number(chosen[0]) : writtenValues(chosen),
  ]);
  return Object.fromEntries<string | number>(written);
}

/**
 * The address of a dataset, relative to the data source, with only the parameters that the dataset supports, in a
 * fixed order, so that equal queries have equal addresses.
 *
 * `adHoc`: the board's ad-hoc filters, which hold as well as the query's own.
 *
 * @throws SeveralValuesError if a variable has several values and its filter accepts one
 * @throws AdHocError if an ad-hoc filter cannot be applied
 */
export function addressOf(
  dataset: DatasetName,
  days: Days | undefined,
  filters: QueryFilters,
  interpolate: (text: string) => string,
  adHoc: readonly AdHocVariableFilter[] = [],
): string {
  const parameters = new URLSearchParams();
  if (days !== undefined && accepts(dataset, 'from')) {
    parameters.set('from', days.from);
    parameters.set('to', days.to);
  }
  const values = narrowed(dataset, filterValues(dataset, filters, interpolate), adHoc);
  for (const [name, chosen] of [...values].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (chosen.length > 1 && !takesSeveral(dataset, name)) throw new SeveralValuesError(name, chosen);
    for (const value of chosen) parameters.append(name, value);
  }
  const search = parameters.toString();
  return `${DATASETS[dataset].path.slice(1)}${search === '' ? '' : `?${search}`}`;
}

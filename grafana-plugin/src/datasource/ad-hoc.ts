import type { AdHocVariableFilter } from '@grafana/data';
import { takesSeveral } from '../../../exporter/src/contract/query.ts';
import type { DatasetName } from '../../../exporter/src/contract/datasets.ts';
import { accepts, isFilter } from './filters.ts';

/** Equal, and one of several: all that the API can be asked for. */
const EQUALS = ['=', '=|'] as const;

export type AdHocFault = 'operator' | 'filter' | 'several' | 'nothing-left';

/** An ad-hoc filter of a board cannot be applied to a query. It is refused: an unfiltered figure would look filtered. */
export class AdHocError extends Error {
  readonly fault: AdHocFault;
  readonly filter: AdHocVariableFilter;

  constructor(fault: AdHocFault, filter: AdHocVariableFilter) {
    super(`the filter ${filter.key} ${filter.operator} ${filter.value} cannot be applied (${fault})`);
    this.fault = fault;
    this.filter = filter;
  }
}

const valuesOf = ({ operator, value, values = [] }: AdHocVariableFilter): readonly string[] =>
  operator === '=|' && values.length > 0 ? values : [value];

/**
 * The values of each filter of a dataset after the board's ad-hoc filters: `own` are the query's, by name. Both have to
 * hold, so a name that has values on both sides keeps what they have in common.
 *
 * @throws AdHocError for an operator, a filter or a number of values that the API cannot answer
 */
export function narrowed(
  dataset: DatasetName,
  own: ReadonlyMap<string, readonly string[]>,
  adHoc: readonly AdHocVariableFilter[],
): Map<string, readonly string[]> {
  const result = new Map(own);
  for (const filter of adHoc) {
    const { key } = filter;
    // A filter that is still being written has no key or value yet.
    const asked = valuesOf(filter).filter((value) => value !== '');
    if (key === '' || asked.length === 0) continue;
    if (!EQUALS.some((operator) => operator === filter.operator)) throw new AdHocError('operator', filter);
    if (!isFilter(key) || !accepts(dataset, key)) throw new AdHocError('filter', filter);
    const before = result.get(key);
    const after = before === undefined || before.length === 0 ? asked : before.filter((value) => asked.includes(value));
    if (after.length === 0) throw new AdHocError('nothing-left', filter);
    if (after.length > 1 && !takesSeveral(dataset, key)) throw new AdHocError('several', filter);
    result.set(key, after);
  }
  return result;
}

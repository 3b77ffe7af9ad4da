import { DATASETS, LISTED_MOVEMENTS, type DatasetName } from '../../../exporter/src/contract/datasets.ts';
import { OUTCOMES } from '../../../exporter/src/contract/outcomes.ts';
import { takesSeveral } from '../../../exporter/src/contract/query.ts';
import type { VariableKind } from './types.ts';

/** Filters with a text input, which accepts variables; the other parameters of a dataset have a list. */
export const TYPED_FILTERS = [
  'provider',
  'model',
  'user',
  'collector',
  'movement',
  'plan',
  'product',
  'currency',
  'customer',
] as const;

/** What says which rows are counted; days, grouping, basis and limit say how. */
export const FILTERS = [...TYPED_FILTERS, 'outcome'] as const;
export type FilterName = (typeof FILTERS)[number];

export const isFilter = (name: string): name is FilterName => FILTERS.some((filter) => filter === name);

export const accepts = (dataset: DatasetName, filter: string): boolean => {
  const parameters: readonly string[] = DATASETS[dataset].parameters;
  return parameters.includes(filter);
};

/** Where the values of a filter come from: a list of the exporter, or a closed set. */
export type ValuesSource = { readonly kind: VariableKind } | { readonly values: readonly string[] };

/** LLM usage is stored under the providers of its models, costs under those that send an invoice. */
export function valuesSource(filter: FilterName, dataset?: DatasetName): ValuesSource[] {
  switch (filter) {
    case 'provider':
      if (dataset === undefined) return [{ kind: 'providers' }, { kind: 'llm_providers' }];
      return [{ kind: takesSeveral(dataset, filter) ? 'llm_providers' : 'providers' }];
    case 'movement':
      return [{ values: LISTED_MOVEMENTS }];
    case 'outcome':
      return [{ values: OUTCOMES }];
    case 'model':
      return [{ kind: 'models' }];
    case 'user':
      return [{ kind: 'users' }];
    case 'collector':
      return [{ kind: 'collectors' }];
    case 'plan':
      return [{ kind: 'plans' }];
    case 'product':
      return [{ kind: 'products' }];
    case 'currency':
      return [{ kind: 'currencies' }];
    case 'customer':
      return [{ kind: 'customers' }];
  }
}

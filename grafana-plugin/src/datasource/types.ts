import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';
import type {
  BoardNoticeQuery,
  QueryFilters,
  QueryRange,
  ShownRangeQuery,
} from '../../../exporter/src/contract/query.ts';
import type { DatasetName } from '../../../exporter/src/contract/datasets.ts';

/** What annotations mark. */
export const EVENT_KINDS = ['invoices', 'price_changes', 'failed_syncs', 'largest_movements'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

interface Target extends DataQuery {
  readonly queryType?: string;
  /** The shape in which it was saved; absent in boards that are older than the number. */
  readonly version?: number;
}

/** A panel's query: `MarginboardQuery` of the contract with Grafana's fields. */
export interface DatasetTarget extends Target {
  dataset: DatasetName;
  range?: QueryRange;
  filters?: QueryFilters;
  fields?: readonly string[];
  events?: undefined;
}

/** An annotation's query. */
export interface EventsTarget extends Target {
  events: EventKind;
  provider?: string;
  /** Only the movements of this customer; may hold a variable. */
  customer?: string;
  dataset?: undefined;
}

export type MarginboardTarget = DatasetTarget | EventsTarget;

/** The kinds of values that a variable can list. */
export const VARIABLE_KINDS = [
  'providers',
  'llm_providers',
  'models',
  'users',
  'months',
  'collectors',
  'plans',
  'products',
  'currencies',
  'customers',
] as const;
export type VariableKind = (typeof VARIABLE_KINDS)[number];

/** A variable's query. Provisioned boards may also write just the word, as `query`. */
export interface VariableQuery extends DataQuery {
  /** The hidden variables of provisioned boards list nothing. */
  readonly kind?: VariableKind | (ShownRangeQuery | BoardNoticeQuery)['kind'];
  readonly query?: string;
}

export type MarginboardOptions = DataSourceJsonData;

export interface MarginboardSecrets {
  readToken?: string;
}

/**
 * A query of the Grafana data source: shared by plugin (which runs it), dashboards (which state it) and their lint.
 * Free of dependencies.
 */
import type { DatasetName } from './datasets.ts';

export const APP_PLUGIN_ID = 'marginboard-business-app';
export const DATA_SOURCE_TYPE = 'marginboard-business-datasource';
/** The uids that `provisioning/` gives and the dashboards use. */
export const DATA_SOURCE_UID = 'marginboard';
export const PROMETHEUS_UID = 'marginboard-prometheus';

/**
 * Which days are asked for. `dashboard`: the dashboard's time range, by UTC days. `days`: the last N days, the running
 * one included. `months`: the last N calendar months, the running one included. `month`: one calendar month, such as
 * 2026-10 or a variable that holds it. `all`: the API's own default. `picker`: see `PickerRange`.
 */
export type QueryRange = FixedRange | PickerRange;
export type FixedRange =
  | { readonly kind: 'dashboard' }
  | { readonly kind: 'days'; readonly days: number }
  | { readonly kind: 'months'; readonly months: number }
  | { readonly kind: 'month'; readonly month: string }
  | { readonly kind: 'all' };

/**
 * `start` while the dashboard's time range is the one with which the board opens (from `opensAt`, such as now-30d, to
 * now); once a reader has moved it, what it says: whole months where `start` counts months, else UTC days. "The last N
 * days" counts the running one, as `days` does.
 */
export interface PickerRange {
  readonly kind: 'picker';
  readonly opensAt: string;
  readonly start: FixedRange;
}

/** A hidden variable of a board that says which days its `picker` queries show: for titles and the axis of a panel. */
export interface ShownRangeQuery {
  readonly kind: 'shown_range';
  readonly range: PickerRange;
  /**
   * `title`: "30 days", "2026-03". `first`: the first day. `axis`: an override of a panel's relative time that holds
   * every month, such as 6M, or a text that is none where the range ends before this month.
   */
  readonly as: 'title' | 'first' | 'axis';
  /** In the board's language: the value while `start` holds; counts with `{n}`; for ranges that end with a day of data. */
  readonly words: {
    readonly start: string;
    readonly days?: string;
    readonly months?: string;
    readonly since?: string;
  };
}

/** A hidden variable of a board: what its first line says of all of its figures, in the board's language. */
export interface BoardNoticeQuery {
  readonly kind: 'board_notice';
  readonly words: { readonly demonstration: string; readonly otherwise: string };
}

/** Datasets whose filters by provider, model and user may be given several times: usage of any of them. */
const USAGE_DATASETS: readonly DatasetName[] = [
  'cost-by-user',
  'token-ratios',
  'error-rates',
  'metrics-monthly-summary',
];
const USAGE_FILTERS: readonly string[] = ['provider', 'model', 'user'];

export const takesSeveral = (dataset: DatasetName, filter: string): boolean =>
  USAGE_DATASETS.includes(dataset) && USAGE_FILTERS.includes(filter);

/** Values may hold Grafana variables; empty ones are left out; several values are written `{a,b}`. */
export interface QueryFilters {
  readonly provider?: string;
  readonly model?: string;
  readonly user?: string;
  readonly collector?: string;
  readonly outcome?: string;
  readonly groupBy?: string;
  readonly revenue?: string;
  readonly movement?: string;
  readonly plan?: string;
  readonly product?: string;
  readonly currency?: string;
  readonly customer?: string;
  readonly limit?: number;
}

/** One target of a panel, without Grafana's own fields (`refId`, `datasource`, `hide`). */
export interface MarginboardQuery {
  readonly dataset: DatasetName;
  readonly range: QueryRange;
  readonly filters?: QueryFilters;
  /** Only these fields, in this order; all of the dataset when left out. */
  readonly fields?: readonly string[];
}

import type { AdHocVariableFilter } from '@grafana/data';
import type { DatasetName } from '../../../exporter/src/contract/datasets.ts';
import { AdHocError } from '../datasource/ad-hoc.ts';
import { filledRange } from '../datasource/filled-range.ts';
import { filledFilters } from '../datasource/request.ts';
import type { DatasetTarget } from '../datasource/types.ts';

export { severalValues } from '../datasource/several-values.ts';

type Interpolate = (text: string) => string;

/** The dataset that shows what a figure consists of; `undefined` where the rows already do. */
const EXPLAINED_BY: Readonly<Partial<Record<DatasetName, DatasetName>>> = {
  summary: 'cost-sources',
  'summary-trend': 'cost-sources',
  'revenue-vs-costs': 'cost-sources',
  'infrastructure-costs': 'cost-sources',
  forecast: 'cost-sources',
  reconciliation: 'cost-sources',
  'cost-by-user': 'token-ratios',
  'metrics-monthly-summary': 'token-ratios',
  'margin-by-customer': 'token-ratios',
  'mrr-movements': 'largest-movements',
  'mrr-waterfall': 'largest-movements',
  'mrr-bridge': 'largest-movements',
  'mrr-by-plan': 'largest-movements',
  'revenue-by-day': 'largest-movements',
  'revenue-by-month': 'largest-movements',
  'sync-status': 'sync-logs',
};

/**
 * Explore has neither the variables nor the ad-hoc filters of a board: their values are written out. `undefined` where a
 * dataset does not have an ad-hoc filter, since its figures would be of more than the panel's.
 */
function writtenOut(
  query: DatasetTarget,
  interpolate: Interpolate,
  adHoc: readonly AdHocVariableFilter[],
): DatasetTarget | undefined {
  const { range, datasource } = query;
  try {
    return {
      ...query,
      ...(datasource?.uid === undefined ? {} : { datasource: { ...datasource, uid: interpolate(datasource.uid) } }),
      ...(range === undefined ? {} : { range: filledRange(range, interpolate) }),
      filters: filledFilters(query.dataset, query.filters ?? {}, interpolate, adHoc),
    };
  } catch (error) {
    if (error instanceof AdHocError) return undefined;
    throw error;
  }
}

/**
 * Explore with a panel's queries, and below each the query that shows what its figure consists of, for the same days
 * and filters, those of the board included. The path is below the one that Grafana is served at.
 */
export function explanationUrl(
  queries: readonly DatasetTarget[],
  range: { readonly from: string; readonly to: string },
  interpolate: Interpolate,
  adHoc: readonly AdHocVariableFilter[] = [],
): string {
  const filled = (query: DatasetTarget) => writtenOut(query, interpolate, adHoc) ?? [];
  const asked = queries.flatMap(filled);
  const parts = queries.flatMap(({ dataset: explained, datasource, filters, range: days }) => {
    const dataset = EXPLAINED_BY[explained];
    return dataset === undefined
      ? []
      : filled({
          refId: '',
          dataset,
          ...(datasource === undefined ? {} : { datasource }),
          ...(days === undefined ? {} : { range: days }),
          ...(filters === undefined ? {} : { filters }),
        });
  });
  const distinct = [...new Map(parts.map((part) => [JSON.stringify(part), part])).values()];
  const pane = {
    datasource: interpolate(queries[0]?.datasource?.uid ?? ''),
    queries: [...asked, ...distinct].map((query, index) => ({ ...query, refId: String.fromCharCode(65 + index) })),
    range,
  };
  return `/explore?schemaVersion=1&panes=${encodeURIComponent(JSON.stringify({ explain: pane }))}`;
}

import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import type { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import type { MarginboardQuery } from '../../exporter/src/contract/query.ts';
import { neutralTable, query, sortedBy, withNames } from './panel-parts.ts';
import type { Texts } from './texts/texts.ts';

interface DatasetTable extends Omit<MarginboardQuery, 'fields'> {
  /** The unit of cells without one of their own. */
  readonly unit?: string;
  /** The field whose largest value comes first; without it, rows stay in the order of the answer. */
  readonly sortBy?: string;
  /** The fields from left to right, and what each column has besides its name. */
  readonly columns: Readonly<Record<string, readonly DynamicConfigValue[]>>;
}

/** A table of the rows of a dataset, which is asked for the fields that are columns and no others. */
export function datasetTable(t: Texts, { unit, sortBy, columns, ...asked }: DatasetTable): TableBuilder {
  const fields = Object.keys(columns);
  const table = withNames(neutralTable(unit).withTarget(query('A', { ...asked, fields })), t, fields, columns);
  return sortBy === undefined ? table : table.sortBy([sortedBy(t, sortBy)]);
}

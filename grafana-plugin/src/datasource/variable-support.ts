import {
  CustomVariableSupport,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
} from '@grafana/data';
import { map, of, type Observable } from 'rxjs';
import { clockOf } from './days.ts';
import type { MarginboardDataSource } from './datasource.ts';
import { VariableEditor } from './lazy-editors.tsx';
import { isShownRange, shownRange } from './shown-range.ts';
import type { MarginboardTarget, VariableQuery } from './types.ts';

/** What a dashboard's variable can list: an editor, and the values. */
export class MarginboardVariables extends CustomVariableSupport<
  DataSourceApi<MarginboardTarget>,
  VariableQuery,
  MarginboardTarget
> {
  override readonly editor = VariableEditor;
  private readonly source: MarginboardDataSource;

  constructor(source: MarginboardDataSource) {
    super();
    this.source = source;
  }

  override query(request: DataQueryRequest<VariableQuery>): Observable<DataQueryResponse> {
    const [query] = request.targets;
    if (isShownRange(query)) {
      const shown = shownRange(query, clockOf(request.range));
      return of({ data: [{ text: shown, value: shown }] });
    }
    return this.source.variableValues(query).pipe(map((values) => ({ data: [...values] })));
  }
}

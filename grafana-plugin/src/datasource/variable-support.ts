import {
  CustomVariableSupport,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
} from '@grafana/data';
import { map, type Observable } from 'rxjs';
import type { MarginboardDataSource } from './datasource.ts';
import { VariableEditor } from './lazy-editors.tsx';
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
    return this.source.variableValues(request.targets[0]).pipe(map((values) => ({ data: [...values] })));
  }
}

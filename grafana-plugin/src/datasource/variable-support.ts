import {
  CustomVariableSupport,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
} from '@grafana/data';
import { map, of, type Observable } from 'rxjs';
import { isBoardNotice } from './board-notice.ts';
import { clockOf } from './days.ts';
import type { MarginboardDataSource } from './datasource.ts';
import { VariableEditor } from './lazy-editors.tsx';
import { isShownRange, shownRange } from './shown-range.ts';
import type { MarginboardTarget, VariableQuery } from './types.ts';

const valued = (text: string) => ({ text, value: text });

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
    const [query]: readonly unknown[] = request.targets;
    if (isShownRange(query)) {
      return of({ data: [valued(shownRange(query, clockOf(request.range)))] });
    }
    if (isBoardNotice(query)) {
      const { demonstration, otherwise } = query.words;
      return this.source
        .isDemonstration()
        .pipe(map((invented) => ({ data: [valued(invented ? demonstration : otherwise)] })));
    }
    return this.source.variableValues(query).pipe(map((values) => ({ data: [...values] })));
  }
}

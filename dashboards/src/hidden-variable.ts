import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  QueryVariableBuilder,
  VariableHide,
  VariableRefresh,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { BoardNoticeQuery, ShownRangeQuery } from '../../exporter/src/contract/query.ts';
import { MARGINBOARD } from './panel-parts.ts';

/** A variable that only titles use. Nobody chooses its value, so an address does not carry it. */
export function hiddenVariable(
  name: string,
  query: ShownRangeQuery | BoardNoticeQuery,
  first: string,
): Builder<VariableModel> {
  const variable = new QueryVariableBuilder(name)
    .datasource(MARGINBOARD)
    .query({ ...query, refId: name })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .hide(VariableHide.HideVariable)
    .current({ text: first, value: first });
  return { build: () => ({ ...variable.build(), skipUrlSync: true }) };
}

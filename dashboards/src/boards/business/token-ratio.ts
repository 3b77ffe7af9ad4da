import type { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import {
  NO_VALUE,
  USD,
  WRAPPED,
  neutralTable,
  prop,
  query,
  sortedBy,
  toBoard,
  withNames,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import { THIRTY_DAYS } from '../../picked-days.ts';
import { toModel } from '../llm/links.ts';
import type { Texts } from '../../texts/texts.ts';

export function tokenRatio(t: Texts, id: number, place: Place): TableBuilder {
  const panel = neutralTable()
    .decimals(2)
    .sortBy([sortedBy(t, 'completionRatio')])
    .withTarget(
      query('A', {
        dataset: 'token-ratios',
        range: THIRTY_DAYS,
        fields: ['model', 'completionRatio', 'costPerThousandTokensUsd'],
      }),
    );
  return withPanelBasics(
    withNames(panel, t, ['model', 'completionRatio', 'costPerThousandTokensUsd'], {
      model: [toModel(t), prop('custom.minWidth', 120), prop('custom.cellOptions', WRAPPED)],
      completionRatio: [prop('unit', 'none'), prop('decimals', 2), prop('custom.width', 68)],
      costPerThousandTokensUsd: [prop('unit', USD), prop('decimals', 5), prop('custom.width', 76), NO_VALUE],
    }),
    t,
    'tokenRatio',
    id,
    place,
    [toBoard('llm', t)],
  );
}

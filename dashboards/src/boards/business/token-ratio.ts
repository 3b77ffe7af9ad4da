import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import {
  NEUTRAL,
  NO_VALUE,
  USD,
  fixed,
  neutralThresholds,
  prop,
  query,
  sortedBy,
  toBoard,
  withNames,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import { THIRTY_DAYS } from '../../picked-days.ts';
import type { Texts } from '../../texts/texts.ts';

export function tokenRatio(t: Texts, id: number, place: Place): TableBuilder {
  const panel = new TableBuilder()
    .unit('none')
    .decimals(2)
    .thresholds(neutralThresholds())
    .colorScheme(fixed(NEUTRAL))
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
      model: [prop('custom.minWidth', 130)],
      completionRatio: [prop('unit', 'none'), prop('decimals', 2), prop('custom.width', 62)],
      costPerThousandTokensUsd: [prop('unit', USD), prop('decimals', 5), prop('custom.width', 86), NO_VALUE],
    }),
    t,
    'tokenRatio',
    id,
    place,
    [toBoard('costs', t)],
  );
}

import type { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { datasetTable } from '../../dataset-table.ts';
import { NO_VALUE, USD, WRAPPED, prop, toBoard, withPanelBasics, type Place } from '../../panel-parts.ts';
import { THIRTY_DAYS } from '../../picked-days.ts';
import { toModel } from '../llm/links.ts';
import type { Texts } from '../../texts/texts.ts';

export function tokenRatio(t: Texts, id: number, place: Place): TableBuilder {
  return withPanelBasics(
    datasetTable(t, {
      dataset: 'token-ratios',
      range: THIRTY_DAYS,
      sortBy: 'completionRatio',
      columns: {
        model: [toModel(t), prop('custom.minWidth', 120), WRAPPED],
        completionRatio: [prop('unit', 'none'), prop('decimals', 2), prop('custom.width', 68)],
        costPerThousandTokensUsd: [prop('unit', USD), prop('decimals', 5), prop('custom.width', 76), NO_VALUE],
      },
    }).decimals(2),
    t,
    'tokenRatio',
    id,
    place,
    [toBoard('llm', t)],
  );
}

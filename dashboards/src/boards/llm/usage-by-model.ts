import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { datasetTable } from '../../dataset-table.ts';
import { NO_VALUE, USD, WRAPPED, prop, toBoard, withPanelBasics, type Place } from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { MONEY_CELL } from '../costs/source-mappings.ts';
import { CHOSEN, toModel } from './links.ts';

export function usageByModel(t: Texts, id: number, place: Place): Builder<Panel> {
  const narrow = prop('custom.width', 95);
  return withPanelBasics(
    datasetTable(t, {
      dataset: 'token-ratios',
      range: { kind: 'dashboard' },
      filters: CHOSEN,
      unit: 'locale',
      sortBy: 'costUsd',
      columns: {
        model: [toModel(t), prop('custom.minWidth', 160), WRAPPED],
        provider: [prop('custom.width', 125)],
        promptTokens: [prop('decimals', 0), prop('custom.width', 120)],
        completionTokens: [prop('decimals', 0), prop('custom.width', 120)],
        completionRatio: [prop('unit', 'none'), prop('decimals', 2), prop('custom.width', 75)],
        costUsd: [...MONEY_CELL, narrow],
        costPerThousandTokensUsd: [prop('unit', USD), prop('decimals', 5), narrow, NO_VALUE],
      },
    }),
    t,
    'usageByModel',
    id,
    place,
    [toBoard('costs', t)],
  );
}

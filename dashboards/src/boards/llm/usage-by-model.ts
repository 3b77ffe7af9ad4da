import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
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
import type { Texts } from '../../texts/texts.ts';
import { MONEY_CELL } from '../costs/source-mappings.ts';
import { CHOSEN, toModel } from './links.ts';

export function usageByModel(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = [
    'model',
    'provider',
    'promptTokens',
    'completionTokens',
    'completionRatio',
    'costUsd',
    'costPerThousandTokensUsd',
  ] as const;
  const narrow = prop('custom.width', 95);
  const panel = neutralTable('locale')
    .withTarget(query('A', { dataset: 'token-ratios', range: { kind: 'dashboard' }, filters: CHOSEN, fields }))
    .sortBy([sortedBy(t, 'costUsd')]);
  return withPanelBasics(
    withNames(panel, t, fields, {
      model: [toModel(t), prop('custom.minWidth', 160), prop('custom.cellOptions', WRAPPED)],
      provider: [prop('custom.width', 125)],
      promptTokens: [prop('decimals', 0), prop('custom.width', 120)],
      completionTokens: [prop('decimals', 0), prop('custom.width', 120)],
      completionRatio: [prop('unit', 'none'), prop('decimals', 2), prop('custom.width', 75)],
      costUsd: [...MONEY_CELL, narrow],
      costPerThousandTokensUsd: [prop('unit', USD), prop('decimals', 5), narrow, NO_VALUE],
    }),
    t,
    'usageByModel',
    id,
    place,
    [toBoard('costs', t)],
  );
}

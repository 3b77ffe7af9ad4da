import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { datasetTable } from '../../dataset-table.ts';
import { USD, WRAPPED, prop, toBoard, withPanelBasics, type Place } from '../../panel-parts.ts';
import { toModel } from '../llm/links.ts';
import type { Texts } from '../../texts/texts.ts';
import { MONEY_CELL } from './source-mappings.ts';

/** How much of each model's prompts came from a cache, and what that saved. */
export function cacheByModel(t: Texts, id: number, place: Place): Builder<Panel> {
  const narrow = prop('custom.minWidth', 95);
  const tokens = [prop('unit', 'sishort'), prop('decimals', 1), narrow];
  const money = [...MONEY_CELL, narrow];
  return withPanelBasics(
    datasetTable(t, {
      dataset: 'token-ratios',
      range: { kind: 'dashboard' },
      unit: USD,
      sortBy: 'cacheSavingsUsd',
      columns: {
        provider: [prop('custom.width', 115)],
        model: [toModel(t), prop('custom.width', 175), WRAPPED],
        cacheHitRate: [prop('unit', 'percentunit'), prop('decimals', 1), narrow],
        cachedTokens: tokens,
        gatewayCachedTokens: tokens,
        cacheSavingsUsd: money,
        costUsd: money,
      },
    }),
    t,
    'cacheByModel',
    id,
    place,
    [toBoard('llm', t)],
  );
}

import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { datasetTable } from '../../dataset-table.ts';
import { ONLY_FOR_LINKS, WRAPPED, prop, toBoard, withPanelBasics, type Place } from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { MONEY_CELL } from '../costs/source-mappings.ts';
import { CHOSEN, toUser } from './links.ts';

export function usageByUser(t: Texts, id: number, place: Place): Builder<Panel> {
  const narrow = [prop('custom.width', 95)];
  const tokens = [prop('custom.width', 110)];
  return withPanelBasics(
    datasetTable(t, {
      dataset: 'cost-by-user',
      range: { kind: 'dashboard' },
      filters: { ...CHOSEN, limit: 100 },
      unit: 'locale',
      sortBy: 'costUsd',
      columns: {
        email: [toUser(t), prop('custom.minWidth', 225), WRAPPED],
        userId: ONLY_FOR_LINKS,
        requests: narrow,
        errors: narrow,
        promptTokens: tokens,
        completionTokens: tokens,
        unpricedTokens: tokens,
        costUsd: [...MONEY_CELL, ...narrow],
      },
    }),
    t,
    'usageByUser',
    id,
    place,
    [toBoard('margins', t)],
  );
}

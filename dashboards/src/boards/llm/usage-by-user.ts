import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  ONLY_FOR_LINKS,
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
import { CHOSEN, toUser } from './links.ts';

export function usageByUser(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = [
    'email',
    'userId',
    'requests',
    'errors',
    'promptTokens',
    'completionTokens',
    'unpricedTokens',
    'costUsd',
  ] as const;
  const narrow = [prop('custom.width', 95)];
  const tokens = [prop('custom.width', 110)];
  const panel = neutralTable('locale')
    .withTarget(
      query('A', {
        dataset: 'cost-by-user',
        range: { kind: 'dashboard' },
        filters: { ...CHOSEN, limit: 100 },
        fields,
      }),
    )
    .sortBy([sortedBy(t, 'costUsd')]);
  return withPanelBasics(
    withNames(panel, t, fields, {
      email: [toUser(t), prop('custom.minWidth', 225), prop('custom.cellOptions', WRAPPED)],
      userId: ONLY_FOR_LINKS,
      requests: narrow,
      errors: narrow,
      promptTokens: tokens,
      completionTokens: tokens,
      unpricedTokens: tokens,
      costUsd: [...MONEY_CELL, ...narrow],
    }),
    t,
    'usageByUser',
    id,
    place,
    [toBoard('margins', t)],
  );
}

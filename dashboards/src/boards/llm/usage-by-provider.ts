import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
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
import { CHOSEN } from './links.ts';

export function usageByProvider(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['provider', 'requests', 'errors', 'errorRate'] as const;
  const panel = neutralTable('locale')
    .withTarget(query('A', { dataset: 'error-rates', range: { kind: 'dashboard' }, filters: CHOSEN, fields }))
    .sortBy([sortedBy(t, 'requests')]);
  return withPanelBasics(
    withNames(panel, t, fields, {
      provider: [prop('custom.minWidth', 85), prop('custom.cellOptions', WRAPPED)],
      requests: [prop('custom.width', 98)],
      errors: [prop('custom.width', 70)],
      errorRate: [prop('unit', 'percentunit'), prop('decimals', 2), prop('custom.width', 84)],
    }),
    t,
    'usageByProvider',
    id,
    place,
    [toBoard('health', t)],
  );
}

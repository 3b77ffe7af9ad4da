import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { datasetTable } from '../../dataset-table.ts';
import { WRAPPED, prop, toBoard, withPanelBasics, type Place } from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { CHOSEN } from './links.ts';

export function usageByProvider(t: Texts, id: number, place: Place): Builder<Panel> {
  return withPanelBasics(
    datasetTable(t, {
      dataset: 'error-rates',
      range: { kind: 'dashboard' },
      filters: CHOSEN,
      unit: 'locale',
      sortBy: 'requests',
      columns: {
        provider: [prop('custom.minWidth', 85), WRAPPED],
        requests: [prop('custom.width', 98)],
        errors: [prop('custom.width', 70)],
        errorRate: [prop('unit', 'percentunit'), prop('decimals', 2), prop('custom.width', 84)],
      },
    }),
    t,
    'usageByProvider',
    id,
    place,
    [toBoard('health', t)],
  );
}

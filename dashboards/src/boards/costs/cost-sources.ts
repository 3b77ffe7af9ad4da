import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { datasetTable } from '../../dataset-table.ts';
import { USD, mapping, prop, providerMapping, toBilling, withPanelBasics, type Place } from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { MONEY_CELL, sourceMappings } from './source-mappings.ts';

export function costSources(t: Texts, id: number, place: Place): Builder<Panel> {
  return withPanelBasics(
    datasetTable(t, {
      dataset: 'cost-sources',
      range: { kind: 'dashboard' },
      filters: { provider: '${provider}' },
      unit: USD,
      sortBy: 'countedUsd',
      columns: {
        provider: [prop('mappings', [providerMapping(t)]), prop('custom.minWidth', 120)],
        component: [prop('custom.minWidth', 120), prop('mappings', [mapping({ all: { text: t.all } })])],
        source: [
          prop('mappings', sourceMappings(t)),
          prop('custom.cellOptions', { type: 'color-text' }),
          prop('custom.minWidth', 150),
        ],
        days: [prop('unit', 'locale'), prop('custom.width', 80)],
        costUsd: MONEY_CELL,
        countedUsd: MONEY_CELL,
        inForce: [
          prop('mappings', [mapping({ true: { text: t.yes }, false: { text: t.no } })]),
          prop('custom.width', 100),
        ],
      },
    }),
    t,
    'costSources',
    id,
    place,
    [toBilling(t)],
  );
}

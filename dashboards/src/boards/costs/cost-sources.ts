import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  USD,
  mapping,
  neutralTable,
  prop,
  providerMapping,
  query,
  sortedBy,
  toBilling,
  withNames,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { MONEY_CELL, sourceMappings } from './source-mappings.ts';

export function costSources(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['provider', 'component', 'source', 'days', 'costUsd', 'countedUsd', 'inForce'] as const;
  const panel = neutralTable(USD)
    .withTarget(
      query('A', {
        dataset: 'cost-sources',
        range: { kind: 'dashboard' },
        filters: { provider: '${provider}' },
        fields,
      }),
    )
    .sortBy([sortedBy(t, 'countedUsd')]);
  return withPanelBasics(
    withNames(panel, t, fields, {
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
    }),
    t,
    'costSources',
    id,
    place,
    [toBilling(t)],
  );
}

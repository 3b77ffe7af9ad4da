import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  NO_VALUE,
  USD,
  neutralTable,
  prop,
  query,
  sortedBy,
  toBilling,
  withNames,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { MONEY_CELL } from './source-mappings.ts';

export function sourcesByDay(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['day', 'totalUsd', 'sources'] as const;
  const panel = neutralTable(USD)
    .withTarget(query('A', { dataset: 'infrastructure-costs', range: { kind: 'dashboard' }, fields }))
    .sortBy([sortedBy(t, 'day')]);
  return withPanelBasics(
    withNames(panel, t, fields, {
      day: [prop('unit', 'time:YYYY-MM-DD'), prop('custom.width', 120)],
      totalUsd: [...MONEY_CELL, prop('custom.width', 120)],
      sources: [prop('custom.minWidth', 420), NO_VALUE],
    }),
    t,
    'sourcesByDay',
    id,
    place,
    [toBilling(t)],
  );
}

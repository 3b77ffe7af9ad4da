import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import {
  NEUTRAL,
  NO_VALUE,
  USD,
  fixed,
  furnish,
  neutralThresholds,
  prop,
  query,
  sortedBy,
  toBilling,
  withNames,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { MONEY_CELL } from './source-mappings.ts';

export function sourcesByDay(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['day', 'totalUsd', 'sources'] as const;
  const panel = new TableBuilder()
    .unit(USD)
    .thresholds(neutralThresholds())
    .colorScheme(fixed(NEUTRAL))
    .withTarget(query('A', { dataset: 'infrastructure-costs', range: { kind: 'dashboard' }, fields }))
    .sortBy([sortedBy(t, 'day')]);
  return furnish(
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

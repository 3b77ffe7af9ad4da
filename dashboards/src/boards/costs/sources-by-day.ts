import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { VENDORS } from '../../../../exporter/src/contract/vendors.ts';
import {
  NO_VALUE,
  USD,
  neutralTable,
  prop,
  query,
  sortedBy,
  toBilling,
  transform,
  withCollectors,
  withNames,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { MONEY_CELL, sourceMappings } from './source-mappings.ts';

/** A column for each provider, since a cell that names several sources could not put them into words. */
export function sourcesByDay(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['day', 'totalUsd', 'sources'] as const;
  const panel = neutralTable(USD)
    .mappings(sourceMappings(t))
    .withTarget(query('A', { dataset: 'infrastructure-costs', range: { kind: 'dashboard' }, fields }))
    .withTransformation(
      transform('extractFields', { source: 'sources', format: 'kvp', keepTime: false, replace: false }),
    )
    .withTransformation(transform('organize', { excludeByName: { sources: true } }))
    .sortBy([sortedBy(t, 'day')]);
  const named = withCollectors(
    withNames(panel, t, ['day', 'totalUsd'], {
      day: [prop('unit', 'time:YYYY-MM-DD'), prop('custom.width', 100)],
      totalUsd: [...MONEY_CELL, prop('custom.width', 100)],
    }).overrideByFieldType('string', [NO_VALUE, prop('custom.minWidth', 100)]),
    false,
  );
  const titled = Object.entries(VENDORS).reduce(
    (built, [vendor, { title }]) => built.overrideByName(vendor, [prop('displayName', title)]),
    named,
  );
  return withPanelBasics(titled, t, 'sourcesByDay', id, place, [toBilling(t)]);
}

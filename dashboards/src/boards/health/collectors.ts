import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  NEUTRAL,
  NO_VALUE,
  mapping,
  neutralTable,
  outcomeMapping,
  prop,
  providerMapping,
  query,
  toBoard,
  withNames,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { COLOURED, WRAPPED, reasonCell } from './table-cells.ts';

export function collectors(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['collector', 'enabled', 'outcome', 'reason', 'message', 'dataDay', 'settingsMessage'] as const;
  const panel = neutralTable().withTarget(query('A', { dataset: 'sync-status', range: { kind: 'all' }, fields }));
  return withPanelBasics(
    withNames(panel, t, fields, {
      collector: [prop('mappings', [providerMapping(t)]), prop('custom.width', 105)],
      enabled: [
        prop('mappings', [mapping({ true: { text: t.yes, color: 'green' }, false: { text: t.no, color: NEUTRAL } })]),
        prop('custom.width', 55),
        ...COLOURED,
      ],
      outcome: [prop('mappings', [outcomeMapping(t)]), ...COLOURED, prop('custom.width', 90), NO_VALUE],
      reason: reasonCell(t),
      message: [prop('custom.minWidth', 280), prop('custom.cellOptions', WRAPPED), NO_VALUE],
      dataDay: [prop('unit', 'time:YYYY-MM-DD'), prop('custom.width', 105), NO_VALUE],
      // A skipped run has this as its message too; for a collector that has not run yet, this is the only place.
      settingsMessage: [prop('custom.width', 160), prop('custom.inspect', true), NO_VALUE],
    }),
    t,
    'collectors',
    id,
    place,
    [toBoard('business', t)],
  );
}

import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { datasetTable } from '../../dataset-table.ts';
import {
  NO_VALUE,
  WRAPPED,
  outcomeMapping,
  prop,
  providerMapping,
  toBoard,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { COLOURED, reasonCell } from './table-cells.ts';

export function collectors(t: Texts, id: number, place: Place): Builder<Panel> {
  return withPanelBasics(
    datasetTable(t, {
      dataset: 'sync-status',
      range: { kind: 'all' },
      columns: {
        collector: [prop('mappings', [providerMapping(t)]), prop('custom.width', 98)],
        outcome: [prop('mappings', [outcomeMapping(t)]), ...COLOURED, prop('custom.width', 90), NO_VALUE],
        reason: reasonCell(t),
        message: [prop('custom.minWidth', 272), WRAPPED, NO_VALUE],
        dataDay: [prop('unit', 'time:YYYY-MM-DD'), prop('custom.width', 95), NO_VALUE],
        // A skipped run has this as its message too; for a collector that has not run yet, this is the only place.
        settingsMessage: [prop('custom.minWidth', 272), WRAPPED, NO_VALUE],
      },
    }),
    t,
    'collectors',
    id,
    place,
    [toBoard('business', t)],
  );
}

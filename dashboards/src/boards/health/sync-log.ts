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
import { COLOURED, DURATION_CELL, TIME_CELL, reasonCell } from './table-cells.ts';

export function syncLog(t: Texts, id: number, place: Place): Builder<Panel> {
  return withPanelBasics(
    datasetTable(t, {
      dataset: 'sync-logs',
      range: { kind: 'dashboard' },
      filters: { limit: 200 },
      columns: {
        startedAt: TIME_CELL,
        collector: [prop('mappings', [providerMapping(t)]), prop('custom.width', 98)],
        outcome: [prop('mappings', [outcomeMapping(t)]), ...COLOURED, prop('custom.width', 90), NO_VALUE],
        reason: reasonCell(t),
        message: [prop('custom.minWidth', 272), WRAPPED, NO_VALUE],
        attempt: [prop('custom.width', 75), NO_VALUE],
        durationMs: [...DURATION_CELL, prop('custom.width', 80), NO_VALUE],
        warnings: [prop('custom.width', 118), WRAPPED, NO_VALUE],
      },
    }),
    t,
    'syncLog',
    id,
    place,
    [toBoard('costs', t)],
  );
}

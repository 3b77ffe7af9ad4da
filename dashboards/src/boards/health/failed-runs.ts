import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { datasetTable } from '../../dataset-table.ts';
import { prop, providerMapping, toBoard, withPanelBasics, type Place } from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { TIME_CELL, reasonCell } from './table-cells.ts';

/** From the log and not from Prometheus, whose counters begin at 0 when the exporter starts. */
export function failedRuns(t: Texts, id: number, place: Place): Builder<Panel> {
  return withPanelBasics(
    datasetTable(t, {
      dataset: 'sync-logs',
      range: { kind: 'dashboard' },
      filters: { outcome: 'failed', limit: 200 },
      columns: {
        startedAt: [...TIME_CELL, prop('custom.width', 92)],
        collector: [prop('mappings', [providerMapping(t)]), prop('custom.width', 96)],
        reason: reasonCell(t, prop('custom.minWidth', 82)),
      },
    }),
    t,
    'failures',
    id,
    place,
    [toBoard('costs', t)],
  );
}

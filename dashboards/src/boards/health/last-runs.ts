import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { datasetTable } from '../../dataset-table.ts';
import { NO_VALUE, prop, providerMapping, toBoard, withPanelBasics, type Place } from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { DURATION_CELL, TIME_CELL } from './table-cells.ts';

export function lastRuns(t: Texts, id: number, place: Place): Builder<Panel> {
  return withPanelBasics(
    datasetTable(t, {
      dataset: 'sync-status',
      range: { kind: 'all' },
      columns: {
        collector: [prop('mappings', [providerMapping(t)]), prop('custom.minWidth', 95)],
        finishedAt: TIME_CELL,
        attempt: [prop('custom.width', 75), NO_VALUE],
        durationMs: [...DURATION_CELL, prop('custom.width', 75), NO_VALUE],
        upstreamRequests: [prop('custom.width', 80), NO_VALUE],
        lastSuccessAt: TIME_CELL,
        nextRunAt: TIME_CELL,
      },
    }),
    t,
    'lastRuns',
    id,
    place,
    [toBoard('business', t)],
  );
}

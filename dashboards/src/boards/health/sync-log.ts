import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  NO_VALUE,
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
import { COLOURED, DURATION_CELL, TIME_CELL, WRAPPED, reasonCell } from './table-cells.ts';

export function syncLog(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = [
    'startedAt',
    'collector',
    'day',
    'outcome',
    'reason',
    'message',
    'attempt',
    'durationMs',
    'upstreamRequests',
    'rowsWritten',
    'warnings',
  ] as const;
  const panel = neutralTable().withTarget(
    query('A', { dataset: 'sync-logs', range: { kind: 'dashboard' }, filters: { limit: 200 }, fields }),
  );
  return withPanelBasics(
    withNames(panel, t, fields, {
      startedAt: [...TIME_CELL, prop('custom.width', 100)],
      collector: [prop('mappings', [providerMapping(t)]), prop('custom.width', 105)],
      day: [prop('unit', 'time:MM-DD'), prop('custom.width', 65)],
      outcome: [prop('mappings', [outcomeMapping(t)]), ...COLOURED, prop('custom.width', 90), NO_VALUE],
      reason: reasonCell(t),
      message: [prop('custom.minWidth', 220), prop('custom.cellOptions', WRAPPED), NO_VALUE],
      attempt: [prop('custom.width', 75), NO_VALUE],
      durationMs: [...DURATION_CELL, prop('custom.width', 80), NO_VALUE],
      upstreamRequests: [prop('custom.width', 80), NO_VALUE],
      rowsWritten: [prop('custom.width', 65), NO_VALUE],
      warnings: [prop('custom.width', 110), prop('custom.cellOptions', WRAPPED), NO_VALUE],
    }),
    t,
    'syncLog',
    id,
    place,
    [toBoard('costs', t)],
  );
}

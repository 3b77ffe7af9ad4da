import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { legend, tooltip } from '../../chart-parts.ts';
import {
  neutralThresholds,
  query,
  toBoard,
  transform,
  withCollectors,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';

const FIGURES = {
  durations: { field: 'durationMs', unit: 'ms', decimals: 1 },
  upstream: { field: 'upstreamRequests', unit: 'locale', decimals: 0 },
} as const;

/**
 * A figure of every run, by collector. From the log and not from Prometheus, whose counters begin at 0 when the
 * exporter starts: runs before that would be missing.
 */
export function runLines(t: Texts, name: keyof typeof FIGURES, id: number, place: Place): Builder<Panel> {
  const { field, unit, decimals } = FIGURES[name];
  const panel = new TimeSeriesBuilder()
    .unit(unit)
    .decimals(decimals)
    .axisSoftMin(0)
    .lineWidth(1)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Always)
    // Collectors start one after the other, so a point of one is no gap in the line of another.
    .spanNulls(true)
    .legend(legend())
    .tooltip(tooltip())
    .thresholds(neutralThresholds())
    .withTarget(
      query('A', {
        dataset: 'sync-logs',
        range: { kind: 'dashboard' },
        filters: { limit: 200 },
        fields: ['startedAt', 'collector', field],
      }),
    )
    // The log is newest first; a line runs forward in time.
    .withTransformation(transform('sortBy', { sort: [{ field: 'startedAt' }] }))
    .withTransformation(
      transform('groupingToMatrix', {
        rowField: 'startedAt',
        columnField: 'collector',
        valueField: field,
        emptyValue: 'null',
      }),
    );
  return withPanelBasics(withCollectors(panel, true), t, name, id, place, [toBoard('costs', t)]);
}

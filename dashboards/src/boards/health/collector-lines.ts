import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { legend, tooltip } from '../../chart-parts.ts';
import {
  PROMETHEUS,
  neutralThresholds,
  promQuery,
  toBoard,
  withCollectors,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';

export function lines(
  t: Texts,
  name: 'durations' | 'failures' | 'upstream',
  unit: string,
  expr: string,
  legendFormat: string,
  id: number,
  place: Place,
): Builder<Panel> {
  const panel = new TimeSeriesBuilder()
    .unit(unit)
    .decimals(unit === 's' ? 1 : 0)
    .axisSoftMin(0)
    .lineWidth(2)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Auto)
    .legend(legend())
    .tooltip(tooltip())
    .thresholds(neutralThresholds())
    .withTarget(promQuery('A', expr, legendFormat));
  return withPanelBasics(withCollectors(panel, true), t, name, id, place, [toBoard('business', t)]).datasource(
    PROMETHEUS,
  );
}

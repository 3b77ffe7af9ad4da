import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  GraphDrawStyle,
  StackingConfigBuilder,
  StackingMode,
  VisibilityMode,
} from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { COST_PARTS, legend, tooltip } from '../../chart-parts.ts';
import {
  DAY_AXIS,
  USD,
  neutralThresholds,
  query,
  toBilling,
  toBoard,
  withNames,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';

export function costByDay(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = new TimeSeriesBuilder()
    .unit(USD)
    .decimals(2)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(90)
    .lineWidth(0)
    .showPoints(VisibilityMode.Never)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
    .axisSoftMin(0)
    .legend(legend())
    .tooltip(tooltip())
    .thresholds(neutralThresholds())
    .withTarget(
      query('A', { dataset: 'infrastructure-costs', range: { kind: 'dashboard' }, fields: ['day', 'byProvider'] }),
    );
  return withPanelBasics(withNames(panel, t, COST_PARTS).overrideByName('day', DAY_AXIS), t, 'costByDay', id, place, [
    toBoard('business', t),
    toBilling(t),
  ]);
}

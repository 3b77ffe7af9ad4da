import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { legend, tooltip } from '../../chart-parts.ts';
import {
  PROMETHEUS,
  USD,
  neutralThresholds,
  promQuery,
  toBoard,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';

export function mrr(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = new TimeSeriesBuilder()
    .unit(USD)
    .decimals(2)
    .axisSoftMin(0)
    .lineWidth(2)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Never)
    .legend(legend())
    .tooltip(tooltip())
    .thresholds(neutralThresholds())
    .withTarget(promQuery('A', 'max by (provider) (marginboard_mrr_usd)', '{{provider}}'));
  return withPanelBasics(panel, t, 'mrr', id, place, [toBoard('business', t)]).datasource(PROMETHEUS);
}

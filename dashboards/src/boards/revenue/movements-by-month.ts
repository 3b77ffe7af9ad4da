import { PanelBuilder as BarChartBuilder } from '@grafana/grafana-foundation-sdk/barchart';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { StackingMode, VisibilityMode, VizOrientation } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { legend, tooltip } from '../../chart-parts.ts';
import {
  MONTH_AXIS,
  USD,
  neutralThresholds,
  query,
  toBoard,
  withNames,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { toMonth } from './links.ts';
import { CHOSEN, MOVEMENTS } from './parts.ts';

export function movementsByMonth(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = new BarChartBuilder()
    .unit(USD)
    .decimals(0)
    .xField('month')
    .xTickLabelRotation(-45)
    .xTickLabelMaxLength(10)
    .orientation(VizOrientation.Vertical)
    .stacking(StackingMode.Normal)
    .showValue(VisibilityMode.Never)
    .barWidth(0.8)
    .groupWidth(0.8)
    .fillOpacity(90)
    .lineWidth(0)
    .legend(legend())
    .tooltip(tooltip())
    .thresholds(neutralThresholds())
    .withTarget(
      query('A', {
        dataset: 'mrr-waterfall',
        range: { kind: 'dashboard' },
        filters: CHOSEN,
        fields: ['month', ...MOVEMENTS],
      }),
    );
  const links = Object.fromEntries(MOVEMENTS.map((field) => [field, [toMonth(t)]]));
  return withPanelBasics(
    withNames(panel, t, MOVEMENTS, links).overrideByName('month', MONTH_AXIS),
    t,
    'movementsByMonth',
    id,
    place,
    [toBoard('business', t)],
  );
}

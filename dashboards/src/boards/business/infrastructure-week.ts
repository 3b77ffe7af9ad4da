import { PanelBuilder as BarChartBuilder } from '@grafana/grafana-foundation-sdk/barchart';
import { StackingMode, VisibilityMode, VizOrientation } from '@grafana/grafana-foundation-sdk/common';
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

/** Stacked bars by day; no value labels, which would not fit into thin segments. */
export function infrastructureWeek(t: Texts, id: number, place: Place): BarChartBuilder {
  const panel = new BarChartBuilder()
    .unit(USD)
    .decimals(2)
    .xField('day')
    .xTickLabelMaxLength(20)
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
        dataset: 'infrastructure-costs',
        range: { kind: 'days', days: 7 },
        fields: ['day', 'byProvider'],
      }),
    );
  return withPanelBasics(
    withNames(panel, t, COST_PARTS).overrideByName('day', DAY_AXIS),
    t,
    'infrastructureWeek',
    id,
    place,
    [toBoard('costs', t), toBilling(t)],
  );
}

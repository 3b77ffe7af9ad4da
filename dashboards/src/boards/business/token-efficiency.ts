import { PanelBuilder as BarChartBuilder } from '@grafana/grafana-foundation-sdk/barchart';
import { StackingMode, VisibilityMode, VizOrientation } from '@grafana/grafana-foundation-sdk/common';
import { legend, tooltip } from '../../chart-parts.ts';
import { neutralThresholds, prop, query, toBoard, withNames, withPanelBasics, type Place } from '../../panel-parts.ts';
import { THIRTY_DAYS } from '../../picked-days.ts';
import type { Texts } from '../../texts/texts.ts';

export function tokenEfficiency(t: Texts, id: number, place: Place): BarChartBuilder {
  const panel = new BarChartBuilder()
    .unit('sishort')
    .decimals(0)
    .xField('model')
    .xTickLabelMaxLength(40)
    .orientation(VizOrientation.Horizontal)
    .stacking(StackingMode.None)
    .showValue(VisibilityMode.Never)
    .barWidth(0.9)
    .groupWidth(0.75)
    .fillOpacity(90)
    .lineWidth(0)
    .legend(legend())
    .tooltip(tooltip())
    .thresholds(neutralThresholds())
    .withTarget(
      query('A', {
        dataset: 'token-ratios',
        range: THIRTY_DAYS,
        fields: ['model', 'promptTokens', 'completionTokens'],
      }),
    );
  return withPanelBasics(
    withNames(panel, t, ['promptTokens', 'completionTokens'], {
      promptTokens: [prop('unit', 'sishort'), prop('decimals', 0)],
      completionTokens: [prop('unit', 'sishort'), prop('decimals', 1)],
    }),
    t,
    'tokenEfficiency',
    id,
    place,
    [toBoard('costs', t)],
  );
}

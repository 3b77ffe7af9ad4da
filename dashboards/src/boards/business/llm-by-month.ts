import { AxisPlacement, GraphDrawStyle, VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { legend, tooltip } from '../../chart-parts.ts';
import {
  COLOURS,
  USD,
  colour,
  neutralThresholds,
  prop,
  query,
  toBoard,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import { SIX_MONTHS } from '../../picked-days.ts';
import type { Texts } from '../../texts/texts.ts';

export function llmByMonth(t: Texts, id: number, place: Place): TimeSeriesBuilder {
  const panel = new TimeSeriesBuilder()
    .unit(USD)
    .decimals(2)
    .axisSoftMin(0)
    .drawStyle(GraphDrawStyle.Line)
    .lineWidth(2)
    .fillOpacity(0)
    .pointSize(8)
    .showPoints(VisibilityMode.Always)
    .axisPlacement(AxisPlacement.Auto)
    // The months do not fit the picker's relative range; two dates take the place of an override.
    .timeFrom('$llm_axis')
    .hideTimeOverride(true)
    .legend(legend())
    .tooltip(tooltip())
    .thresholds(neutralThresholds())
    .withTarget(
      query('A', {
        dataset: 'metrics-monthly-summary',
        range: SIX_MONTHS,
        fields: ['month', 'closedCostUsd', 'runningCostUsd'],
      }),
    )
    .overrideByName('closedCostUsd', [prop('displayName', t.closedMonths), colour(COLOURS.llmUsd)])
    .overrideByName('runningCostUsd', [
      prop('displayName', t.runningMonth),
      colour('#DEB6F2'),
      prop('custom.pointSize', 11),
    ]);
  return withPanelBasics(panel, t, 'llmByMonth', id, place, [toBoard('costs', t)]);
}

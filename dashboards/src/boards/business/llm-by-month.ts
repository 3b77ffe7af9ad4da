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
  transform,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
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
    .timeFrom('6M')
    .hideTimeOverride(true)
    .legend(legend())
    .tooltip(tooltip())
    .thresholds(neutralThresholds())
    .withTarget(
      query('A', {
        dataset: 'metrics-monthly-summary',
        range: { kind: 'months', months: 6 },
        fields: ['month', 'costUsd'],
      }),
    )
    .withTarget(
      query('B', {
        dataset: 'metrics-monthly-summary',
        range: { kind: 'months', months: 1 },
        fields: ['month', 'costUsd'],
      }),
    )
    // The series has every month of its range; the last one, the running month, is shown separately.
    .withTransformation(transform('limit', { limitField: '5' }, 'A'))
    .overrideByQuery('A', [prop('displayName', t.closedMonths), colour(COLOURS.llmUsd)])
    .overrideByQuery('B', [prop('displayName', t.runningMonth), colour('#DEB6F2'), prop('custom.pointSize', 11)]);
  return withPanelBasics(panel, t, 'llmByMonth', id, place, [toBoard('costs', t)]);
}

import { LineInterpolation, VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { legend, tooltip } from '../../chart-parts.ts';
import {
  DAY_AXIS,
  USD,
  neutralThresholds,
  prop,
  query,
  toBoard,
  withNames,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import { THIRTY_DAYS } from '../../picked-days.ts';
import type { Texts } from '../../texts/texts.ts';

export function revenueVsCosts(t: Texts, id: number, place: Place): TimeSeriesBuilder {
  const panel = new TimeSeriesBuilder()
    .unit(USD)
    .decimals(0)
    .lineWidth(2)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Never)
    .lineInterpolation(LineInterpolation.Linear)
    .axisLabel(t.axisPerDay)
    .legend(legend())
    .tooltip(tooltip())
    .thresholds(neutralThresholds())
    .withTarget(
      query('A', {
        dataset: 'revenue-vs-costs',
        range: THIRTY_DAYS,
        fields: ['day', 'mrrUsd', 'costUsd', 'marginUsd'],
      }),
    );
  return withPanelBasics(
    withNames(panel, t, ['mrrUsd', 'costUsd', 'marginUsd'], {
      mrrUsd: [
        prop('custom.fillOpacity', 18),
        prop('custom.lineWidth', 1),
        prop('custom.axisPlacement', 'right'),
        prop('custom.axisLabel', t.axisMrr),
        prop('custom.axisSoftMin', 0),
      ],
      costUsd: [prop('decimals', 2)],
      marginUsd: [prop('decimals', 2)],
    }).overrideByName('day', DAY_AXIS),
    t,
    'revenueVsCosts',
    id,
    place,
    [toBoard('margins', t), toBoard('costs', t)],
  );
}

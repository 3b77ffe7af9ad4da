import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { legend, tooltip } from '../../chart-parts.ts';
import {
  DAY_AXIS,
  USD,
  neutralThresholds,
  query,
  toBoard,
  withNames,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';

export function marginByDay(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = new TimeSeriesBuilder()
    .unit(USD)
    .decimals(2)
    .lineWidth(2)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Never)
    .legend(legend())
    .tooltip(tooltip())
    .thresholds(neutralThresholds())
    .withTarget(
      query('A', {
        dataset: 'revenue-vs-costs',
        range: { kind: 'dashboard' },
        fields: ['day', 'revenueUsd', 'costUsd', 'marginUsd'],
      }),
    );
  return withPanelBasics(
    withNames(panel, t, ['revenueUsd', 'costUsd', 'marginUsd']).overrideByName('day', DAY_AXIS),
    t,
    'marginByDay',
    id,
    place,
    [toBoard('business', t), toBoard('costs', t)],
  );
}

import { PanelBuilder as BarChartBuilder } from '@grafana/grafana-foundation-sdk/barchart';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { StackingMode, VisibilityMode, VizOrientation } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { legend, tooltip } from '../../chart-parts.ts';
import {
  USD,
  neutralThresholds,
  prop,
  providerMapping,
  query,
  toBoard,
  transform,
  withNames,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';

export function forecastVsBudget(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = new BarChartBuilder()
    .unit(USD)
    .decimals(0)
    .xField('provider')
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
        dataset: 'forecast',
        range: { kind: 'all' },
        fields: ['provider', 'forecastMonthUsd', 'budgetMonthUsd'],
      }),
    )
    // Rows are sorted by the display name from the data source, which is in the user's language.
    .withTransformation(transform('sortBy', { sort: [{ field: 'Forecast', desc: true }] }))
    .withTransformation(transform('sortBy', { sort: [{ field: 'Prévision', desc: true }] }));
  return withPanelBasics(
    withNames(panel, t, ['forecastMonthUsd', 'budgetMonthUsd'], {
      forecastMonthUsd: [prop('decimals', 0)],
      budgetMonthUsd: [prop('decimals', 0)],
    }).overrideByName('provider', [prop('mappings', [providerMapping(t)])]),
    t,
    'forecastVsBudget',
    id,
    place,
    [toBoard('costs', t)],
  );
}

import { PanelBuilder as BarChartBuilder } from '@grafana/grafana-foundation-sdk/barchart';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { BigValueTextMode, StackingMode, VisibilityMode, VizOrientation } from '@grafana/grafana-foundation-sdk/common';
import type { DashboardBuilder, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { boardFrame } from '../board-frame.ts';
import {
  card,
  colour,
  DAY_AXIS,
  fixed,
  furnish,
  last,
  mapping,
  NEUTRAL,
  neutralThresholds,
  NO_VALUE,
  prop,
  providerMapping,
  query,
  toBilling,
  toBoard,
  transform,
  USD,
  withNames,
  type Place,
} from '../panel-parts.ts';
import type { Texts } from '../texts/texts.ts';
import { legend, tooltip } from './business.ts';

const BELOW_ZERO_IS_RED = [
  prop('color', { mode: 'thresholds' }),
  prop('thresholds', {
    mode: 'absolute',
    steps: [
      { value: null, color: 'red' },
      { value: 0, color: 'green' },
    ],
  }),
];

function marginPeriod(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['revenueUsd', 'llmCostUsd', 'infrastructureCostUsd', 'netMarginUsd'];
  const panel = card()
    .unit(USD)
    .decimals(2)
    .textMode(BigValueTextMode.ValueAndName)
    .wideLayout(false)
    .orientation(VizOrientation.Vertical)
    .thresholds(neutralThresholds())
    .colorScheme(fixed(NEUTRAL))
    .reduceOptions(last(''))
    .withTarget(query('A', { dataset: 'summary-trend', range: { kind: 'all' }, fields: ['day', ...fields] }));
  const plain = [colour(NEUTRAL)];
  return furnish(
    withNames(panel, t, fields, {
      revenueUsd: plain,
      netMarginUsd: BELOW_ZERO_IS_RED,
    }),
    t,
    'marginPeriod',
    id,
    place,
    [toBoard('business', t)],
  );
}

function marginByDay(t: Texts, id: number, place: Place): Builder<Panel> {
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
  return furnish(
    withNames(panel, t, ['revenueUsd', 'costUsd', 'marginUsd']).overrideByName('day', DAY_AXIS),
    t,
    'marginByDay',
    id,
    place,
    [toBoard('business', t), toBoard('costs', t)],
  );
}

function marginByCustomer(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = [
    'kind',
    'customer',
    'revenueUsd',
    'llmCostUsd',
    'marginUsd',
    'marginRatio',
    'users',
    'unpricedTokens',
  ] as const;
  const panel = new TableBuilder()
    .unit('locale')
    .thresholds(neutralThresholds())
    .colorScheme(fixed(NEUTRAL))
    .withTarget(
      query('A', { dataset: 'margin-by-customer', range: { kind: 'days', days: 30 }, filters: { limit: 100 }, fields }),
    );
  const narrow = [prop('custom.minWidth', 85)];
  const text = [prop('custom.cellOptions', { type: 'color-text' }), ...BELOW_ZERO_IS_RED];
  return furnish(
    withNames(panel, t, fields, {
      kind: [
        prop('custom.width', 175),
        prop('mappings', [
          mapping({
            customer: { text: t.customerKinds.customer },
            other_customers: { text: t.customerKinds.other_customers },
            unmatched_revenue: { text: t.customerKinds.unmatched_revenue },
            unmatched_cost: { text: t.customerKinds.unmatched_cost },
          }),
        ]),
      ],
      customer: [prop('custom.minWidth', 120), NO_VALUE],
      revenueUsd: [...narrow, prop('unit', USD), prop('decimals', 2), colour(NEUTRAL), NO_VALUE],
      llmCostUsd: [...narrow, prop('unit', USD), prop('decimals', 2), NO_VALUE],
      marginUsd: [...narrow, prop('unit', USD), prop('decimals', 2), ...text],
      marginRatio: [prop('custom.minWidth', 110), prop('unit', 'percentunit'), prop('decimals', 1), ...text, NO_VALUE],
      users: [prop('custom.width', 95)],
      unpricedTokens: [prop('custom.width', 130)],
    }),
    t,
    'marginByCustomer',
    id,
    place,
    [toBoard('business', t), toBilling(t)],
  );
}

function forecast(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = [
    'provider',
    'monthToDateUsd',
    'runRateMonthUsd',
    'forecastMonthUsd',
    'budgetMonthUsd',
    'budgetPassedOn',
  ] as const;
  const money = [prop('unit', USD), prop('decimals', 2), colour(NEUTRAL), NO_VALUE, prop('custom.minWidth', 95)];
  const panel = new TableBuilder()
    .unit(USD)
    .thresholds(neutralThresholds())
    .colorScheme(fixed(NEUTRAL))
    .withTarget(query('A', { dataset: 'forecast', range: { kind: 'all' }, fields }));
  return furnish(
    withNames(panel, t, fields, {
      provider: [prop('mappings', [providerMapping(t)]), prop('custom.minWidth', 100)],
      monthToDateUsd: money,
      runRateMonthUsd: money,
      forecastMonthUsd: money,
      budgetMonthUsd: money,
      budgetPassedOn: [
        prop('unit', 'time:YYYY-MM-DD'),
        prop('custom.width', 140),
        prop('custom.cellOptions', { type: 'color-text' }),
        prop('color', { mode: 'fixed', fixedColor: 'orange' }),
        prop('noValue', '–'),
      ],
    }),
    t,
    'forecast',
    id,
    place,
    [toBoard('costs', t)],
  );
}

function forecastVsBudget(t: Texts, id: number, place: Place): Builder<Panel> {
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
    // Rows are sorted by the name that the data source gave, which is in the reader's language.
    .withTransformation(transform('sortBy', { sort: [{ field: 'Forecast', desc: true }] }))
    .withTransformation(transform('sortBy', { sort: [{ field: 'Prévision', desc: true }] }));
  return furnish(
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

/** Margin by day and customer, forecast and budgets. */
export function margins(t: Texts): DashboardBuilder {
  const panels = [
    marginPeriod(t, 1, { x: 0, y: 0, w: 24, h: 4 }),
    marginByDay(t, 2, { x: 0, y: 4, w: 24, h: 9 }),
    marginByCustomer(t, 3, { x: 0, y: 13, w: 24, h: 12 }),
    forecast(t, 4, { x: 0, y: 25, w: 17, h: 10 }),
    forecastVsBudget(t, 5, { x: 17, y: 25, w: 7, h: 10 }),
  ];
  return panels.reduce((board, panel) => board.withPanel(panel), boardFrame('margins', t, 'now-90d'));
}

import { PanelBuilder as BarChartBuilder } from '@grafana/grafana-foundation-sdk/barchart';
import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  AxisPlacement,
  BigValueTextMode,
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BarGaugeValueMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  SortOrder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { DashboardBuilder, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { boardFrame, choice } from '../board-frame.ts';
import {
  card,
  colour,
  COLOURS,
  DAY_AXIS,
  fixed,
  furnish,
  last,
  NEUTRAL,
  neutralThresholds,
  NO_VALUE,
  prop,
  query,
  rows,
  sortedBy,
  toBilling,
  toBoard,
  transform,
  USD,
  withNames,
  type Place,
} from '../panel-parts.ts';
import type { Texts } from '../texts/texts.ts';
import { cards, errorCards, lastSync, trends } from './business-cards.ts';

export const legend = (): VizLegendOptionsBuilder =>
  new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true)
    .calcs([]);
export const tooltip = (): VizTooltipOptionsBuilder =>
  new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending);
/** Above each other, in the order of the design. */
export const COST_FIELDS = [
  'llmUsd',
  'digitalOceanUsd',
  'weaviateUsd',
  'supabaseUsd',
  'twilioUsd',
  'otherUsd',
] as const;

function revenueVsCosts(t: Texts, id: number, place: Place): TimeSeriesBuilder {
  const panel = new TimeSeriesBuilder()
    .unit(USD)
    .decimals(0)
    .lineWidth(2)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Never)
    .lineInterpolation(LineInterpolation.Linear)
    .axisLabel(t.axisPerDay)
    .timeFrom('30d')
    .hideTimeOverride(true)
    .legend(legend())
    .tooltip(tooltip())
    .thresholds(neutralThresholds())
    .withTarget(
      query('A', {
        dataset: 'revenue-vs-costs',
        range: { kind: 'days', days: 30 },
        fields: ['day', 'mrrUsd', 'costUsd', 'marginUsd'],
      }),
    );
  return furnish(
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

function topUsers(t: Texts, id: number, place: Place): BarGaugeBuilder {
  const panel = new BarGaugeBuilder()
    .unit(USD)
    .decimals(2)
    .min(0)
    .colorScheme(fixed(COLOURS.llmUsd))
    .thresholds(neutralThresholds())
    .displayMode(BarGaugeDisplayMode.Basic)
    .orientation(VizOrientation.Horizontal)
    .valueMode(BarGaugeValueMode.Text)
    .namePlacement(BarGaugeNamePlacement.Left)
    .showUnfilled(false)
    .minVizHeight(14)
    .maxVizHeight(26)
    .reduceOptions(rows('', 20))
    .withTarget(
      query('A', {
        dataset: 'cost-by-user',
        range: { kind: 'days', days: 30 },
        filters: { limit: 20 },
        fields: ['email', 'costUsd'],
      }),
    );
  return furnish(panel, t, 'topUsers', id, place, [toBoard('margins', t)]);
}

function tokenEfficiency(t: Texts, id: number, place: Place): BarChartBuilder {
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
        range: { kind: 'days', days: 30 },
        fields: ['model', 'promptTokens', 'completionTokens'],
      }),
    );
  return furnish(
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

function tokenRatio(t: Texts, id: number, place: Place): TableBuilder {
  const panel = new TableBuilder()
    .unit('none')
    .decimals(2)
    .thresholds(neutralThresholds())
    .colorScheme(fixed(NEUTRAL))
    .sortBy([sortedBy(t, 'completionRatio')])
    .withTarget(
      query('A', {
        dataset: 'token-ratios',
        range: { kind: 'days', days: 30 },
        fields: ['model', 'completionRatio', 'costPerThousandTokensUsd'],
      }),
    );
  return furnish(
    withNames(panel, t, ['model', 'completionRatio', 'costPerThousandTokensUsd'], {
      model: [prop('custom.minWidth', 130)],
      completionRatio: [prop('unit', 'none'), prop('decimals', 2), prop('custom.width', 62)],
      costPerThousandTokensUsd: [prop('unit', USD), prop('decimals', 5), prop('custom.width', 86), NO_VALUE],
    }),
    t,
    'tokenRatio',
    id,
    place,
    [toBoard('costs', t)],
  );
}

function averageRatio(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = card()
    .textMode(BigValueTextMode.ValueAndName)
    .wideLayout(false)
    .unit('none')
    .decimals(2)
    .thresholds(neutralThresholds())
    .colorScheme(fixed(NEUTRAL))
    .reduceOptions(last(''))
    .withTarget(
      query('A', {
        dataset: 'token-ratios',
        range: { kind: 'days', days: 30 },
        fields: ['promptTokens', 'completionTokens'],
      }),
    )
    // Calculations name fields as the data source shows them, which is in the reader's language.
    .withTransformation(transform('renameByRegex', { regex: '/.*prompt.*/i', renamePattern: 'in' }))
    .withTransformation(transform('renameByRegex', { regex: '/.*compl.*/i', renamePattern: 'out' }))
    .withTransformation(transform('reduce', { mode: 'reduceFields', reducers: ['sum'], includeTimeField: false }))
    .withTransformation(
      transform('calculateField', {
        mode: 'binary',
        alias: 'ratio',
        binary: {
          left: { matcher: { id: 'byName', options: 'out' } },
          operator: '/',
          right: { matcher: { id: 'byName', options: 'in' } },
        },
        replaceFields: true,
      }),
    );
  return furnish(
    panel.overrideByName('ratio', [
      prop('displayName', t.panels.averageRatio.title),
      prop('unit', 'none'),
      prop('decimals', 2),
    ]),
    t,
    'averageRatio',
    id,
    place,
    [toBoard('costs', t)],
  );
}

/** Stacked bars by day; no value labels, which would not fit thin parts. */
function infrastructureWeek(t: Texts, id: number, place: Place): BarChartBuilder {
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
        fields: ['day', ...COST_FIELDS],
      }),
    );
  return furnish(withNames(panel, t, COST_FIELDS).overrideByName('day', DAY_AXIS), t, 'infrastructureWeek', id, place, [
    toBoard('costs', t),
    toBilling(t),
  ]);
}

function llmByMonth(t: Texts, id: number, place: Place): TimeSeriesBuilder {
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
    // The series has every month of its range; the last is the running one, which is shown by itself.
    .withTransformation(transform('limit', { limitField: '5' }, 'A'))
    .overrideByQuery('A', [prop('displayName', t.closedMonths), colour(COLOURS.llmUsd)])
    .overrideByQuery('B', [prop('displayName', t.runningMonth), colour('#DEB6F2'), prop('custom.pointSize', 11)]);
  return furnish(panel, t, 'llmByMonth', id, place, [toBoard('costs', t)]);
}

/** The board that answers: do we make money, and can I trust it? */
export function business(t: Texts): DashboardBuilder {
  const panels: Builder<Panel>[] = [
    ...cards(t, 1, 0),
    ...trends(t, 5, 4),
    revenueVsCosts(t, 9, { x: 0, y: 8, w: 24, h: 9 }),
    topUsers(t, 10, { x: 0, y: 17, w: 12, h: 16 }),
    tokenEfficiency(t, 11, { x: 12, y: 17, w: 12, h: 9 }),
    tokenRatio(t, 12, { x: 12, y: 26, w: 8, h: 7 }),
    averageRatio(t, 13, { x: 20, y: 26, w: 4, h: 7 }),
    errorCards(t, 14, { x: 0, y: 33, w: 24, h: 5 }),
    infrastructureWeek(t, 15, { x: 0, y: 38, w: 12, h: 9 }),
    llmByMonth(t, 16, { x: 12, y: 38, w: 12, h: 9 }),
    lastSync(t, 17, { x: 0, y: 47, w: 24, h: 4 }),
  ];
  return panels.reduce(
    (board, panel) => board.withPanel(panel),
    boardFrame('business', t, 'now-30d').withVariable(choice(t, 'llm_provider', 'llm_providers')),
  );
}

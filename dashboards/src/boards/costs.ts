import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BarGaugeValueMode,
  GraphDrawStyle,
  StackingConfigBuilder,
  StackingMode,
  VisibilityMode,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import type { DashboardBuilder, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { boardFrame, choice } from '../board-frame.ts';
import {
  BILLING_PAGE,
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
  sortedBy,
  toBilling,
  toBoard,
  USD,
  withNames,
  type Place,
} from '../panel-parts.ts';
import type { Texts } from '../texts/texts.ts';
import { COST_FIELDS, legend, tooltip } from './business.ts';

const money = [prop('unit', USD), prop('decimals', 2), colour(NEUTRAL), NO_VALUE];

function costByDay(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = new TimeSeriesBuilder()
    .unit(USD)
    .decimals(2)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(90)
    .lineWidth(0)
    .showPoints(VisibilityMode.Never)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
    .axisSoftMin(0)
    .legend(legend())
    .tooltip(tooltip())
    .thresholds(neutralThresholds())
    .withTarget(
      query('A', { dataset: 'infrastructure-costs', range: { kind: 'dashboard' }, fields: ['day', ...COST_FIELDS] }),
    );
  return furnish(withNames(panel, t, COST_FIELDS).overrideByName('day', DAY_AXIS), t, 'costByDay', id, place, [
    toBoard('business', t),
    toBilling(t),
  ]);
}

function coverage(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['coverageInvoice', 'coverageApiInvoice', 'coverageApiUsage', 'coverageFixed', 'coverageEstimate'];
  const panel = new BarGaugeBuilder()
    .unit('percentunit')
    .decimals(1)
    .min(0)
    .max(1)
    .colorScheme(fixed('#5B7FDE'))
    .thresholds(neutralThresholds())
    .displayMode(BarGaugeDisplayMode.Basic)
    .orientation(VizOrientation.Horizontal)
    .valueMode(BarGaugeValueMode.Text)
    .namePlacement(BarGaugeNamePlacement.Top)
    .showUnfilled(true)
    .reduceOptions(last('/.*/'))
    .withTarget(query('A', { dataset: 'summary', range: { kind: 'all' }, fields }));
  return furnish(
    withNames(panel, t, fields, { coverageFixed: [colour('#8E8E9C')], coverageEstimate: [colour('#FF9830')] }),
    t,
    'coverage',
    id,
    place,
    [toBilling(t)],
  );
}

function sourceMappings(t: Texts) {
  return [
    mapping({
      invoice: { text: t.sources.invoice },
      api_invoice: { text: t.sources.api_invoice },
      api_usage: { text: t.sources.api_usage },
      fixed: { text: t.sources.fixed },
      estimate: { text: t.sources.estimate, color: 'orange' },
      mixed: { text: t.sources.mixed },
    }),
  ];
}

function costSources(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['provider', 'component', 'source', 'days', 'costUsd', 'countedUsd', 'inForce'] as const;
  const panel = new TableBuilder()
    .unit(USD)
    .thresholds(neutralThresholds())
    .colorScheme(fixed(NEUTRAL))
    .withTarget(
      query('A', {
        dataset: 'cost-sources',
        range: { kind: 'dashboard' },
        filters: { provider: '${provider}' },
        fields,
      }),
    )
    .sortBy([sortedBy(t, 'countedUsd')]);
  return furnish(
    withNames(panel, t, fields, {
      provider: [prop('mappings', [providerMapping(t)]), prop('custom.minWidth', 120)],
      component: [prop('custom.minWidth', 120), prop('mappings', [mapping({ all: { text: t.all } })])],
      source: [
        prop('mappings', sourceMappings(t)),
        prop('custom.cellOptions', { type: 'color-text' }),
        prop('custom.minWidth', 150),
      ],
      days: [prop('unit', 'locale'), prop('custom.width', 80)],
      costUsd: money,
      countedUsd: money,
      inForce: [
        prop('mappings', [mapping({ true: { text: t.yes }, false: { text: t.no } })]),
        prop('custom.width', 100),
      ],
    }),
    t,
    'costSources',
    id,
    place,
    [toBilling(t)],
  );
}

function sourcesByDay(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['day', 'totalUsd', 'sources'] as const;
  const panel = new TableBuilder()
    .unit(USD)
    .thresholds(neutralThresholds())
    .colorScheme(fixed(NEUTRAL))
    .withTarget(query('A', { dataset: 'infrastructure-costs', range: { kind: 'dashboard' }, fields }))
    .sortBy([sortedBy(t, 'day')]);
  return furnish(
    withNames(panel, t, fields, {
      day: [prop('unit', 'time:YYYY-MM-DD'), prop('custom.width', 120)],
      totalUsd: [...money, prop('custom.width', 120)],
      sources: [prop('custom.minWidth', 420), NO_VALUE],
    }),
    t,
    'sourcesByDay',
    id,
    place,
    [toBilling(t)],
  );
}

function reconciliation(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = [
    'provider',
    'month',
    'source',
    'countedUsd',
    'invoiceUsd',
    'providerInvoiceUsd',
    'usageUsd',
    'fixedUsd',
    'estimateUsd',
    'driftUsd',
    'driftRatio',
    'drifts',
  ] as const;
  const narrow = [...money, prop('custom.minWidth', 78)];
  const panel = new TableBuilder()
    .unit(USD)
    .thresholds(neutralThresholds())
    .colorScheme(fixed(NEUTRAL))
    .sortBy([sortedBy(t, 'month')])
    .withTarget(
      query('A', {
        dataset: 'reconciliation',
        range: { kind: 'months', months: 6 },
        filters: { provider: '${provider}' },
        fields,
      }),
    );
  return furnish(
    withNames(panel, t, fields, {
      provider: [prop('mappings', [providerMapping(t)]), prop('custom.minWidth', 100)],
      month: [prop('unit', 'time:YYYY-MM'), prop('custom.width', 80)],
      source: [prop('mappings', sourceMappings(t)), prop('custom.minWidth', 100), NO_VALUE],
      countedUsd: narrow,
      invoiceUsd: narrow,
      providerInvoiceUsd: narrow,
      usageUsd: narrow,
      fixedUsd: narrow,
      estimateUsd: narrow,
      driftUsd: narrow,
      driftRatio: [prop('unit', 'percentunit'), prop('decimals', 1), prop('custom.minWidth', 70), NO_VALUE],
      drifts: [
        prop('mappings', [mapping({ true: { text: t.yes, color: 'orange' }, false: { text: t.no, color: NEUTRAL } })]),
        prop('custom.cellOptions', { type: 'color-text' }),
        prop('custom.width', 75),
      ],
    }),
    t,
    'reconciliation',
    id,
    place,
    [toBilling(t)],
  );
}

function missingInvoices(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['month', 'provider'] as const;
  const panel = new TableBuilder()
    .unit('none')
    .thresholds(neutralThresholds())
    .colorScheme(fixed(NEUTRAL))
    .sortBy([sortedBy(t, 'month')])
    .withTarget(
      query('A', { dataset: 'missing-invoices', range: { kind: 'all' }, filters: { provider: '${provider}' }, fields }),
    );
  return furnish(
    withNames(panel, t, fields, {
      month: [prop('unit', 'time:YYYY-MM'), prop('custom.width', 90)],
      provider: [prop('mappings', [providerMapping(t)]), prop('links', [{ title: t.billing, url: BILLING_PAGE }])],
    }),
    t,
    'missingInvoices',
    id,
    place,
    [toBilling(t)],
  );
}

/** What every cost is based on. */
export function costs(t: Texts): DashboardBuilder {
  const panels = [
    costByDay(t, 1, { x: 0, y: 0, w: 12, h: 10 }),
    coverage(t, 2, { x: 12, y: 0, w: 6, h: 10 }),
    missingInvoices(t, 3, { x: 18, y: 0, w: 6, h: 10 }),
    reconciliation(t, 4, { x: 0, y: 10, w: 24, h: 10 }),
    costSources(t, 5, { x: 0, y: 20, w: 24, h: 12 }),
    sourcesByDay(t, 6, { x: 0, y: 32, w: 24, h: 10 }),
  ];
  return panels.reduce(
    (board, panel) => board.withPanel(panel),
    boardFrame('costs', t, 'now-90d').withVariable(choice(t, 'provider', 'providers')),
  );
}

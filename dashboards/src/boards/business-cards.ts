import {
  BigValueGraphMode,
  BigValueTextMode,
  PercentChangeColorMode,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import type { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import {
  boardUid,
  card,
  colour,
  COLOURS,
  fixed,
  furnish,
  last,
  marginThresholds,
  NEUTRAL,
  neutralThresholds,
  outcomeMapping,
  prop,
  query,
  rows,
  toBoard,
  USD,
  withNames,
  type Place,
} from '../panel-parts.ts';
import type { BoardName, PanelName, Texts } from '../texts/texts.ts';

const CARDS = [
  {
    name: 'revenue',
    trend: 'revenueTrend',
    field: 'revenueUsd',
    board: 'margins',
    change: PercentChangeColorMode.Standard,
  },
  {
    name: 'llmCosts',
    trend: 'llmCostsTrend',
    field: 'llmCostUsd',
    board: 'costs',
    change: PercentChangeColorMode.Inverted,
  },
  {
    name: 'infrastructureCosts',
    trend: 'infrastructureCostsTrend',
    field: 'infrastructureCostUsd',
    board: 'costs',
    change: PercentChangeColorMode.Inverted,
  },
  {
    name: 'netMargin',
    trend: 'netMarginTrend',
    field: 'netMarginUsd',
    board: 'margins',
    change: PercentChangeColorMode.Standard,
  },
] as const satisfies readonly {
  name: PanelName;
  trend: PanelName;
  field: string;
  board: BoardName;
  change: PercentChangeColorMode;
}[];

type Shown = (typeof CARDS)[number];

/** Only a margin is good or bad by itself. */
function painted(panel: StatBuilder, { name, field }: Shown): StatBuilder {
  return name === 'netMargin'
    ? panel.thresholds(marginThresholds())
    : panel.thresholds(neutralThresholds()).overrideByName(field, [colour(NEUTRAL)]);
}

/** The four cards: the summary's own figures, each with the last complete day and the share of costs that stands on invoices. */
export function cards(t: Texts, firstId: number, y: number): StatBuilder[] {
  return CARDS.map((shown, index) => {
    const { name, field, board } = shown;
    const trust = name === 'revenue' ? '' : ` · \${__data.fields.coverageInvoice} ${t.ofWhichInvoiced}`;
    const panel = card()
      .unit(USD)
      .decimals(2)
      .textMode(BigValueTextMode.ValueAndName)
      .wideLayout(false)
      .reduceOptions(rows(`/^${t.completeTo}/`))
      .withTarget(
        query('A', {
          dataset: 'summary',
          range: { kind: 'all' },
          fields: [field, 'lastCompleteDay', 'coverageInvoice'],
        }),
      )
      .overrideByName('coverageInvoice', [prop('decimals', 0)])
      .overrideByName(field, [prop('displayName', `${t.completeTo} \${__data.fields.lastCompleteDay}${trust}`)]);
    return painted(
      furnish(panel, t, name, firstId + index, { x: index * 6, y, w: 6, h: 4 }, [toBoard(board, t)]),
      shown,
    );
  });
}

/** Trailing totals of 30 days: the first point is the period before, so the change is exact. */
export function trends(t: Texts, firstId: number, y: number): StatBuilder[] {
  return CARDS.map((shown, index) => {
    const { trend, field, board, change } = shown;
    const panel = card()
      .unit(USD)
      .decimals(2)
      .graphMode(BigValueGraphMode.Area)
      .textMode(BigValueTextMode.Value)
      .wideLayout(false)
      .showPercentChange(true)
      .percentChangeColorMode(change)
      .reduceOptions(last(''))
      .timeFrom('30d')
      .hideTimeOverride(true)
      .withTarget(query('A', { dataset: 'summary-trend', range: { kind: 'all' }, fields: ['day', field] }))
      .overrideByName(field, [prop('displayName', t.fields[field])]);
    const place = { x: index * 6, y, w: 6, h: 4 };
    const furnished = furnish(panel, t, trend, firstId + index, place, [toBoard(board, t)]);
    return shown.name === 'netMargin'
      ? furnished.thresholds(marginThresholds())
      : furnished
          .thresholds(neutralThresholds())
          .colorScheme(
            fixed(
              field === 'revenueUsd' ? COLOURS.revenueUsd : field === 'llmCostUsd' ? COLOURS.llmUsd : COLOURS.costUsd,
            ),
          );
  });
}

/** A card for each LLM provider, with all four figures. */
export function errorCards(t: Texts, id: number, place: Place): StatBuilder {
  const panel = card()
    .textMode(BigValueTextMode.ValueAndName)
    .orientation(VizOrientation.Horizontal)
    .reduceOptions(last(''))
    .repeat('llm_provider')
    .repeatDirection('h')
    .maxPerRow(4)
    .unit('locale')
    .decimals(0)
    .thresholds(neutralThresholds())
    .colorScheme(fixed(NEUTRAL))
    .withTarget(
      query('A', {
        dataset: 'error-rates',
        range: { kind: 'days', days: 30 },
        filters: { provider: '${llm_provider}' },
        fields: ['requests', 'successes', 'errors', 'errorRate'],
      }),
    );
  return furnish(
    withNames(panel, t, ['requests', 'successes', 'errors', 'errorRate'], {
      errorRate: [
        prop('unit', 'percentunit'),
        prop('decimals', 2),
        prop('color', { mode: 'thresholds' }),
        prop('thresholds', {
          mode: 'absolute',
          steps: [
            { value: null, color: 'green' },
            { value: 0.02, color: 'orange' },
            { value: 0.05, color: 'red' },
          ],
        }),
      ],
    }),
    t,
    'errorRate',
    id,
    place,
    [],
  ).dataLinks([toBoard('health', t)]);
}

/** Date and time, age and outcome. */
export function lastSync(t: Texts, id: number, place: Place): StatBuilder {
  const panel = card()
    .textMode(BigValueTextMode.ValueAndName)
    .wideLayout(false)
    .orientation(VizOrientation.Auto)
    .unit('none')
    .reduceOptions(rows('/.*/', 3))
    .thresholds(neutralThresholds())
    .colorScheme(fixed(NEUTRAL))
    .withTarget(query('A', { dataset: 'summary', range: { kind: 'all' }, fields: ['lastSyncFinishedAt'] }))
    .withTarget(query('B', { dataset: 'summary', range: { kind: 'all' }, fields: ['lastSyncFinishedAt'] }))
    .withTarget(query('C', { dataset: 'summary', range: { kind: 'all' }, fields: ['lastSyncOutcome'] }))
    .overrideByQuery('A', [
      prop('displayName', t.fields['lastSyncFinishedAt']),
      prop('unit', 'time:YYYY-MM-DD HH:mm [UTC]'),
    ])
    .overrideByQuery('B', [prop('displayName', t.age), prop('unit', 'dateTimeFromNow')])
    .overrideByQuery('C', [
      prop('displayName', t.fields['lastSyncOutcome']),
      prop('mappings', [outcomeMapping(t)]),
      prop('color', { mode: 'thresholds' }),
      prop('links', [{ title: t.boards.health.title, url: `/d/${boardUid('health', t)}` }]),
    ]);
  return furnish(panel, t, 'lastSync', id, place, [toBoard('health', t)]);
}

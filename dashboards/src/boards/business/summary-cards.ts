import { BigValueGraphMode, BigValueTextMode, PercentChangeColorMode } from '@grafana/grafana-foundation-sdk/common';
import type { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import {
  COLOURS,
  NEUTRAL,
  USD,
  card,
  colour,
  fixed,
  last,
  marginThresholds,
  neutralThresholds,
  prop,
  query,
  rows,
  toBoard,
  withPanelBasics,
} from '../../panel-parts.ts';
import { API_DEFAULT } from '../../picked-days.ts';
import type { BoardName } from '../../../../exporter/src/contract/boards.ts';
import type { PanelName } from '../../texts/panels.ts';
import type { Texts } from '../../texts/texts.ts';

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

/** Only a margin has a colour for good and bad. */
function withCardColours(panel: StatBuilder, { name, field }: Shown): StatBuilder {
  return name === 'netMargin'
    ? panel.thresholds(marginThresholds())
    : panel.thresholds(neutralThresholds()).overrideByName(field, [colour(NEUTRAL)]);
}

/** The four cards: the summary's figures, each with its days and the share of costs backed by invoices. */
export function cards(t: Texts, firstId: number, y: number): StatBuilder[] {
  return CARDS.map((shown, index) => {
    const { name, field, board } = shown;
    const trust = name === 'revenue' ? '' : ` · \${__data.fields.coverageInvoice} ${t.ofWhichInvoiced}`;
    const panel = card()
      .unit(USD)
      .decimals(2)
      .textMode(BigValueTextMode.ValueAndName)
      .wideLayout(false)
      .reduceOptions(rows(`/ ${t.upTo} /`))
      .withTarget(
        query('A', {
          dataset: 'summary',
          range: API_DEFAULT,
          // Coverage is about costs: with it, the card of revenue would show the warnings about them.
          fields: [field, 'lastDay', ...(name === 'revenue' ? [] : ['coverageInvoice'])],
        }),
      )
      .overrideByName('coverageInvoice', [prop('decimals', 0)])
      .overrideByName(field, [prop('displayName', `$cards ${t.upTo} \${__data.fields.lastDay}${trust}`)]);
    return withCardColours(
      withPanelBasics(panel, t, name, firstId + index, { x: index * 6, y, w: 6, h: 4 }, [toBoard(board, t)]),
      shown,
    );
  });
}

/** Trailing totals: the first point is the total of the period before, so the change is exact. */
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
      .withTarget(query('A', { dataset: 'summary-trend', range: API_DEFAULT, fields: ['day', field] }))
      .overrideByName(field, [prop('displayName', t.fields[field])]);
    const place = { x: index * 6, y, w: 6, h: 4 };
    const complete = withPanelBasics(panel, t, trend, firstId + index, place, [toBoard(board, t)]);
    return shown.name === 'netMargin'
      ? complete.thresholds(marginThresholds())
      : complete
          .thresholds(neutralThresholds())
          .colorScheme(
            fixed(
              field === 'revenueUsd' ? COLOURS.revenueUsd : field === 'llmCostUsd' ? COLOURS.llmUsd : COLOURS.costUsd,
            ),
          );
  });
}

import { BigValueGraphMode, BigValueTextMode, PercentChangeColorMode } from '@grafana/grafana-foundation-sdk/common';
import type { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import {
  COLOURS,
  NEUTRAL,
  USD,
  card,
  fixed,
  last,
  marginThresholds,
  neutralThresholds,
  query,
  rows,
  toBoard,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { PanelName } from '../../texts/panels.ts';
import type { Texts } from '../../texts/texts.ts';
import { CHOSEN } from './parts.ts';

const WIDTH = 4;
const HEIGHT = 4;
const TREND_DAYS = 31;

/** Where the business stands: MRR, what moved it this month, customers, and whether they stay. */
export function cards(t: Texts, firstId: number, y: number): StatBuilder[] {
  const panels: readonly [PanelName, StatBuilder][] = [
    ['mrrNow', trend('mrrUsd', USD).colorScheme(fixed(COLOURS.mrrUsd))],
    [
      'netNewMrr',
      plain(USD, 0)
        .reduceOptions(last('netNewUsd'))
        .thresholds(marginThresholds())
        .withTarget(
          query('A', {
            dataset: 'mrr-waterfall',
            range: { kind: 'months', months: 1 },
            filters: CHOSEN,
            fields: ['month', 'netNewUsd'],
          }),
        ),
    ],
    ['payingCustomers', trend('payingCustomers', 'locale').colorScheme(fixed(NEUTRAL))],
    ['arpu', neutral(plain(USD, 2).reduceOptions(last('arpuUsd')).withTarget(ofMonths('arpuUsd')))],
    // Of the last two months the first is the closed one.
    [
      'customerChurn',
      neutral(
        plain('percentunit', 1).reduceOptions(rows('customerChurnRate')).withTarget(ofMonths('customerChurnRate')),
      ),
    ],
    [
      'netRetention',
      neutral(
        plain('percentunit', 0).reduceOptions(rows('netRevenueRetention')).withTarget(ofMonths('netRevenueRetention')),
      ),
    ],
  ];
  return panels.map(([name, panel], index) => {
    const place: Place = { x: index * WIDTH, y, w: WIDTH, h: HEIGHT };
    return withPanelBasics(panel, t, name, firstId + index, place, [toBoard('business', t)]);
  });
}

const ofMonths = (field: string) =>
  query('A', { dataset: 'revenue-retention', range: { kind: 'months', months: 2 }, fields: [field] });

function plain(unit: string, decimals: number): StatBuilder {
  return card().textMode(BigValueTextMode.Value).unit(unit).decimals(decimals);
}

function neutral(panel: StatBuilder): StatBuilder {
  return panel.thresholds(neutralThresholds()).colorScheme(fixed(NEUTRAL));
}

/** The newest value with its last month and the change over it. */
function trend(field: 'mrrUsd' | 'payingCustomers', unit: string): StatBuilder {
  return plain(unit, 0)
    .graphMode(BigValueGraphMode.Area)
    .showPercentChange(true)
    .percentChangeColorMode(PercentChangeColorMode.Standard)
    .thresholds(neutralThresholds())
    .reduceOptions(last(field))
    .withTarget(
      query('A', { dataset: 'revenue-by-day', range: { kind: 'days', days: TREND_DAYS }, fields: ['day', field] }),
    );
}

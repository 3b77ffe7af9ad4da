import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { BigValueGraphMode, BigValueTextMode, VizOrientation } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  COLOURS,
  NEUTRAL,
  NO_VALUE,
  USD,
  card,
  colour,
  fixed,
  last,
  neutralThresholds,
  prop,
  query,
  toBoard,
  transform,
  withNames,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { BELOW_ZERO_IS_RED } from '../margins/below-zero-is-red.ts';
import { CHOSEN } from './parts.ts';

const FIELDS = [
  'mrrUsd',
  'payingCustomers',
  'netNewUsd',
  'arpuUsd',
  'customerChurnRate',
  'netRevenueRetention',
] as const;

/** Where revenue stands, six figures beside each other: six panels would have no room for their titles. */
export function revenueNow(t: Texts, id: number, place: Place): Builder<Panel> {
  const share = [prop('unit', 'percentunit'), prop('decimals', 1), colour(NEUTRAL), NO_VALUE];
  const panel = card()
    .unit(USD)
    .decimals(0)
    .textMode(BigValueTextMode.ValueAndName)
    .wideLayout(false)
    .graphMode(BigValueGraphMode.Area)
    .orientation(VizOrientation.Vertical)
    .thresholds(neutralThresholds())
    .colorScheme(fixed(NEUTRAL))
    .reduceOptions(last(''))
    .withTarget(
      query('A', {
        dataset: 'revenue-by-day',
        range: { kind: 'dashboard' },
        fields: ['day', 'mrrUsd', 'payingCustomers'],
      }),
    )
    .withTarget(
      query('B', {
        dataset: 'mrr-waterfall',
        range: { kind: 'months', months: 1 },
        filters: CHOSEN,
        fields: ['month', 'netNewUsd'],
      }),
    )
    .withTarget(
      query('C', { dataset: 'revenue-retention', range: { kind: 'months', months: 1 }, fields: ['month', 'arpuUsd'] }),
    )
    .withTarget(
      query('D', {
        dataset: 'revenue-retention',
        range: { kind: 'months', months: 2 },
        fields: ['month', 'customerChurnRate', 'netRevenueRetention'],
      }),
    )
    // Of the last two months the first one is closed. A transformation of one query puts its frame in front, so the
    // others follow one by one, unchanged.
    .withTransformation(transform('limit', { limitField: '1' }, 'D'))
    .withTransformation(transform('limit', { limitField: '1' }, 'C'))
    .withTransformation(transform('limit', { limitField: '1' }, 'B'))
    .withTransformation(transform('limit', { limitField: '2000' }, 'A'));
  return withPanelBasics(
    withNames(panel, t, FIELDS, {
      mrrUsd: [prop('decimals', 2), prop('fieldMinMax', true), colour(COLOURS.mrrUsd), NO_VALUE],
      payingCustomers: [
        prop('unit', 'locale'),
        prop('fieldMinMax', true),
        prop('decimals', 0),
        colour(NEUTRAL),
        NO_VALUE,
      ],
      netNewUsd: [prop('decimals', 2), prop('displayName', t.netNewThisMonth), ...BELOW_ZERO_IS_RED, NO_VALUE],
      arpuUsd: [prop('decimals', 2), colour(NEUTRAL), NO_VALUE],
      customerChurnRate: [...share, prop('displayName', t.churnLastMonth)],
      netRevenueRetention: [...share, prop('displayName', t.retentionTwelveMonths)],
    }),
    t,
    'revenueNow',
    id,
    place,
    [toBoard('business', t)],
  );
}

import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { BigValueTextMode, VizOrientation } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  NEUTRAL,
  USD,
  card,
  colour,
  fixed,
  last,
  neutralThresholds,
  query,
  toBoard,
  withNames,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import { MARGINS_API_DEFAULT } from '../../picked-days.ts';
import type { Texts } from '../../texts/texts.ts';
import { BELOW_ZERO_IS_RED } from './below-zero-is-red.ts';

export function marginPeriod(t: Texts, id: number, place: Place): Builder<Panel> {
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
    .withTarget(query('A', { dataset: 'summary-trend', range: MARGINS_API_DEFAULT, fields: ['day', ...fields] }));
  const plain = [colour(NEUTRAL)];
  return withPanelBasics(
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

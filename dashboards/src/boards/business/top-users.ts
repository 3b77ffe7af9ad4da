import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BarGaugeValueMode,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import {
  COLOURS,
  USD,
  fixed,
  neutralThresholds,
  query,
  rows,
  toBoard,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import { THIRTY_DAYS } from '../../picked-days.ts';
import type { Texts } from '../../texts/texts.ts';

export function topUsers(t: Texts, id: number, place: Place): BarGaugeBuilder {
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
        range: THIRTY_DAYS,
        filters: { limit: 20 },
        fields: ['email', 'costUsd'],
      }),
    );
  return withPanelBasics(panel, t, 'topUsers', id, place, [toBoard('margins', t)]);
}

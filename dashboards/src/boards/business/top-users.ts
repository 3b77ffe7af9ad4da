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
  prop,
  query,
  rows,
  toBoard,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import { THIRTY_DAYS } from '../../picked-days.ts';
import { userLink } from '../llm/links.ts';
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
        fields: ['email', 'costUsd', 'userId'],
      }),
    );
  // Without a name of its own, a bar would be called by every text of its row.
  const named = panel.overrideByName('costUsd', [
    prop('displayName', '${__data.fields.email}'),
    prop('links', [userLink(t)]),
  ]);
  return withPanelBasics(named, t, 'topUsers', id, place, [toBoard('llm', t)]);
}

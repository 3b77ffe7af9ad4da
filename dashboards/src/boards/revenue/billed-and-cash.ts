import { PanelBuilder as BarChartBuilder } from '@grafana/grafana-foundation-sdk/barchart';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { StackingMode, VisibilityMode, VizOrientation } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { legend, tooltip } from '../../chart-parts.ts';
import {
  MONTH_AXIS,
  USD,
  neutralThresholds,
  query,
  toBoard,
  withNames,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { PanelName } from '../../texts/panels.ts';
import type { Texts } from '../../texts/texts.ts';

export function billedAndCash(t: Texts, id: number, place: Place): Builder<Panel> {
  return bars(t, 'billedAndCash', StackingMode.None, ['billedUsd', 'recognisedUsd', 'cashUsd'], id, place);
}

/** Beside each other: a refund with a credit note is in both, so that a sum would count it twice. */
export function takenBack(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['creditedUsd', 'refundsUsd', 'disputesUsd', 'badDebtUsd'];
  return bars(t, 'takenBack', StackingMode.None, fields, id, place);
}

function bars(
  t: Texts,
  name: PanelName,
  stacking: StackingMode,
  fields: readonly string[],
  id: number,
  place: Place,
): Builder<Panel> {
  const panel = new BarChartBuilder()
    .unit(USD)
    .decimals(0)
    .xField('month')
    .xTickLabelRotation(-45)
    .xTickLabelMaxLength(10)
    .orientation(VizOrientation.Vertical)
    .stacking(stacking)
    .showValue(VisibilityMode.Never)
    .barWidth(0.9)
    .groupWidth(0.8)
    .fillOpacity(90)
    .lineWidth(0)
    .legend(legend())
    .tooltip(tooltip())
    .thresholds(neutralThresholds())
    .withTarget(
      query('A', { dataset: 'revenue-by-month', range: { kind: 'dashboard' }, fields: ['month', ...fields] }),
    );
  return withPanelBasics(withNames(panel, t, fields).overrideByName('month', MONTH_AXIS), t, name, id, place, [
    toBoard('business', t),
  ]);
}

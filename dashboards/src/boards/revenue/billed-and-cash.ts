import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { StackingMode } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { bars } from '../../chart-parts.ts';
import { MONTH_AXIS, USD, query, toBoard, withNames, withPanelBasics, type Place } from '../../panel-parts.ts';
import type { PanelName } from '../../texts/panels.ts';
import type { Texts } from '../../texts/texts.ts';

export function billedAndCash(t: Texts, id: number, place: Place): Builder<Panel> {
  return beside(t, 'billedAndCash', ['billedUsd', 'recognisedUsd', 'cashUsd'], id, place);
}

/** Beside each other: a refund with a credit note is in both, so that a sum would count it twice. */
export function takenBack(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['creditedUsd', 'refundsUsd', 'disputesUsd', 'badDebtUsd'];
  return beside(t, 'takenBack', fields, id, place);
}

function beside(t: Texts, name: PanelName, fields: readonly string[], id: number, place: Place): Builder<Panel> {
  const panel = bars('month', USD, StackingMode.None)
    .xTickLabelRotation(-45)
    .withTarget(
      query('A', { dataset: 'revenue-by-month', range: { kind: 'dashboard' }, fields: ['month', ...fields] }),
    );
  return withPanelBasics(withNames(panel, t, fields).overrideByName('month', MONTH_AXIS), t, name, id, place, [
    toBoard('business', t),
  ]);
}

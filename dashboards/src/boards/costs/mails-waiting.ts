import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { BigValueTextMode } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  PROMETHEUS,
  card,
  last,
  neutralThresholds,
  promQuery,
  toInbox,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';

/** How many mails wait: a count for those who cannot open the inbox. Every exporter says the same, so the largest. */
const WAITING = 'sum(max by (state) (marginboard_inbox_mails{state=~"new|ready|needs_attention"}))';

export function mailsWaiting(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = card()
    .textMode(BigValueTextMode.Value)
    .unit('none')
    .decimals(0)
    .thresholds(neutralThresholds())
    .reduceOptions(last(''))
    .withTarget(promQuery('A', WAITING, '', true));
  return withPanelBasics(panel, t, 'mailsWaiting', id, place, [toInbox(t)]).datasource(PROMETHEUS);
}

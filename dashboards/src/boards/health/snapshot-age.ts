import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { BigValueTextMode } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PROMETHEUS, card, last, promQuery, toBoard, withPanelBasics, type Place } from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { steps } from './thresholds.ts';

export function snapshotAge(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = card()
    .textMode(BigValueTextMode.Value)
    .unit('s')
    .decimals(0)
    .thresholds(steps([null, 'green'], [600, 'orange'], [3_600, 'red']))
    .reduceOptions(last(''))
    .withTarget(promQuery('A', 'time() - min(marginboard_snapshot_timestamp_seconds)', '', true));
  return withPanelBasics(panel, t, 'snapshotAge', id, place, [toBoard('business', t)]).datasource(PROMETHEUS);
}

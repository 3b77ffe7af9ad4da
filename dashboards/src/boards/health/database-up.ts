import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { BigValueTextMode } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PROMETHEUS, card, last, mapping, promQuery, toBoard, withPanelBasics, type Place } from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { steps } from './thresholds.ts';

export function databaseUp(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = card()
    .textMode(BigValueTextMode.Value)
    .unit('none')
    .thresholds(steps([null, 'red'], [1, 'green']))
    .reduceOptions(last(''))
    .mappings([mapping({ 1: { text: 'OK', color: 'green' }, 0: { text: t.outcomes.failed, color: 'red' } })])
    .withTarget(promQuery('A', 'min(marginboard_database_up)', '', true));
  return withPanelBasics(panel, t, 'databaseUp', id, place, [toBoard('business', t)]).datasource(PROMETHEUS);
}

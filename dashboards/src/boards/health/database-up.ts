import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { BigValueTextMode } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PROMETHEUS, card, last, mapping, promQuery, toBoard, withPanelBasics, type Place } from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { steps } from './thresholds.ts';

/** 0: no answer, 1: reads only, 2: all is well, also where an earlier exporter does not say whether it can write. */
const STATE =
  'min(marginboard_database_up) * (1 + (min(marginboard_database_writable) or min(marginboard_database_up)))';

export function databaseUp(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = card()
    .textMode(BigValueTextMode.Value)
    .unit('none')
    .thresholds(steps([null, 'red'], [1, 'orange'], [2, 'green']))
    .reduceOptions(last(''))
    .mappings([
      mapping({
        2: { text: 'OK', color: 'green' },
        1: { text: t.writesRefused, color: 'orange' },
        0: { text: t.outcomes.failed, color: 'red' },
      }),
    ])
    .withTarget(promQuery('A', STATE, '', true));
  return withPanelBasics(panel, t, 'databaseUp', id, place, [toBoard('business', t)]).datasource(PROMETHEUS);
}

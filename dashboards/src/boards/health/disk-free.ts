import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PROMETHEUS, card, last, prop, promQuery, toBoard, withPanelBasics, type Place } from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { steps } from './thresholds.ts';

export function diskFree(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = card()
    .unit('bytes')
    .decimals(1)
    .thresholds(steps([null, 'orange'], [5e9, 'text']))
    .reduceOptions(last(''))
    .withTarget(promQuery('A', 'min by (folder) (marginboard_disk_free_bytes)', '{{folder}}', true))
    .overrideByName('database', [prop('displayName', t.folders.database)])
    .overrideByName('backups', [prop('displayName', t.folders.backups)]);
  return withPanelBasics(panel, t, 'diskFree', id, place, [toBoard('business', t)]).datasource(PROMETHEUS);
}

import { BigValueTextMode, VizOrientation } from '@grafana/grafana-foundation-sdk/common';
import type { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import {
  NEUTRAL,
  card,
  fixed,
  neutralThresholds,
  outcomeMapping,
  prop,
  query,
  rows,
  toBoard,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import { boardUid } from '../../../../exporter/src/contract/boards.ts';
import type { Texts } from '../../texts/texts.ts';

/** Date and time, age and outcome. */
export function lastSync(t: Texts, id: number, place: Place): StatBuilder {
  const panel = card()
    .textMode(BigValueTextMode.ValueAndName)
    .wideLayout(false)
    .orientation(VizOrientation.Auto)
    .unit('none')
    .reduceOptions(rows('/.*/', 3))
    .thresholds(neutralThresholds())
    .colorScheme(fixed(NEUTRAL))
    .withTarget(query('A', { dataset: 'summary', range: { kind: 'all' }, fields: ['lastSyncFinishedAt'] }))
    .withTarget(query('B', { dataset: 'summary', range: { kind: 'all' }, fields: ['lastSyncFinishedAt'] }))
    .withTarget(query('C', { dataset: 'summary', range: { kind: 'all' }, fields: ['lastSyncOutcome'] }))
    .overrideByQuery('A', [
      prop('displayName', t.fields['lastSyncFinishedAt']),
      prop('unit', 'time:YYYY-MM-DD HH:mm [UTC]'),
    ])
    .overrideByQuery('B', [prop('displayName', t.age), prop('unit', 'dateTimeFromNow')])
    .overrideByQuery('C', [
      prop('displayName', t.fields['lastSyncOutcome']),
      prop('mappings', [outcomeMapping(t)]),
      prop('color', { mode: 'thresholds' }),
      prop('links', [{ title: t.boards.health.title, url: `/d/${boardUid('health', t.language)}` }]),
    ]);
  return withPanelBasics(panel, t, 'lastSync', id, place, [toBoard('health', t)]);
}

import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { BigValueTextMode } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  NEUTRAL,
  card,
  fixed,
  last,
  neutralThresholds,
  prop,
  query,
  toBoard,
  transform,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import { THIRTY_DAYS } from '../../picked-days.ts';
import type { Texts } from '../../texts/texts.ts';

export function averageRatio(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = card()
    .textMode(BigValueTextMode.ValueAndName)
    .wideLayout(false)
    .unit('none')
    .decimals(2)
    .thresholds(neutralThresholds())
    .colorScheme(fixed(NEUTRAL))
    .reduceOptions(last(''))
    .withTarget(
      query('A', {
        dataset: 'token-ratios',
        range: THIRTY_DAYS,
        fields: ['promptTokens', 'completionTokens'],
      }),
    )
    // Calculations refer to fields by their display names, which are in the user's language.
    .withTransformation(transform('renameByRegex', { regex: '/.*prompt.*/i', renamePattern: 'in' }))
    .withTransformation(transform('renameByRegex', { regex: '/.*compl.*/i', renamePattern: 'out' }))
    .withTransformation(transform('reduce', { mode: 'reduceFields', reducers: ['sum'], includeTimeField: false }))
    .withTransformation(
      transform('calculateField', {
        mode: 'binary',
        alias: 'ratio',
        binary: {
          left: { matcher: { id: 'byName', options: 'out' } },
          operator: '/',
          right: { matcher: { id: 'byName', options: 'in' } },
        },
        replaceFields: true,
      }),
    );
  return withPanelBasics(
    panel.overrideByName('ratio', [
      prop('displayName', t.panels.averageRatio.title),
      prop('unit', 'none'),
      prop('decimals', 2),
    ]),
    t,
    'averageRatio',
    id,
    place,
    [toBoard('costs', t)],
  );
}

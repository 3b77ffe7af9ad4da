import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { StackingMode } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { bars } from '../../chart-parts.ts';
import {
  USD,
  mapping,
  prop,
  query,
  toBoard,
  transform,
  withNames,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import { BRIDGE_STEPS } from '../../../../exporter/src/contract/datasets.ts';
import type { Texts } from '../../texts/texts.ts';
import { CHOSEN, CHOSEN_MONTH } from './parts.ts';

const HEIGHTS = ['levelUsd', 'riseUsd', 'fallUsd'] as const;

/** A waterfall: what a step stands on is a bar that is not drawn. */
export function mrrBridge(t: Texts, id: number, place: Place): Builder<Panel> {
  const steps = Object.fromEntries(BRIDGE_STEPS.map((step) => [step, { text: t.bridgeSteps[step] }]));
  const panel = bars('step', USD, StackingMode.Normal)
    .xTickLabelRotation(-45)
    .barWidth(0.9)
    .withTarget(
      query('A', {
        dataset: 'mrr-bridge',
        range: CHOSEN_MONTH,
        filters: CHOSEN,
        fields: ['step', 'baseUsd', ...HEIGHTS],
      }),
    )
    .withTarget(query('B', { dataset: 'mrr-bridge', range: CHOSEN_MONTH, filters: CHOSEN, fields: ['axisUsd'] }))
    // The axis begins where the steps can be seen; the field's title is the same in every language.
    .withTransformation(
      transform('configFromData', {
        configRefId: 'B',
        applyTo: { id: 'byType', options: 'number' },
        applyToConfig: true,
        mappings: [{ fieldName: 'Min', handlerKey: 'min', reducerId: 'lastNotNull' }],
      }),
    );
  return withPanelBasics(
    withNames(panel, t, HEIGHTS)
      .overrideByName('baseUsd', [
        prop('color', { mode: 'fixed', fixedColor: 'transparent' }),
        prop('custom.fillOpacity', 0),
        prop('custom.hideFrom', { legend: true, tooltip: true, viz: false }),
      ])
      .overrideByName('step', [prop('mappings', [mapping(steps)])]),
    t,
    'mrrBridge',
    id,
    place,
    [toBoard('business', t)],
  );
}

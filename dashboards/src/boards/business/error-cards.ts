import { BigValueTextMode, VizOrientation } from '@grafana/grafana-foundation-sdk/common';
import type { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import {
  NEUTRAL,
  card,
  fixed,
  last,
  neutralThresholds,
  prop,
  query,
  toBoard,
  withNames,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import { THIRTY_DAYS } from '../../picked-days.ts';
import type { Texts } from '../../texts/texts.ts';

/** A card for each LLM provider, with all four figures. */
export function errorCards(t: Texts, id: number, place: Place): StatBuilder {
  const panel = card()
    .textMode(BigValueTextMode.ValueAndName)
    .orientation(VizOrientation.Horizontal)
    .reduceOptions(last(''))
    .repeat('llm_provider')
    .repeatDirection('h')
    .maxPerRow(4)
    .unit('locale')
    .decimals(0)
    .thresholds(neutralThresholds())
    .colorScheme(fixed(NEUTRAL))
    .withTarget(
      query('A', {
        dataset: 'error-rates',
        range: THIRTY_DAYS,
        filters: { provider: '${llm_provider}' },
        fields: ['requests', 'successes', 'errors', 'errorRate'],
      }),
    );
  return withPanelBasics(
    withNames(panel, t, ['requests', 'successes', 'errors', 'errorRate'], {
      errorRate: [
        prop('unit', 'percentunit'),
        prop('decimals', 2),
        prop('color', { mode: 'thresholds' }),
        prop('thresholds', {
          mode: 'absolute',
          steps: [
            { value: null, color: 'green' },
            { value: 0.02, color: 'orange' },
            { value: 0.05, color: 'red' },
          ],
        }),
      ],
    }),
    t,
    'errorRate',
    id,
    place,
    [],
  ).dataLinks([toBoard('health', t)]);
}

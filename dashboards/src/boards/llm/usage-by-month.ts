import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { StackingMode } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { bars } from '../../chart-parts.ts';
import {
  COLOURS,
  MONTH_AXIS,
  USD,
  colour,
  prop,
  query,
  toBoard,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import { LLM_SIX_MONTHS } from '../../picked-days.ts';
import type { Texts } from '../../texts/texts.ts';
import { CHOSEN } from './links.ts';

export function usageByMonth(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = bars('month', USD, StackingMode.None)
    .withTarget(
      query('A', {
        dataset: 'metrics-monthly-summary',
        range: LLM_SIX_MONTHS,
        filters: CHOSEN,
        fields: ['month', 'costUsd'],
      }),
    )
    .overrideByName('month', MONTH_AXIS)
    .overrideByName('costUsd', [prop('displayName', t.fields['costUsd']), colour(COLOURS.llmUsd)]);
  return withPanelBasics(panel, t, 'usageByMonth', id, place, [toBoard('business', t)]);
}

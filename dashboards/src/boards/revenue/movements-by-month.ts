import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { StackingMode } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { bars } from '../../chart-parts.ts';
import { MONTH_AXIS, USD, query, toBoard, withNames, withPanelBasics, type Place } from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { toMonth } from './links.ts';
import { CHOSEN, MOVEMENTS } from './parts.ts';

export function movementsByMonth(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = bars('month', USD, StackingMode.Normal)
    .xTickLabelRotation(-45)
    .withTarget(
      query('A', {
        dataset: 'mrr-waterfall',
        range: { kind: 'dashboard' },
        filters: CHOSEN,
        fields: ['month', ...MOVEMENTS],
      }),
    );
  const links = Object.fromEntries(MOVEMENTS.map((field) => [field, [toMonth(t)]]));
  return withPanelBasics(
    withNames(panel, t, MOVEMENTS, links).overrideByName('month', MONTH_AXIS),
    t,
    'movementsByMonth',
    id,
    place,
    [toBoard('business', t)],
  );
}

import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { StackingMode } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { MOVEMENT_FIELDS } from '../../../../exporter/src/contract/revenue-movements.ts';
import { bars } from '../../chart-parts.ts';
import { MONTH_AXIS, USD, query, toBoard, withNames, withPanelBasics, type Place } from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { toMonth } from './links.ts';
import { CHOSEN } from './parts.ts';

export function movementsByMonth(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = bars('month', USD, StackingMode.Normal)
    .xTickLabelRotation(-45)
    .withTarget(
      query('A', {
        dataset: 'mrr-waterfall',
        range: { kind: 'dashboard' },
        filters: CHOSEN,
        fields: ['month', ...MOVEMENT_FIELDS],
      }),
    );
  const links = Object.fromEntries(MOVEMENT_FIELDS.map((field) => [field, [toMonth(t)]]));
  return withPanelBasics(
    withNames(panel, t, MOVEMENT_FIELDS, links).overrideByName('month', MONTH_AXIS),
    t,
    'movementsByMonth',
    id,
    place,
    [toBoard('business', t)],
  );
}

import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { DAY_AXIS, USD, query, toBoard, withNames, withPanelBasics, type Place } from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { dayLines } from '../revenue/lines.ts';

/** The days of the panel above, with which it shares its request. */
export function mrr(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = dayLines(USD, 2)
    .axisSoftMin(0)
    .withTarget(query('A', { dataset: 'revenue-vs-costs', range: { kind: 'dashboard' }, fields: ['day', 'mrrUsd'] }));
  return withPanelBasics(withNames(panel, t, ['mrrUsd']).overrideByName('day', DAY_AXIS), t, 'mrr', id, place, [
    toBoard('revenue', t),
  ]);
}

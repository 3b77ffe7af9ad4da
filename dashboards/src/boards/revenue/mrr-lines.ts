import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { DAY_AXIS, USD, prop, query, toBoard, withNames, withPanelBasics, type Place } from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { dayLines } from './lines.ts';
import { CHOSEN } from './parts.ts';

/** The board's marks of single customers are on this panel only. */
export function mrrByDay(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = dayLines(USD, 2)
    .axisSoftMin(0)
    .withTarget(
      query('A', {
        dataset: 'mrr-movements',
        range: { kind: 'dashboard' },
        filters: CHOSEN,
        fields: ['day', 'closingUsd'],
      }),
    );
  return withPanelBasics(
    withNames(panel, t, ['closingUsd'], { closingUsd: [prop('custom.fillOpacity', 15)] }).overrideByName(
      'day',
      DAY_AXIS,
    ),
    t,
    'mrrByDay',
    id,
    place,
    [toBoard('business', t)],
  );
}

export function mrrAtRisk(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['mrrAtRiskUsd', 'mrrTrialUsd', 'mrrPausedUsd'] as const;
  const panel = dayLines(USD, 2)
    .axisSoftMin(0)
    .withTarget(query('A', { dataset: 'revenue-by-day', range: { kind: 'dashboard' }, fields: ['day', ...fields] }));
  return withPanelBasics(withNames(panel, t, fields).overrideByName('day', DAY_AXIS), t, 'mrrAtRisk', id, place, [
    toBoard('business', t),
  ]);
}

export function deferredRevenue(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = dayLines(USD, 0)
    .axisSoftMin(0)
    .withTarget(
      query('A', { dataset: 'revenue-by-day', range: { kind: 'dashboard' }, fields: ['day', 'deferredUsd'] }),
    );
  return withPanelBasics(
    withNames(panel, t, ['deferredUsd'], { deferredUsd: [prop('custom.fillOpacity', 15)] }).overrideByName(
      'day',
      DAY_AXIS,
    ),
    t,
    'deferredRevenue',
    id,
    place,
    [toBoard('business', t)],
  );
}

import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { MONTH_AXIS, query, toBoard, withNames, withPanelBasics, type Place } from '../../panel-parts.ts';
import type { PanelName } from '../../texts/panels.ts';
import type { Texts } from '../../texts/texts.ts';
import { monthLines } from './lines.ts';

export function churnByMonth(t: Texts, id: number, place: Place): Builder<Panel> {
  return rates(t, 'churnByMonth', ['customerChurnRate', 'grossMrrChurnRate', 'netMrrChurnRate'], id, place);
}

export function retentionByMonth(t: Texts, id: number, place: Place): Builder<Panel> {
  return rates(t, 'retentionByMonth', ['netRevenueRetention', 'grossRevenueRetention'], id, place);
}

function rates(t: Texts, name: PanelName, fields: readonly string[], id: number, place: Place): Builder<Panel> {
  const panel = monthLines('percentunit', 1).withTarget(
    query('A', {
      dataset: 'revenue-retention',
      range: { kind: 'dashboard' },
      fields: ['month', ...fields],
    }),
  );
  return withPanelBasics(withNames(panel, t, fields).overrideByName('month', MONTH_AXIS), t, name, id, place, [
    toBoard('margins', t),
  ]);
}

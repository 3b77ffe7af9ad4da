import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  NEUTRAL,
  NO_VALUE,
  PROMETHEUS,
  mapping,
  neutralTable,
  promQuery,
  prop,
  providerMapping,
  toBoard,
  transform,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { COLOURED } from './table-cells.ts';

export function alerts(t: Texts, id: number, place: Place): Builder<Panel> {
  const { alert, state, severity } = t.alertFields;
  const panel = neutralTable()
    .withTarget(
      promQuery(
        'A',
        'max by (alertname, alertstate, severity, provider, month) (ALERTS{product="marginboard"})',
        '',
        true,
      ),
    )
    .withTransformation(transform('labelsToFields', { mode: 'columns' }))
    .withTransformation(transform('merge', {}))
    .withTransformation(
      transform('filterFieldsByName', {
        include: { names: ['alertname', 'alertstate', 'severity', 'provider', 'month'] },
      }),
    )
    .withTransformation(
      transform('organize', { indexByName: { alertstate: 0, alertname: 1, provider: 2, month: 3, severity: 4 } }),
    );
  return withPanelBasics(
    panel
      .overrideByName('alertstate', [
        prop('displayName', state),
        prop('mappings', [
          mapping({
            firing: { text: t.alertStates.firing, color: 'red' },
            pending: { text: t.alertStates.pending, color: NEUTRAL },
          }),
        ]),
        ...COLOURED,
        prop('custom.width', 80),
      ])
      .overrideByName('alertname', [prop('displayName', alert), prop('custom.minWidth', 160)])
      .overrideByName('provider', [
        prop('displayName', t.fields['provider'] ?? ''),
        prop('mappings', [providerMapping(t)]),
        prop('custom.width', 100),
        NO_VALUE,
      ])
      .overrideByName('month', [prop('displayName', t.fields['month'] ?? ''), prop('custom.width', 75), NO_VALUE])
      .overrideByName('severity', [
        prop('displayName', severity),
        prop('mappings', [
          mapping({
            critical: { text: t.severities.critical, color: 'red' },
            warning: { text: t.severities.warning, color: 'orange' },
          }),
        ]),
        ...COLOURED,
        prop('custom.width', 80),
        NO_VALUE,
      ]),
    t,
    'alerts',
    id,
    place,
    [toBoard('costs', t)],
  ).datasource(PROMETHEUS);
}

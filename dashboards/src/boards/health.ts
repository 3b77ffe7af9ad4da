import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueTextMode,
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BarGaugeValueMode,
  VisibilityMode,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import {
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type DashboardBuilder,
  type Panel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { boardFrame } from '../board-frame.ts';
import {
  card,
  fixed,
  furnish,
  last,
  mapping,
  NEUTRAL,
  neutralThresholds,
  NO_VALUE,
  outcomeMapping,
  prop,
  PROMETHEUS,
  promQuery,
  providerMapping,
  query,
  toBoard,
  transform,
  withCollectors,
  withNames,
  type Place,
} from '../panel-parts.ts';
import type { Texts } from '../texts/texts.ts';
import { legend, tooltip } from './business.ts';

const steps = (...pairs: readonly (readonly [number | null, string])[]): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(pairs.map(([value, color]) => ({ value, color })));
const COLOURED = [prop('custom.cellOptions', { type: 'color-text' }), prop('color', { mode: 'thresholds' })];
const time = [prop('unit', 'time:MM-DD HH:mm'), prop('custom.width', 125), NO_VALUE];
const duration = [prop('unit', 'ms'), prop('decimals', 1)];

const wrapped = { type: 'auto', wrapText: true };

function collectors(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['collector', 'enabled', 'outcome', 'reason', 'message', 'dataDay', 'settingsMessage'] as const;
  const panel = new TableBuilder()
    .unit('none')
    .thresholds(neutralThresholds())
    .colorScheme(fixed(NEUTRAL))
    .withTarget(query('A', { dataset: 'sync-status', range: { kind: 'all' }, fields }));
  return furnish(
    withNames(panel, t, fields, {
      collector: [prop('mappings', [providerMapping(t)]), prop('custom.width', 105)],
      enabled: [
        prop('mappings', [mapping({ true: { text: t.yes, color: 'green' }, false: { text: t.no, color: NEUTRAL } })]),
        prop('custom.width', 55),
        ...COLOURED,
      ],
      outcome: [prop('mappings', [outcomeMapping(t)]), ...COLOURED, prop('custom.width', 90), NO_VALUE],
      reason: [prop('custom.width', 115), NO_VALUE],
      message: [prop('custom.minWidth', 280), prop('custom.cellOptions', wrapped), NO_VALUE],
      dataDay: [prop('unit', 'time:YYYY-MM-DD'), prop('custom.width', 105), NO_VALUE],
      // What a skipped run says too; a collector that has not run yet says it only here.
      settingsMessage: [prop('custom.width', 160), prop('custom.inspect', true), NO_VALUE],
    }),
    t,
    'collectors',
    id,
    place,
    [toBoard('business', t)],
  );
}

function lastRuns(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = [
    'collector',
    'finishedAt',
    'attempt',
    'durationMs',
    'upstreamRequests',
    'lastSuccessAt',
    'nextRunAt',
  ] as const;
  const panel = new TableBuilder()
    .unit('none')
    .thresholds(neutralThresholds())
    .colorScheme(fixed(NEUTRAL))
    .withTarget(query('A', { dataset: 'sync-status', range: { kind: 'all' }, fields }));
  return furnish(
    withNames(panel, t, fields, {
      collector: [prop('mappings', [providerMapping(t)]), prop('custom.minWidth', 95)],
      finishedAt: time,
      attempt: [prop('custom.width', 75), NO_VALUE],
      durationMs: [...duration, prop('custom.width', 75), NO_VALUE],
      upstreamRequests: [prop('custom.width', 80), NO_VALUE],
      lastSuccessAt: time,
      nextRunAt: time,
    }),
    t,
    'lastRuns',
    id,
    place,
    [toBoard('business', t)],
  );
}

function syncLog(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = [
    'startedAt',
    'collector',
    'day',
    'outcome',
    'reason',
    'message',
    'attempt',
    'durationMs',
    'upstreamRequests',
    'rowsWritten',
    'warnings',
  ] as const;
  const panel = new TableBuilder()
    .unit('none')
    .thresholds(neutralThresholds())
    .colorScheme(fixed(NEUTRAL))
    .withTarget(query('A', { dataset: 'sync-logs', range: { kind: 'dashboard' }, filters: { limit: 200 }, fields }));
  return furnish(
    withNames(panel, t, fields, {
      startedAt: [...time, prop('custom.width', 100)],
      collector: [prop('mappings', [providerMapping(t)]), prop('custom.width', 105)],
      day: [prop('unit', 'time:MM-DD'), prop('custom.width', 65)],
      outcome: [prop('mappings', [outcomeMapping(t)]), ...COLOURED, prop('custom.width', 90), NO_VALUE],
      reason: [prop('custom.width', 115), NO_VALUE],
      message: [prop('custom.minWidth', 220), prop('custom.cellOptions', wrapped), NO_VALUE],
      attempt: [prop('custom.width', 75), NO_VALUE],
      durationMs: [...duration, prop('custom.width', 80), NO_VALUE],
      upstreamRequests: [prop('custom.width', 80), NO_VALUE],
      rowsWritten: [prop('custom.width', 65), NO_VALUE],
      warnings: [prop('custom.width', 110), prop('custom.cellOptions', wrapped), NO_VALUE],
    }),
    t,
    'syncLog',
    id,
    place,
    [toBoard('costs', t)],
  );
}

function alerts(t: Texts, id: number, place: Place): Builder<Panel> {
  const { alert, state, severity } = t.alertFields;
  const panel = new TableBuilder()
    .unit('none')
    .thresholds(neutralThresholds())
    .colorScheme(fixed(NEUTRAL))
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
  return furnish(
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

const AGES = {
  dataAge: '(time() - (max by (collector) (marginboard_collector_data_day_timestamp_seconds) + 86400)) / 3600',
  runAge: '(time() - max by (collector) (marginboard_collector_last_run_timestamp_seconds)) / 3600',
} as const;

function age(t: Texts, name: keyof typeof AGES, id: number, place: Place): Builder<Panel> {
  const panel = new BarGaugeBuilder()
    .unit('suffix: h')
    .decimals(0)
    .min(0)
    .max(48)
    .thresholds(steps([null, 'green'], [28, 'orange'], [36, 'red']))
    .displayMode(BarGaugeDisplayMode.Basic)
    .orientation(VizOrientation.Horizontal)
    .valueMode(BarGaugeValueMode.Color)
    .namePlacement(BarGaugeNamePlacement.Top)
    .showUnfilled(true)
    .reduceOptions(last(''))
    .withTarget(promQuery('A', AGES[name], '{{collector}}', true));
  return furnish(withCollectors(panel, false), t, name, id, place, [toBoard('business', t)]).datasource(PROMETHEUS);
}

function lines(
  t: Texts,
  name: 'durations' | 'failures' | 'upstream',
  unit: string,
  expr: string,
  legendFormat: string,
  id: number,
  place: Place,
): Builder<Panel> {
  const panel = new TimeSeriesBuilder()
    .unit(unit)
    .decimals(unit === 's' ? 1 : 0)
    .axisSoftMin(0)
    .lineWidth(2)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Auto)
    .legend(legend())
    .tooltip(tooltip())
    .thresholds(neutralThresholds())
    .withTarget(promQuery('A', expr, legendFormat));
  return furnish(withCollectors(panel, true), t, name, id, place, [toBoard('business', t)]).datasource(PROMETHEUS);
}

function databaseUp(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = card()
    .textMode(BigValueTextMode.Value)
    .unit('none')
    .thresholds(steps([null, 'red'], [1, 'green']))
    .reduceOptions(last(''))
    .mappings([mapping({ 1: { text: 'OK', color: 'green' }, 0: { text: t.outcomes.failed, color: 'red' } })])
    .withTarget(promQuery('A', 'min(marginboard_database_up)', '', true));
  return furnish(panel, t, 'databaseUp', id, place, [toBoard('business', t)]).datasource(PROMETHEUS);
}

function snapshotAge(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = card()
    .textMode(BigValueTextMode.Value)
    .unit('s')
    .decimals(0)
    .thresholds(steps([null, 'green'], [600, 'orange'], [3_600, 'red']))
    .reduceOptions(last(''))
    .withTarget(promQuery('A', 'time() - min(marginboard_snapshot_timestamp_seconds)', '', true));
  return furnish(panel, t, 'snapshotAge', id, place, [toBoard('business', t)]).datasource(PROMETHEUS);
}

/** Are the collectors running, and how old is what they read? */
export function health(t: Texts): DashboardBuilder {
  const panels = [
    collectors(t, 1, { x: 0, y: 0, w: 24, h: 12 }),
    alerts(t, 5, { x: 0, y: 12, w: 14, h: 8 }),
    age(t, 'dataAge', 4, { x: 14, y: 12, w: 5, h: 8 }),
    age(t, 'runAge', 10, { x: 19, y: 12, w: 5, h: 8 }),
    lastRuns(t, 11, { x: 0, y: 20, w: 19, h: 8 }),
    databaseUp(t, 2, { x: 19, y: 20, w: 5, h: 4 }),
    snapshotAge(t, 3, { x: 19, y: 24, w: 5, h: 4 }),
    syncLog(t, 6, { x: 0, y: 28, w: 24, h: 12 }),
    lines(
      t,
      'durations',
      's',
      'max by (collector) (marginboard_collector_last_run_duration_seconds)',
      '{{collector}}',
      7,
      { x: 0, y: 40, w: 8, h: 8 },
    ),
    lines(
      t,
      'failures',
      'locale',
      'sum by (collector, kind) (increase(marginboard_collector_run_failures_total[24h])) > 0',
      '{{collector}}: {{kind}}',
      8,
      { x: 8, y: 40, w: 8, h: 8 },
    ),
    lines(
      t,
      'upstream',
      'locale',
      'sum by (collector) (rate(marginboard_upstream_requests_total[1h])) * 3600',
      '{{collector}}',
      9,
      { x: 16, y: 40, w: 8, h: 8 },
    ),
  ];
  return panels.reduce((board, panel) => board.withPanel(panel), boardFrame('health', t, 'now-7d'));
}

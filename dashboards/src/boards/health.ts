import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { BigValueTextMode, BarGaugeDisplayMode, BarGaugeNamePlacement, BarGaugeValueMode, VisibilityMode, VizOrientation } from '@grafana/grafana-foundation-sdk/common';
import { ThresholdsConfigBuilder, ThresholdsMode, type DashboardBuilder, type Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { boardFrame } from '../board-frame.ts';
import { card, fixed, furnish, last, mapping, NEUTRAL, neutralThresholds, outcomeMapping, prop, PROMETHEUS, promQuery, providerMapping, query, toBoard, transform, withCollectorColours, withNames, type Place } from '../panel-parts.ts';
import type { Texts } from '../texts/texts.ts';
import { legend, tooltip } from './business.ts';

const steps = (...pairs: readonly (readonly [number | null, string])[]): ThresholdsConfigBuilder => new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(pairs.map(([value, color]) => ({ value, color })));
const COLOURED = [prop('custom.cellOptions', { type: 'color-text' }), prop('color', { mode: 'thresholds' })];
const time = [prop('unit', 'time:YYYY-MM-DD HH:mm'), prop('custom.width', 150)];

function collectors(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['collector', 'enabled', 'outcome', 'reason', 'message', 'attempt', 'durationMs', 'upstreamRequests', 'finishedAt', 'lastSuccessAt', 'dataDay', 'nextRunAt', 'settingsMessage'] as const;
  const panel = new TableBuilder()
    .unit('none').thresholds(neutralThresholds()).colorScheme(fixed(NEUTRAL))
    .withTarget(query('A', { dataset: 'sync-status', range: { kind: 'all' }, fields }));
  return furnish(withNames(panel, t, fields, {
    collector: [prop('mappings', [providerMapping(t)]), prop('custom.width', 120)],
    enabled: [prop('mappings', [mapping({ true: { text: t.yes, color: 'green' }, false: { text: t.no, color: NEUTRAL } })]), prop('custom.width', 60), ...COLOURED],
    outcome: [prop('mappings', [outcomeMapping(t)]), ...COLOURED, prop('custom.width', 110)], reason: [prop('custom.width', 110), prop('noValue', '–')], message: [prop('custom.width', 130), prop('custom.cellOptions', { type: 'auto', wrapText: true }), prop('noValue', '–')],
    attempt: [prop('custom.width', 70), prop('noValue', '–')], durationMs: [prop('unit', 'ms'), prop('decimals', 1), prop('custom.width', 80), prop('noValue', '–')], upstreamRequests: [prop('custom.width', 85), prop('noValue', '–')], finishedAt: [...time, prop('noValue', '–')],
    lastSuccessAt: time, dataDay: [prop('unit', 'time:YYYY-MM-DD'), prop('custom.width', 130)], nextRunAt: [...time, prop('noValue', '–')],
    settingsMessage: [prop('custom.cellOptions', { type: 'auto', wrapText: true }), prop('noValue', '–')],
  }), t, 'collectors', id, place, [toBoard('business', t)]);
}

function syncLog(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['startedAt', 'collector', 'day', 'outcome', 'reason', 'message', 'attempt', 'durationMs', 'upstreamRequests', 'rowsWritten', 'warnings'] as const;
  const panel = new TableBuilder()
    .unit('none').thresholds(neutralThresholds()).colorScheme(fixed(NEUTRAL))
    .withTarget(query('A', { dataset: 'sync-logs', range: { kind: 'dashboard' }, filters: { limit: 200 }, fields }));
  return furnish(withNames(panel, t, fields, {
    startedAt: time, collector: [prop('mappings', [providerMapping(t)]), prop('custom.width', 120)], day: [prop('unit', 'time:YYYY-MM-DD'), prop('custom.width', 110)],
    outcome: [prop('mappings', [outcomeMapping(t)]), ...COLOURED, prop('custom.width', 110)], reason: [prop('custom.width', 110), prop('noValue', '–')], message: [prop('custom.minWidth', 130), prop('noValue', '–')],
    attempt: [prop('custom.width', 80)], durationMs: [prop('unit', 'ms'), prop('decimals', 1), prop('custom.width', 90)], upstreamRequests: [prop('custom.width', 100)], rowsWritten: [prop('custom.width', 80)],
    warnings: [prop('custom.minWidth', 120), prop('noValue', '–')],
  }), t, 'syncLog', id, place, [toBoard('costs', t)]);
}

function alerts(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = new TableBuilder()
    .unit('none').thresholds(neutralThresholds()).colorScheme(fixed(NEUTRAL))
    .withTarget(promQuery('A', 'max by (alertname, alertstate, severity, provider, month) (ALERTS{product="marginboard"})', '', true))
    .withTransformation(transform('labelsToFields', { mode: 'columns' }))
    .withTransformation(transform('merge', {}))
    .withTransformation(transform('filterFieldsByName', { include: { names: ['alertname', 'alertstate', 'severity', 'provider', 'month'] } }));
  return furnish(panel.overrideByName('severity', [prop('mappings', [mapping({ critical: { text: 'critical', color: 'red' }, warning: { text: 'warning', color: 'orange' } })]), ...COLOURED]), t, 'alerts', id, place, [toBoard('costs', t)]).datasource(PROMETHEUS);
}

const AGES = {
  dataAge: '(time() - (max by (collector) (marginboard_collector_data_day_timestamp_seconds) + 86400)) / 3600',
  runAge: '(time() - max by (collector) (marginboard_collector_last_run_timestamp_seconds)) / 3600',
} as const;

function age(t: Texts, name: keyof typeof AGES, id: number, place: Place): Builder<Panel> {
  const panel = new BarGaugeBuilder()
    .unit('suffix: h').decimals(0).min(0).max(48).thresholds(steps([null, 'green'], [28, 'orange'], [36, 'red']))
    .displayMode(BarGaugeDisplayMode.Basic).orientation(VizOrientation.Horizontal).valueMode(BarGaugeValueMode.Color).namePlacement(BarGaugeNamePlacement.Left).showUnfilled(true).reduceOptions(last(''))
    .withTarget(promQuery('A', AGES[name], '{{collector}}', true));
  return furnish(panel, t, name, id, place, [toBoard('business', t)]).datasource(PROMETHEUS);
}

function lines(t: Texts, name: 'durations' | 'failures' | 'upstream', unit: string, expr: string, legendFormat: string, id: number, place: Place): Builder<Panel> {
  const panel = new TimeSeriesBuilder()
    .unit(unit).decimals(unit === 's' ? 1 : 0).axisSoftMin(0).lineWidth(2).fillOpacity(0).showPoints(VisibilityMode.Never).legend(legend()).tooltip(tooltip()).thresholds(neutralThresholds())
    .withTarget(promQuery('A', expr, legendFormat));
  return furnish(withCollectorColours(panel), t, name, id, place, [toBoard('business', t)]).datasource(PROMETHEUS);
}

function databaseUp(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = card().textMode(BigValueTextMode.Value).unit('none').thresholds(steps([null, 'red'], [1, 'green'])).reduceOptions(last(''))
    .mappings([mapping({ 1: { text: 'OK', color: 'green' }, 0: { text: t.outcomes.failed, color: 'red' } })])
    .withTarget(promQuery('A', 'min(marginboard_database_up)', '', true));
  return furnish(panel, t, 'databaseUp', id, place, [toBoard('business', t)]).datasource(PROMETHEUS);
}

function snapshotAge(t: Texts, id: number, place: Place): Builder<Panel> {
  const panel = card().textMode(BigValueTextMode.Value).unit('s').decimals(0).thresholds(steps([null, 'green'], [600, 'orange'], [3_600, 'red'])).reduceOptions(last(''))
    .withTarget(promQuery('A', 'time() - min(marginboard_snapshot_timestamp_seconds)', '', true));
  return furnish(panel, t, 'snapshotAge', id, place, [toBoard('business', t)]).datasource(PROMETHEUS);
}

/** Are the collectors running, and how old is what they read? */
export function health(t: Texts): DashboardBuilder {
  const panels = [
    collectors(t, 1, { x: 0, y: 0, w: 24, h: 12 }),
    databaseUp(t, 2, { x: 0, y: 12, w: 5, h: 4 }),
    snapshotAge(t, 3, { x: 0, y: 16, w: 5, h: 4 }),
    age(t, 'dataAge', 4, { x: 5, y: 12, w: 5, h: 8 }),
    age(t, 'runAge', 10, { x: 10, y: 12, w: 5, h: 8 }),
    alerts(t, 5, { x: 15, y: 12, w: 9, h: 8 }),
    syncLog(t, 6, { x: 0, y: 20, w: 24, h: 11 }),
    lines(t, 'durations', 's', 'max by (collector) (marginboard_collector_last_run_duration_seconds)', '{{collector}}', 7, { x: 0, y: 31, w: 8, h: 8 }),
    lines(t, 'failures', 'locale', 'sum by (collector, kind) (increase(marginboard_collector_run_failures_total[24h])) > 0', '{{collector}}: {{kind}}', 8, { x: 8, y: 31, w: 8, h: 8 }),
    lines(t, 'upstream', 'locale', 'sum by (collector) (rate(marginboard_upstream_requests_total[1h])) * 3600', '{{collector}}', 9, { x: 16, y: 31, w: 8, h: 8 }),
  ];
  return panels.reduce((board, panel) => board.withPanel(panel), boardFrame('health', t, 'now-7d'));
}

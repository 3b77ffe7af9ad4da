import { performance } from 'node:perf_hooks';
import { addDays, daysBetween } from '../../money/days.ts';
import { loadPriceBook } from '../../llm/price-book.ts';
import type { CollectContext, Collected, Collector, Readiness, Warning } from '../contract.ts';
import { SkipError } from '../errors.ts';
import { createPrometheusClient, type PrometheusClient, type PrometheusSettings } from './client.ts';
import { readCounter } from './counters.ts';
import { unpricedTokens, type LlmData, type LlmDay } from './data.ts';
import { diagnose } from './diagnose.ts';
import type { LlmMapping } from './mapping.ts';
import { PRESETS } from './presets.ts';
import { samplesOf } from './samples.ts';
import { storeUsage } from './store.ts';
import { createTargetHistory } from './targets.ts';
import { createUsageTable } from './usage.ts';
import type { TimeWindow } from './windows.ts';

/**
 * LLM usage by day, user, provider and model, from counters in a Prometheus server. `mapping` replaces the preset for a
 * source with series of its own.
 */
export function createLlmCollector(settings: PrometheusSettings, mapping: LlmMapping = PRESETS[settings.LLM_PRESET]): Collector<LlmData> {
  const configured = (): Readiness => readiness(settings);
  const client = (): PrometheusClient => createPrometheusClient(settings, settings.PROMETHEUS_URL ?? '');
  return {
    name: 'llm',
    restatedDays: 2,
    // Prometheus keeps 15 days unless told; days that it no longer has are simply not there.
    backfillDays: 31,
    configured,
    collect: (context) => collect(context, client(), mapping, settings.LLM_PRESET),
    store: async (tx, _day, data) => ({ rows: await storeUsage(tx, data) }),
    samples: (data, day) => samplesOf(data.days.find((usage) => usage.day === day)),
    diagnose: (context) => diagnose(configured(), client, mapping, settings, context),
  };
}

function readiness(settings: PrometheusSettings): Readiness {
  if (settings.PROMETHEUS_URL === undefined) {
    return { outcome: 'skipped', reason: 'not_configured', message: 'PROMETHEUS_URL is not set: give the address of the Prometheus server that holds the LLM usage counters' };
  }
  const broken = (['PROMETHEUS_BEARER_TOKEN', 'PROMETHEUS_PASSWORD', 'PROMETHEUS_USERNAME', 'PROMETHEUS_ORG_ID'] as const).find((name) => /[^\x20-\x7E]/.test(settings[name] ?? ''));
  if (broken !== undefined) return { outcome: 'failed', kind: 'auth', reason: 'malformed_key', message: `${broken} holds a line break or another character that no header can carry` };
  return { outcome: 'ready' };
}

async function collect(context: CollectContext, client: PrometheusClient, mapping: LlmMapping, preset: string): Promise<Collected<LlmData>> {
  const started = performance.now();
  const prices = await loadPriceBook(context.db);
  const reader = { context, client, targets: createTargetHistory(context, client) };
  const days: LlmDay[] = [];
  for (const run of adjoining(context.days)) {
    const windows = run.flatMap((day) => windowOf(day, context.now));
    const table = createUsageTable(run, mapping);
    for (const series of mapping.series) table.add(series.fields, await readCounter(reader, series, windows));
    days.push(...table.days(prices, context.today));
  }
  if (days.length === 0) {
    throw new SkipError('upstream_not_ready', `Prometheus has no series of the preset ${preset} (${[...new Set(mapping.series.map(({ metric }) => metric))].join(', ')}) on the days that were read: is the application scraped, and is LLM_PRESET right?`);
  }
  context.log.debug({ days: days.length, rows: days.reduce((sum, { rows }) => sum + rows.length, 0), ms: Math.round(performance.now() - started) }, 'read LLM usage');
  return { data: { days }, warnings: warningsOf(days), asOf: context.now };
}

/** Runs of days without a gap: inside one, each day begins with what the day before ended with. */
function adjoining(days: readonly string[]): string[][] {
  const runs: string[][] = [];
  for (const day of [...new Set(days)].sort()) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && daysBetween(last, day) === 1) run.push(day);
    else runs.push([day]);
  }
  return runs;
}

function windowOf(day: string, now: Date): TimeWindow[] {
  const from = Date.parse(`${day}T00:00:00Z`);
  const to = Math.min(Date.parse(`${addDays(day, 1)}T00:00:00Z`) - 1, now.getTime());
  return to < from ? [] : [{ from, to }];
}

function warningsOf(days: readonly LlmDay[]): Warning[] {
  const rows = days.flatMap((day) => day.rows);
  const unpriced = rows.filter((row) => unpricedTokens(row) > 0);
  const models = new Set(unpriced.map(({ provider, model }) => `${provider}/${model}`));
  const unknown = rows.filter(({ user }) => user === 'unknown').length;
  const lacksInput = days.some(({ fields }) => fields.has('output') && !fields.has('input'));
  return [
    ...(models.size === 0 ? [] : [{ code: 'unpriced_usage', message: `no price is known for ${[...models].slice(0, 5).join(', ')}${models.size > 5 ? ' …' : ''}: its cost is left empty; add a contract price or correct the model's name`, count: models.size }]),
    ...(lacksInput ? [{ code: 'missing_input_tokens', message: 'there are output tokens but no input tokens: check the counters and LLM_PRESET' }] : []),
    ...(unknown === 0 || rows.length === 0 ? [] : [{ code: 'unknown_user', message: 'usage without a user is kept under "unknown"', count: unknown }]),
  ];
}

import { performance } from 'node:perf_hooks';
import { addDays } from '../../money/days.ts';
import { loadPriceBook } from '../../llm/pricing/price-book.ts';
import type { CollectContext, Collected, Collector, Readiness, Warning } from '../contract.ts';
import { SkipError } from '../errors.ts';
import { createPrometheusClient, type PrometheusClient, type PrometheusSettings } from './client.ts';
import { readCounter } from './counters.ts';
import { unpricedTokens, type LlmData, type LlmDay } from './data.ts';
import { diagnose } from './diagnose.ts';
import { readingOrder } from './reading-order.ts';
import { UNKNOWN, type LlmMapping, type SeriesMapping } from './mapping.ts';
import { llmReadiness } from './readiness.ts';
import { PRESETS } from './presets.ts';
import { createNames } from './rows.ts';
import { llmSamples } from './samples.ts';
import { presentCounters, userSlices } from './slices.ts';
import { withSmallHeap } from './small-heap.ts';
import { storeUsage } from './store.ts';
import { createTargetHistory } from './targets.ts';
import { createUsageTable } from './usage.ts';
import type { TimeWindow } from './windows.ts';

/**
 * Of the runner's 120 s for a collector. After these no older day is started; what was read is stored, the rest is
 * left to the next run.
 */
const BACKFILL_MS = 70_000;

/** A day with more rows is stored with a small heap. */
const MANY_ROWS = 20_000;

/** Starts counting the time of a run; the answer tells whether there is some left for older days. */
export type BackfillTime = () => () => boolean;

const startBackfillTime: BackfillTime = () => {
  const started = performance.now();
  return () => performance.now() - started < BACKFILL_MS;
};

export interface LlmCollectorOptions {
  /** Replaces the preset, for a source with series of its own. */
  readonly mapping?: LlmMapping;
  readonly backfillTime?: BackfillTime;
  /** More users than these are read in slices. */
  readonly usersAtOnce?: number;
}

/** LLM usage by day, user, provider and model, from counters in a Prometheus server. */
export function createLlmCollector(
  settings: PrometheusSettings,
  options: LlmCollectorOptions = {},
): Collector<LlmData> {
  const { mapping = PRESETS[settings.LLM_PRESET], backfillTime = startBackfillTime, usersAtOnce } = options;
  const configured = (): Readiness => llmReadiness(settings);
  const client = (): PrometheusClient => createPrometheusClient(settings, settings.PROMETHEUS_URL ?? '');
  return {
    name: 'llm',
    restatedDays: 2,
    // Prometheus keeps 15 days by default; days that it no longer has are simply not there.
    backfillDays: 31,
    configured,
    collect: (context) =>
      collect({
        context,
        client: client(),
        mapping,
        preset: settings.LLM_PRESET,
        hasTime: backfillTime(),
        usersAtOnce,
      }),
    store: async (tx, _day, data) => ({
      rows: await withSmallHeap(
        data.days.some(({ rows }) => rows.length > MANY_ROWS),
        () => storeUsage(tx, data),
      ),
    }),
    samples: (data, day) => llmSamples(data.days.find((usage) => usage.day === day)),
    diagnose: (context) => diagnose(configured(), client, mapping, settings, context),
  };
}

interface Collecting {
  readonly context: CollectContext;
  readonly client: PrometheusClient;
  readonly mapping: LlmMapping;
  readonly preset: string;
  readonly hasTime: () => boolean;
  readonly usersAtOnce: number | undefined;
}

async function collect({
  context,
  client,
  mapping,
  preset,
  hasTime,
  usersAtOnce,
}: Collecting): Promise<Collected<LlmData>> {
  const started = performance.now();
  const prices = await loadPriceBook(context.db);
  const reader = { context, client, targets: createTargetHistory(context, client) };
  const names = createNames();
  const days: LlmDay[] = [];
  const unread: string[] = [];
  for (const [index, run] of readingOrder(context.days, context.day).entries()) {
    if (index > 0 && !hasTime()) {
      unread.unshift(...run);
      continue;
    }
    const windows = run.flatMap((day) => windowOf(day, context.now));
    const table = createUsageTable({ days: run, today: context.today, mapping, prices, names });
    const slices = await userSlices(reader, mapping, windows, usersAtOnce);
    const counters = slices.length > 1 ? await presentCounters(reader, mapping, windows) : mapping.series;
    await withSmallHeap(slices.length > 1, async () => {
      for (const { matcher, completes } of slices) {
        for (const series of counters)
          table.add(series.fields, await readCounter(reader, narrowed(series, matcher), windows));
        table.finish(completes);
      }
    });
    days.push(...table.days());
  }
  if (days.length === 0) {
    throw new SkipError(
      'upstream_not_ready',
      `Prometheus has no series of the preset ${preset} (${[...new Set(mapping.series.map(({ metric }) => metric))].join(', ')}) on the days that were read: is the application scraped, and is LLM_PRESET right?`,
    );
  }
  days.sort((a, b) => (a.day < b.day ? -1 : 1));
  context.log.debug(
    {
      days: days.length,
      rows: days.reduce((sum, { rows }) => sum + rows.length, 0),
      unread: unread.length,
      ms: Math.round(performance.now() - started),
    },
    'read LLM usage',
  );
  return { data: { days }, warnings: warningsOf(days, unread), asOf: context.now, unread };
}

function windowOf(day: string, now: Date): TimeWindow[] {
  const from = Date.parse(`${day}T00:00:00Z`);
  const to = Math.min(Date.parse(`${addDays(day, 1)}T00:00:00Z`) - 1, now.getTime());
  return to < from ? [] : [{ from, to }];
}

function narrowed(series: SeriesMapping, matcher: string | undefined): SeriesMapping {
  return matcher === undefined ? series : { ...series, matchers: [...(series.matchers ?? []), matcher] };
}

function warningsOf(days: readonly LlmDay[], unread: readonly string[]): Warning[] {
  const models = new Set<string>();
  let unknown = 0;
  for (const { rows } of days) {
    for (const row of rows) {
      if (unpricedTokens(row) > 0) models.add(`${row.provider}/${row.model}`);
      if (row.user === UNKNOWN) unknown += 1;
    }
  }
  const lacksInput = days.some(({ fields }) => fields.has('output') && !fields.has('input'));
  return [
    ...(models.size === 0
      ? []
      : [
          {
            code: 'unpriced_usage',
            message: `no price is known for ${[...models].slice(0, 5).join(', ')}${models.size > 5 ? ' …' : ''}: its cost is left empty; add a contract price or correct the model's name`,
            count: models.size,
          },
        ]),
    ...(lacksInput
      ? [
          {
            code: 'missing_input_tokens',
            message: 'there are output tokens but no input tokens: check the counters and LLM_PRESET',
          },
        ]
      : []),
    ...(unread.length === 0
      ? []
      : [
          {
            code: 'unread_days',
            message: `there was no time for ${unread.length} older days (${unread[0] ?? ''} to ${unread.at(-1) ?? ''}): the next synchronisations read them`,
            count: unread.length,
          },
        ]),
    ...(unknown === 0
      ? []
      : [{ code: 'unknown_user', message: 'usage without a user is stored under "unknown"', count: unknown }]),
  ];
}

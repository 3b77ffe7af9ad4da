import { performance } from 'node:perf_hooks';
import { addDays } from '../../money/days.ts';
import { loadPriceBook } from '../../llm/pricing/price-book.ts';
import type { CollectContext, Collected, Collector, Readiness } from '../contract.ts';
import { CollectorError, SkipError } from '../errors.ts';
import { startBackfillPace, type BackfillPace } from './backfill-pace.ts';
import { createPrometheusClient, type PrometheusClient, type PrometheusSettings } from './client.ts';
import type { LlmData } from './data.ts';
import { diagnose } from './diagnose.ts';
import { readingOrder, takeGroup } from './reading-order.ts';
import { withMatchers, type LlmMapping } from './mapping.ts';
import { formsOf, readForms } from './metric-forms.ts';
import { withMetricNames } from './metric-names.ts';
import { onePerReplica, replicaLabelIn } from './replicas.ts';
import { llmReadiness } from './readiness.ts';
import { mappingOf } from './presets.ts';
import { createRestartHistory } from './restarts.ts';
import { federatedCopies } from './federated.ts';
import { createNames } from './rows.ts';
import { llmSamples } from './samples.ts';
import { presentCounters, userSlices, withoutUsers } from './slices.ts';
import { storeUsage } from './store.ts';
import { createTargetHistory, targetMatchers } from './targets.ts';
import { addUnreportedTokens } from './unreported.ts';
import { createUsageParts } from './usage-parts.ts';
import { createUsageTable } from './usage.ts';
import { createVariations } from './variations.ts';
import { createRowRemarks, warningsOf } from './warnings.ts';
import type { CounterReader, TimeWindow } from './windows.ts';

export interface LlmCollectorOptions {
  /** Replaces the preset, for a source with series of its own. */
  readonly mapping?: LlmMapping;
  /** Starts counting the time of a run. */
  readonly backfillPace?: () => BackfillPace;
  /** More users than these are read in slices. */
  readonly usersAtOnce?: number;
}

/** LLM usage by day, user, provider and model, from counters in a Prometheus server. */
export function createLlmCollector(
  settings: PrometheusSettings,
  options: LlmCollectorOptions = {},
): Collector<LlmData> {
  const { mapping = mappingOf(settings), backfillPace = startBackfillPace, usersAtOnce } = options;
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
        source: settings.LLM_MAPPING === undefined ? `the preset ${settings.LLM_PRESET}` : 'LLM_MAPPING',
        replicaLabel: settings.LLM_REPLICA_LABEL,
        pace: backfillPace(),
        usersAtOnce,
      }),
    store: async (tx, _day, data) => ({ rows: await storeUsage(tx, data) }),
    samples: (data, day) => data.stored?.samples ?? llmSamples(data.days.find((usage) => usage.day === day)),
    diagnose: (context) => diagnose(configured(), client, mapping, settings, context),
  };
}

interface Collecting {
  readonly context: CollectContext;
  readonly client: PrometheusClient;
  readonly mapping: LlmMapping;
  /** The preset or file that the mapping is from, as messages name it. */
  readonly source: string;
  readonly replicaLabel: string | undefined;
  readonly pace: BackfillPace;
  readonly usersAtOnce: number | undefined;
}

async function collect({
  context,
  client,
  mapping,
  replicaLabel,
  source,
  pace,
  usersAtOnce,
}: Collecting): Promise<Collected<LlmData>> {
  const started = performance.now();
  const prices = await loadPriceBook(context.db);
  const remarks = {
    workers: new Set<string>(),
    stepBacks: new Set<string>(),
    unjoined: new Set<string>(),
    ignored: new Set<string>(),
    unproven: new Map<string, boolean>(),
  };
  const variations = createVariations();
  let replicas: string | undefined;
  const reader: CounterReader = {
    context,
    client,
    targets: createTargetHistory(context, client),
    restarts: createRestartHistory(context, client),
    usageLabels: Object.values(mapping.labels).flat(),
    onUnproven: (target, isGoingOn) => void remarks.unproven.set(target, isGoingOn),
    onStepBack: (labels) => void remarks.stepBacks.add(targetMatchers(labels)),
    onWorkers: (labels) => void remarks.workers.add(targetMatchers(labels)),
  };
  const names = createNames();
  const parts = createUsageParts(context);
  const rowRemarks = createRowRemarks();
  const { first, older } = readingOrder(context.days, context.day);
  const left = [...older];
  let run = first.length > 0 ? first : takeGroup(left, pace(0, 0, 0));
  for (; run.length > 0; run = takeGroup(left, pace(run.length, parts.counts().rows, parts.storingMs()))) {
    const windows = run.flatMap((day) => windowOf(day, context.now));
    const named = await withMetricNames(reader, mapping, windows);
    for (const metric of named.ignored) remarks.ignored.add(metric);
    const table = createUsageTable({ days: run, today: context.today, mapping: named.mapping, prices, names });
    const slices = await userSlices(reader, named.mapping, windows, usersAtOnce);
    const isSliced = slices.length > 1;
    const counters = isSliced ? await presentCounters(reader, named.mapping, windows) : named.mapping.series;
    const withoutUser = isSliced ? await withoutUsers(reader, named.mapping, counters, windows) : undefined;
    for (const { matcher, completes } of slices) {
      const sliced = counters.map((series) => ({
        series,
        narrowed: matcher === undefined ? series : withMatchers(series, matcher),
      }));
      for (const forms of formsOf(sliced.map(({ narrowed: part }) => part))) {
        const read = await readForms(reader, named.mapping, forms, windows, (metric) => remarks.ignored.add(metric));
        for (const [part, found] of read) {
          replicas ??= replicaLabel === undefined ? replicaLabelIn(found) : undefined;
          const copies = new Set(federatedCopies(found));
          for (const { labels } of copies) remarks.ignored.add(`${part.metric}{${targetMatchers(labels)}}`);
          const own = copies.size === 0 ? found : found.filter((series) => !copies.has(series));
          const counted = replicaLabel === undefined ? own : onePerReplica(own, replicaLabel);
          const whole = sliced.find(({ narrowed: one }) => one === part)?.series;
          table.add(part.fields, counted, whole === undefined ? undefined : withoutUser?.has(whole));
        }
      }
      const read = sliced.map(({ narrowed: part }) => part);
      await addUnreportedTokens(reader, named.mapping, read, windows, context.now, table);
      // A cost without a user may belong to any: it can only be joined once all of them are read.
      if (withoutUser === undefined || withoutUser.size === 0) table.finish(completes);
    }
    const found = table.days();
    variations.merge(table.variations);
    for (const model of table.unjoined) remarks.unjoined.add(model);
    rowRemarks.add(found);
    await parts.add(run, found);
  }
  const unread = left.toReversed();
  const counts = parts.counts();
  if (counts.days === 0) throw nothingFound(mapping, source, client.bad);
  context.log.debug(
    { ...counts, unread: unread.length, ms: Math.round(performance.now() - started - parts.storingMs()) },
    'read LLM usage',
  );
  const warnings = [
    ...warningsOf(rowRemarks, { ...remarks, unread, bad: client.bad, replicaLabel: replicas }),
    ...variations.warnings(),
  ];
  return { data: parts.data(), warnings, asOf: context.now, unread };
}

function nothingFound(mapping: LlmMapping, source: string, bad: ReadonlyMap<string, string>): Error {
  const [example] = bad;
  if (example !== undefined) {
    const [name, value] = example;
    return new CollectorError(
      'bad_payload',
      'bad_response',
      `Prometheus holds a value that no counter can have: ${value} (${name.replace('\n', ' ').trim()})`,
    );
  }
  return new SkipError(
    'upstream_not_ready',
    `Prometheus has no series of ${source} (${[...new Set(mapping.series.map(({ metric }) => metric))].join(', ')}) on the days that were read: is the application scraped, and is LLM_PRESET right?`,
  );
}

function windowOf(day: string, now: Date): TimeWindow[] {
  const from = Date.parse(`${day}T00:00:00Z`);
  const to = Math.min(Date.parse(`${addDays(day, 1)}T00:00:00Z`) - 1, now.getTime());
  return to < from ? [] : [{ from, to }];
}

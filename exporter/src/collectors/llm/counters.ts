import type { CounterSample, FirstSample } from '../../money/counter-usage.ts';
import { seriesName, type SeriesSamples } from './client.ts';
import { continuedSeries } from './continuation.ts';
import { joinReturned, silentSeries } from './returned.ts';
import { readIrregular } from './irregular.ts';
import { lastReadings } from './last-readings.ts';
import { createKnownSeries, type KnownSeries } from './known-series.ts';
import { keyOf, selectorOf, withMatchers, type LlmField, type SeriesMapping } from './mapping.ts';
import { CLOCKS_MS, processStart } from './process-start.ts';
import { addHiddenRestarts } from './restarts.ts';
import type { Labels } from './schema.ts';
import { withoutStepBacks } from './step-backs.ts';
import { LOOK_BACK_MS, targetMatchers } from './targets.ts';
import { isRestarting, mayBeWorkers, splitWorkers } from './workers.ts';
import { irregularSeries, lastReadingAt, rangeOf, type CounterReader, type TimeWindow } from './windows.ts';

/** The readings of one series that tell its usage: where it never dropped, the last one of a window says all. */
export interface CounterSeries {
  readonly labels: Labels;
  readonly samples: CounterSample[];
  readonly first: FirstSample;
  /** Prometheus' own history of this target began here: what was used before it is not in these readings. */
  readonly beganAt?: number;
}

/** How far before the look-back a series that was silent is still searched. */
const OLDER_MS = 31 * 86_400_000;
/** Keeps a query's address below what proxies take. */
const MAX_QUERY = 6_000;

/**
 * Reads one counter over adjoining windows, oldest first. Raw samples of 10,000 users would be gigabytes a day. Between
 * two readings of a counter that did not drop, the raw samples add up to the difference, exactly; so only series that
 * did drop (`resets()` counts raw samples, it never extrapolates) are read sample by sample.
 */
export async function readCounter(
  reader: CounterReader,
  mapping: SeriesMapping,
  windows: readonly TimeWindow[],
): Promise<CounterSeries[]> {
  const [first] = windows;
  if (first === undefined) return [];
  const { client, context } = reader;
  const whole = { from: first.from, to: windows.at(-1)?.to ?? first.to };
  if (isRare(mapping) && !(await exists(reader, mapping, whole))) return [];
  const all = createKnownSeries();
  const before = first.from - 1;
  for (const series of await client.instant(
    context,
    `last_over_time(${selectorOf(mapping)}[${LOOK_BACK_MS}ms])`,
    before,
  )) {
    const isNumber = series.samples.every(({ value }) => value !== undefined);
    if (isNumber) all.append(series);
    else
      for (const raw of await client.raw(context, `${selectorOf(mapping, series.labels)}[${LOOK_BACK_MS}ms]`, before))
        all.append(raw);
  }
  const silent = await silentSeries(reader, mapping, before, all.seen());
  const older = onceOnly(() => seriesBefore(reader, mapping, before - LOOK_BACK_MS));
  // Most of the time nothing restarted: one question for all the windows tells.
  const mayDrop = (await irregularSeries(reader, mapping, whole)).size > 0;
  const readings = await lastReadings(reader, mapping, windows, all);
  for (const [index, window] of windows.entries())
    await readWindow(reader, mapping, window, readings[index] ?? [], all, { older, silent, mayDrop });
  await addHiddenRestarts(reader, mapping, whole, all);
  const { bad } = client;
  const isBad = (key: string): boolean =>
    bad.size > 0 && (bad.has(seriesName(mapping.metric, key)) || bad.has(seriesName('', key)));
  const workers: CounterSeries[] = [];
  const others: CounterSeries[] = [];
  for (const { key, series } of all.entries()) {
    if (isBad(key)) continue;
    if (mayBeWorkers(series) && !(await restarts(reader, series.labels, whole))) {
      reader.onWorkers?.(series.labels);
      workers.push(...splitWorkers(series));
    } else others.push(series);
  }
  return [...workers, ...(await withoutStepBacks(reader, others, whole))];
}

/** Figures that few sources have: one question saves those that reading an absent counter takes. */
const RARE: ReadonlySet<LlmField> = new Set(['cacheWrite1h', 'audioInput', 'audioOutput', 'gatewayCache']);

export function isRare({ fields, isRare: isSaidToBe = false }: SeriesMapping): boolean {
  return isSaidToBe || fields.every((field) => RARE.has(field));
}

async function exists({ client, context }: CounterReader, mapping: SeriesMapping, whole: TimeWindow): Promise<boolean> {
  const range = `[${whole.to - whole.from + LOOK_BACK_MS}ms]`;
  return (await client.instant(context, `group(last_over_time(${selectorOf(mapping)}${range}))`, whole.to)).length > 0;
}

async function restarts({ client, context }: CounterReader, labels: Labels, whole: TimeWindow): Promise<boolean> {
  const query = `process_start_time_seconds{${targetMatchers(labels)}}${rangeOf(whole)}`;
  const [starts] = await client.raw(context, query, whole.to);
  return isRestarting(starts?.samples ?? []);
}

/** What is known of the time before all windows. */
interface BeforeWindows {
  /** Series that were silent for longer than the look-back. */
  readonly older: () => Promise<ReadonlySet<string>>;
  /** Series that had fallen silent within it. */
  readonly silent: Set<string>;
  /** Whether a series drops in any of the windows. */
  readonly mayDrop: boolean;
}

async function readWindow(
  reader: CounterReader,
  mapping: SeriesMapping,
  window: TimeWindow,
  last: readonly SeriesSamples[],
  all: KnownSeries,
  { older, silent, mayDrop }: BeforeWindows,
): Promise<void> {
  if (last.length === 0) return;
  const returned = silent.size === 0 ? [] : last.filter(({ key }) => silent.delete(key));
  await joinReturned(reader, mapping, returned, window, all);
  const born = last.filter(({ key }) => !all.has(key));
  if (born.length > 0) await recall(reader, mapping, born, await older(), window, all);
  const fresh = born.filter(({ key }) => !all.has(key));
  if (fresh.length > 0) await beginSeries(reader, mapping, fresh, window, all);
  const irregular = mayDrop ? await irregularSeries(reader, mapping, window) : new Map<string, Labels>();
  // A counter that was given other labels is read in the same way under each of them.
  if (irregular.size > 0)
    for (const { key, labels } of last)
      if (all.keysOf(key).some((one) => irregular.has(one))) irregular.set(key, labels);
  const regular = irregular.size === 0 ? last : last.filter(({ key }) => !irregular.has(key));
  if (regular.some(({ key }) => isStale(all.get(key), window))) await readFirst(reader, mapping, window, regular, all);
  for (const series of regular) all.append(series);
  if (irregular.size === 0) return;
  const joined = new Map<string, SeriesSamples>();
  await readIrregular(reader, mapping, window, irregular, (series) => {
    const [entry = series.key, ...others] = all.keysOf(series.key);
    if (others.length === 0) return all.append(series);
    joined.set(entry, { ...series, samples: [...(joined.get(entry)?.samples ?? []), ...series.samples] });
  });
  for (const series of joined.values()) all.append({ ...series, samples: series.samples.toSorted(byTime) });
}

function byTime(a: CounterSample, b: CounterSample): number {
  return a.time - b.time || ((a.value ?? 0n) < (b.value ?? 0n) ? -1 : 1);
}

function isStale(series: CounterSeries | undefined, window: TimeWindow): boolean {
  const known = series?.samples.at(-1)?.time;
  return known !== undefined && known < window.from - LOOK_BACK_MS;
}

/**
 * The first reading in the window of series that were silent for longer than the look-back: Prometheus did not compare
 * it with the one before. In a window without a drop the first reading is the smallest.
 */
async function readFirst(
  { client, context }: CounterReader,
  mapping: SeriesMapping,
  window: TimeWindow,
  regular: readonly SeriesSamples[],
  all: KnownSeries,
): Promise<void> {
  const stale = new Set(regular.map(({ key }) => key).filter((key) => isStale(all.get(key), window)));
  for (const { key, labels, samples } of await client.instant(
    context,
    `min_over_time(${selectorOf(mapping)}${rangeOf(window)})`,
    window.to,
  )) {
    if (stale.has(key))
      all.append({ key, labels, samples: samples.map(({ value }) => ({ time: window.from, value })) });
  }
}

/** Finds the last reading of series that had been silent for longer than the look-back. */
async function recall(
  { client, context }: CounterReader,
  mapping: SeriesMapping,
  born: readonly SeriesSamples[],
  older: ReadonlySet<string>,
  window: TimeWindow,
  all: KnownSeries,
): Promise<void> {
  const candidates = born.filter(({ key }) => older.has(key));
  const queries = candidates.map(({ labels }) => `last_over_time(${selectorOf(mapping, labels)}[${OLDER_MS}ms])`);
  for (const query of joined(queries)) {
    for (const series of await client.instant(context, query, window.from - 1)) {
      // The reading itself is older than the look-back; its exact time does not matter, that it is old does.
      all.append({
        ...series,
        samples: series.samples.map(({ value }) => ({ time: window.from - 1 - LOOK_BACK_MS - 1, value })),
      });
    }
  }
}

/** Series without any earlier reading: born now, or there since before Prometheus first looked. */
async function beginSeries(
  reader: CounterReader,
  mapping: SeriesMapping,
  fresh: readonly SeriesSamples[],
  window: TimeWindow,
  all: KnownSeries,
): Promise<void> {
  for (const [target, arrived] of Map.groupBy(fresh, ({ labels }) => targetMatchers(labels))) {
    const known = all.seen().filter(({ labels }) => targetMatchers(labels) === target);
    const continued = await continuedSeries(reader, mapping, target, arrived, known, window);
    for (const { key, labels } of arrived) {
      const { of, before } = continued.get(key) ?? {};
      if (of !== undefined) all.join(key, of);
      else if (before !== undefined) all.set(key, { labels, samples: [before], first: 'baseline' });
    }
    const members = arrived.filter(({ key }) => !continued.has(key));
    const [member] = members;
    if (member === undefined) continue;
    const since = await reader.targets.since(member.labels, window.from, window.to);
    const atStart = Number.isFinite(since)
      ? await reader.client.instant(reader.context, ...lastReadingAt(selectorOf(withMatchers(mapping, target)), since))
      : [];
    // A process that began inside the window counted nothing before it.
    const started = atStart.length === 0 ? undefined : await processStart(reader, target, since, 1);
    if (started !== undefined && started >= window.from && started <= since + CLOCKS_MS) atStart.length = 0;
    const initial = new Map(atStart.map((series) => [series.key, series]));
    for (const { key, labels } of members) {
      const start = initial.get(key);
      all.set(
        key,
        start === undefined
          ? { labels, samples: [], first: 'counts' }
          : { labels, samples: [...start.samples], first: 'baseline', beganAt: since },
      );
    }
  }
}

async function seriesBefore(
  { client, context }: CounterReader,
  mapping: SeriesMapping,
  time: number,
): Promise<ReadonlySet<string>> {
  return new Set(
    (await client.series(context, selectorOf(mapping), time - OLDER_MS, time)).map((labels) => keyOf(labels)),
  );
}

function joined(queries: readonly string[]): string[] {
  const result: string[] = [];
  for (const query of queries) {
    const last = result.at(-1);
    if (last !== undefined && last.length + query.length < MAX_QUERY) result[result.length - 1] = `${last} or ${query}`;
    else result.push(query);
  }
  return result;
}

function onceOnly<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= work());
}

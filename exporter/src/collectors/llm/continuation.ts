import type { CounterSample } from '../../money/counter-usage.ts';
import type { SeriesSamples } from './client.ts';
import { keyOf, selectorOf, type SeriesMapping } from './mapping.ts';
import { processStart } from './process-start.ts';
import type { Labels } from './schema.ts';
import type { CounterReader, TimeWindow } from './windows.ts';

type Named = Pick<SeriesSamples, 'key' | 'labels'>;

/** A label is added between two scrapes; beyond this pause a new series is a new one. */
const MAX_PAUSE_MS = 2 * 3_600_000;
/** Pairs that are looked at sample by sample to find the moment at which labels changed. */
const MAX_PIVOTS = 3;

/**
 * Series of one target that only continue others under more labels or fewer, or under another name or value of one: the
 * old one is silent from where the new one begins, all their common labels are equal, the new one does not begin below,
 * and the process did not restart. Counting such a series from 0 would count all its life again. Returns the last
 * reading before, by the new key.
 */
export async function continuedSeries(
  reader: CounterReader,
  mapping: SeriesMapping,
  target: string,
  fresh: readonly Named[],
  known: readonly Named[],
  window: TimeWindow,
): Promise<ReadonlyMap<string, CounterSample>> {
  const continued = new Map<string, CounterSample>();
  const olds = Map.groupBy([...known, ...fresh], ({ labels }) => namesOf(labels).join(','));
  for (const [signature, news] of Map.groupBy(fresh, ({ labels }) => namesOf(labels).join(','))) {
    for (const [other, candidates] of olds) {
      const [names, oldNames] = [signature.split(','), other.split(',')];
      const pairs = pairsOf(news, candidates, names, oldNames);
      for (const [key, sample] of await continuedPairs(reader, mapping, target, pairs, window))
        continued.set(key, sample);
      const renamed = pairsRenamed(news, candidates, names, oldNames);
      for (const [key, sample] of await continuedPairs(reader, mapping, target, renamed, window, isProven))
        if (!continued.has(key)) continued.set(key, sample);
    }
  }
  for (const label of relabelled([...known, ...fresh], reader.usageLabels ?? [])) {
    const pairs = pairsApartFrom(label, fresh, known);
    for (const [key, sample] of await continuedPairs(reader, mapping, target, pairs, window, isProven))
      if (!continued.has(key)) continued.set(key, sample);
  }
  return continued;
}

interface Pair {
  readonly old: Named;
  readonly next: Named;
  /** Labels that both have with the same value. */
  readonly common: readonly string[];
}

/** A label that a scrape configuration gives has few values; one with many names something that is counted. */
const MAX_VALUES = 8;

/** Labels that may have been given another value: not those of usage, nor of the target itself. */
function relabelled(all: readonly Named[], usageLabels: readonly string[]): string[] {
  const values = new Map<string, Set<string>>();
  for (const { labels } of all)
    for (const name of namesOf(labels)) values.set(name, (values.get(name) ?? new Set()).add(labels[name] ?? ''));
  return [...values]
    .filter(([, { size }]) => size > 1 && size <= MAX_VALUES)
    .map(([name]) => name)
    .filter((name) => !['job', 'instance', ...usageLabels].includes(name));
}

/** New series with the one other series that differs from it in this label's value alone. */
function pairsApartFrom(label: string, fresh: readonly Named[], known: readonly Named[]): Pair[] {
  const isNew = new Set(fresh.map(({ key }) => key));
  const groups = Map.groupBy(
    [...known, ...fresh].filter(({ labels }) => labels[label] !== undefined),
    ({ labels }) => keyOf({ ...labels, [label]: '' }),
  );
  return [...groups.values()].flatMap(([one, other, ...more]) => {
    if (one === undefined || other === undefined || more.length > 0) return [];
    const common = namesOf(one.labels).filter((name) => name !== label);
    return [
      { old: one, next: other, common },
      { old: other, next: one, common },
    ].filter(({ next }) => isNew.has(next.key));
  });
}

/** New series with the one old series that has equal labels as far as both have them. */
function pairsOf(
  news: readonly Named[],
  olds: readonly Named[],
  newNames: readonly string[],
  oldNames: readonly string[],
): Pair[] {
  const common = newNames.length < oldNames.length ? newNames : oldNames;
  const more = new Set(common === newNames ? oldNames : newNames);
  if (newNames.length === oldNames.length || !common.every((name) => more.has(name))) return [];
  return matched(news, olds, common, (labels) => keyOf(only(labels, common)));
}

/** New series with the one old series that has the same values, one of them under another name of a label. */
function pairsRenamed(
  news: readonly Named[],
  olds: readonly Named[],
  newNames: readonly string[],
  oldNames: readonly string[],
): Pair[] {
  const common = newNames.filter((name) => oldNames.includes(name));
  const [renamed = '', ...others] = newNames.filter((name) => !oldNames.includes(name));
  const [formerly = '', ...more] = oldNames.filter((name) => !newNames.includes(name));
  if (renamed === '' || formerly === '' || others.length + more.length > 0) return [];
  return matched(news, olds, common, (labels) =>
    keyOf({ ...only(labels, common), '': labels[renamed] ?? labels[formerly] ?? '' }),
  );
}

/** Series of both sides with equal identities, where exactly one of each side has it. */
function matched(
  news: readonly Named[],
  olds: readonly Named[],
  common: readonly string[],
  identityOf: (labels: Labels) => string,
): Pair[] {
  const byIdentity = Map.groupBy(olds, ({ labels }) => identityOf(labels));
  return [...Map.groupBy(news, ({ labels }) => identityOf(labels))].flatMap(([identity, [next, ...others]]) => {
    const [old, ...more] = byIdentity.get(identity) ?? [];
    const isOne = others.length + more.length === 0;
    return next === undefined || old === undefined || !isOne ? [] : [{ old, next, common }];
  });
}

async function continuedPairs(
  reader: CounterReader,
  mapping: SeriesMapping,
  target: string,
  pairs: readonly Pair[],
  window: TimeWindow,
  isOneProcess: (reader: CounterReader, target: string, change: Change) => Promise<boolean> = isLikely,
): Promise<(readonly [string, CounterSample])[]> {
  const change = await changeOf(reader, mapping, pairs.slice(0, MAX_PIVOTS), window);
  if (change === undefined || !(await isOneProcess(reader, target, change))) return [];
  const { client, context } = reader;
  const selector = selectorOf({ ...mapping, matchers: [...(mapping.matchers ?? []), target] });
  const at = async (time: number): Promise<ReadonlyMap<string, bigint | undefined>> => {
    const found = await client.instant(context, `last_over_time(${selector}[1ms])`, time);
    return new Map(found.map(({ key, samples }) => [key, samples[0]?.value]));
  };
  const [before, after] = [await at(change.last), await at(change.first)];
  return pairs.flatMap(({ old, next }) => {
    const [was, is] = [before.get(old.key), after.get(next.key)];
    const isContinued =
      was !== undefined && is !== undefined && is >= was && !after.has(old.key) && !before.has(next.key);
    return isContinued ? [[next.key, { time: change.last, value: was }] as const] : [];
  });
}

interface Change {
  /** The last scrape with the old labels, and the first with the new ones. */
  readonly last: number;
  readonly first: number;
}

async function changeOf(
  { client, context }: CounterReader,
  mapping: SeriesMapping,
  pairs: readonly Pair[],
  { from, to }: TimeWindow,
): Promise<Change | undefined> {
  const range = `[${to - from + MAX_PAUSE_MS}ms]`;
  for (const { old, next, common } of pairs) {
    const found = await client.raw(context, `${selectorOf(mapping, only(old.labels, common))}${range}`, to);
    const last = timesOf(found, old.key).at(-1);
    const [first] = timesOf(found, next.key);
    if (last !== undefined && first !== undefined && last < first && first - last <= MAX_PAUSE_MS)
      return { last, first };
  }
  return undefined;
}

type Starts = readonly [before: number | undefined, after: number | undefined];

async function startsAround(reader: CounterReader, target: string, { last, first }: Change): Promise<Starts> {
  return [await processStart(reader, target, last, MAX_PAUSE_MS), await processStart(reader, target, first, 1)];
}

/** Nothing says that the process restarted: enough where labels were added or taken away. */
async function isLikely(reader: CounterReader, target: string, change: Change): Promise<boolean> {
  const [before, after] = await startsAround(reader, target, change);
  return before === undefined || after === undefined || before === after;
}

/**
 * Another value often comes with another process (`version`), or while the old series expired: only a process that
 * says it is the same, seen in two scrapes one after the other, continues.
 */
async function isProven(reader: CounterReader, target: string, change: Change): Promise<boolean> {
  const [before, after] = await startsAround(reader, target, change);
  if (before === undefined || before !== after) return false;
  const { client, context } = reader;
  const scrapes = await client.raw(context, `up{${target}}[${change.first - change.last + 1}ms]`, change.first);
  const times = (scrapes[0]?.samples ?? []).map(({ time }) => time);
  return times.includes(change.first) && !times.some((time) => time > change.last && time < change.first);
}

function timesOf(found: readonly SeriesSamples[], key: string): number[] {
  return (found.find((series) => series.key === key)?.samples ?? []).map(({ time }) => time);
}

function namesOf(labels: Labels): string[] {
  return Object.keys(labels)
    .filter((name) => name !== '__name__')
    .sort();
}

function only(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(names.map((name) => [name, labels[name] ?? '']));
}

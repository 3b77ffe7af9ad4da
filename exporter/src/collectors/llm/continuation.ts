import type { CounterSample } from '../../money/counter-usage.ts';
import { selectorOf, withMatchers, type SeriesMapping } from './mapping.ts';
import { processStart } from './process-start.ts';
import { pairsOf, possibleChains, type Named, type Pair } from './relabelling.ts';
import type { Labels } from './schema.ts';
import { LOOK_BACK_MS } from './targets.ts';
import { lastReadingAt, type CounterReader, type TimeWindow } from './windows.ts';

/** Without a process that says it is the same one, a new series after a longer pause is a new one. */
const MAX_PAUSE_MS = 2 * 3_600_000;
/** In place of a label's name: the name of the metric, where it has several. */
const METRIC = '';

/** What a series goes on from. */
export interface Continuation {
  /** The earlier series of the same counter; undefined where it has another metric name. */
  readonly of: string | undefined;
  /** The last reading under the earlier labels or name. */
  readonly before: CounterSample;
}

/**
 * Series of one target that only go on from others under other labels, or under another name of the metric: the old one
 * is silent from where the new one begins, the new one does not begin below, and the process did not restart. Counting
 * such a series from 0 would count all its life again. By the new key.
 */
export async function continuedSeries(
  reader: CounterReader,
  mapping: SeriesMapping,
  target: string,
  fresh: readonly Named[],
  known: readonly Named[],
  window: TimeWindow,
): Promise<ReadonlyMap<string, Continuation>> {
  const narrowed = withMatchers(mapping, target);
  const all: Counter[] = [narrowed, ...(mapping.otherNames ?? []).map((metric) => ({ ...narrowed, metric }))].map(
    (series) => ({ series, isOwn: series.metric === mapping.metric, isRenamed: mapping.otherNames !== undefined }),
  );
  const continued = new Map<string, Continuation>();
  const isFresh = new Set(fresh.map(({ key }) => key));
  for (const change of await changesOf(reader, all, fresh, known, window)) {
    const { ended, began } = await aroundChange(reader, all, change);
    const pairs = pairsOf(ended, began, reader.usageLabels ?? []);
    for (const { old, next } of await accepted(reader, target, change, pairs, ended.length)) {
      if (!next.isOwn || !isFresh.has(next.key) || continued.has(next.key)) continue;
      continued.set(next.key, { of: old.isOwn ? old.key : undefined, before: { time: change.last, value: old.value } });
    }
  }
  return continued;
}

/** A counter of the target under one of its names. */
interface Counter {
  readonly series: SeriesMapping;
  /** Under the name that is being read. */
  readonly isOwn: boolean;
  /** The metric has several names: they count as a label. */
  readonly isRenamed: boolean;
}

interface Member extends Named {
  readonly counter: Counter;
  readonly isOwn: boolean;
}

function memberOf(counter: Counter, { key, labels }: Named): Member {
  const { series, isOwn, isRenamed } = counter;
  return {
    counter,
    isOwn,
    key: isOwn ? key : `${series.metric}\n${key}`,
    labels: isRenamed ? { ...labels, [METRIC]: series.metric } : labels,
  };
}

interface Change {
  /** The last scrape with the old labels, and the first with the new ones. */
  readonly last: number;
  readonly first: number;
}

/** The moments in the window at which series were replaced by others, oldest first. */
async function changesOf(
  { client, context, usageLabels = [] }: CounterReader,
  all: readonly Counter[],
  fresh: readonly Named[],
  known: readonly Named[],
  { from, to }: TimeWindow,
): Promise<Change[]> {
  const range = `[${to - from + LOOK_BACK_MS}ms]`;
  const own = all.filter(({ isOwn }) => isOwn);
  const others: Member[] = [];
  for (const counter of all.filter(({ isOwn }) => !isOwn)) {
    const found = await client.instant(context, `last_over_time(${selectorOf(counter.series)}${range})`, to);
    others.push(...found.map((one) => memberOf(counter, one)));
  }
  const [news, olds] = [fresh, known].map((some) =>
    own.flatMap((counter) => some.map((one) => memberOf(counter, one))),
  );
  const changes = new Map<number, Change>();
  for (const chain of possibleChains(news ?? [], [...(olds ?? []), ...others], usageLabels)) {
    const keys = new Set(chain.map(({ key }) => key));
    const times: Scrape[] = [];
    for (const counter of new Set(chain.map((member) => member.counter))) {
      const found = await client.raw(context, `${selectorOf(counter.series, commonOf(chain))}${range}`, to);
      for (const member of found.map((one) => ({ ...memberOf(counter, one), samples: one.samples })))
        if (keys.has(member.key)) times.push(...member.samples.map(({ time }) => ({ time, key: member.key })));
    }
    for (const change of changesIn(times)) if (change.first >= from) changes.set(change.first, change);
  }
  return [...changes.values()].sort((a, b) => a.first - b.first);
}

interface Scrape {
  readonly time: number;
  readonly key: string;
}

/** Where one series follows on another. One that was there beside them all along is a counter of its own. */
function changesIn(scrapes: readonly Scrape[]): Change[] {
  const ordered = scrapes.toSorted((a, b) => a.time - b.time);
  const isBeside = ({ time, key }: Scrape, before: Scrape | undefined): boolean =>
    before?.time === time && before.key !== key;
  if (ordered.some((scrape, index) => isBeside(scrape, ordered[index - 1]))) {
    const byKey = [...Map.groupBy(ordered, ({ key }) => key)].sort(([, a], [, b]) => b.length - a.length);
    const [longest] = byKey;
    return byKey.length <= 2 ? [] : changesIn(ordered.filter(({ key }) => key !== longest?.[0]));
  }
  return ordered.flatMap(({ time, key }, index) => {
    const before = ordered[index - 1];
    return before === undefined || before.key === key ? [] : [{ last: before.time, first: time }];
  });
}

/** Labels that all of them have with the same value. */
function commonOf([first, ...more]: readonly Member[]): Labels {
  return Object.fromEntries(
    Object.entries(first?.labels ?? {}).filter(
      ([name, value]) => name !== METRIC && more.every(({ labels }) => labels[name] === value),
    ),
  );
}

interface Reading extends Member {
  readonly value: bigint;
}

/** Series that were there at the last scrape before a change only, and at the first after it only. */
async function aroundChange(
  { client, context }: CounterReader,
  all: readonly Counter[],
  { last, first }: Change,
): Promise<{ readonly ended: Reading[]; readonly began: Reading[] }> {
  const at = async (time: number, isAfter: boolean): Promise<Map<string, Reading>> => {
    const readings = new Map<string, Reading>();
    for (const counter of all) {
      for (const one of await client.instant(context, ...lastReadingAt(selectorOf(counter.series), time))) {
        const value =
          one.samples[0]?.value ?? (await numberNear({ client, context }, counter, one.labels, time, isAfter));
        const member = memberOf(counter, one);
        if (value !== undefined) readings.set(member.key, { ...member, value });
      }
    }
    return readings;
  };
  const [before, after] = [await at(last, false), await at(first, true)];
  return {
    ended: [...before.values()].filter(({ key }) => !after.has(key)),
    began: [...after.values()].filter(({ key }) => !before.has(key)),
  };
}

/** The last number before, or the first one after, a reading that is NaN. */
async function numberNear(
  { client, context }: Pick<CounterReader, 'client' | 'context'>,
  { series }: Counter,
  labels: Labels,
  time: number,
  isAfter: boolean,
): Promise<bigint | undefined> {
  const query = `${selectorOf(series, labels)}[${MAX_PAUSE_MS}ms]`;
  const [found] = await client.raw(context, query, isAfter ? time + MAX_PAUSE_MS : time);
  const numbers = found?.samples.flatMap(({ value }) => value ?? []) ?? [];
  return isAfter ? numbers[0] : numbers.at(-1);
}

/**
 * The pairs of which the new series goes on from the old one. Another value of a label often comes with another process
 * (`version`), or while the old series expired: the process must say that it is the same, in two scrapes one after the
 * other. Where it says nothing of when it began, all that ended must go on and none may have grown by all its life.
 */
async function accepted(
  reader: CounterReader,
  target: string,
  change: Change,
  pairs: readonly Pair<Reading>[],
  ended: number,
): Promise<readonly Pair<Reading>[]> {
  const higher = pairs.filter(({ old, next }) => next.value >= old.value);
  if (higher.length === 0) return [];
  const { last, first } = change;
  const before = await processStart(reader, target, last, MAX_PAUSE_MS);
  const after = await processStart(reader, target, first, 1);
  const isUnknown = before === undefined || after === undefined;
  if (!isUnknown && before !== after) return [];
  const isShort = first - last <= MAX_PAUSE_MS;
  const grown = isShort ? higher.filter(({ isGrown }) => isGrown) : [];
  const isNext = async (): Promise<boolean> => !(await hasScrapesBetween(reader, target, change));
  if (!isUnknown) return (await isNext()) ? higher : grown;
  if (grown.length * 2 > ended) {
    reader.onUnproven?.(target, true);
    return grown;
  }
  if (higher.length < ended || !(await isNext())) return [];
  const sum = (of: 'old' | 'next'): bigint => higher.reduce((total, pair) => total + pair[of].value, 0n);
  const isLikely = sum('next') < 2n * sum('old');
  reader.onUnproven?.(target, isLikely);
  return isLikely ? higher : [];
}

/** Whether the target was read in between: what was absent there expired, and was not given other labels. */
async function hasScrapesBetween({ client, context }: CounterReader, target: string, { last, first }: Change) {
  for (const metric of ['up', 'process_start_time_seconds']) {
    const found = await client.raw(context, `${metric}{${target}}[${first - last + 1}ms]`, first);
    const samples = found.flatMap((series) => series.samples);
    if (samples.some(({ time, value }) => time > last && time < first && value !== undefined && value > 0n))
      return true;
  }
  return false;
}

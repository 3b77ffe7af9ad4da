import type { CounterSample } from '../../money/counter-usage.ts';
import type { SeriesSamples } from './client.ts';
import type { CounterSeries } from './counters.ts';
import type { Labels } from './schema.ts';

/**
 * The series of one counter as far as they are read, by key. A counter that was given other labels while it ran has
 * several keys: all of them lead to one entry, so that what it counted under either is counted once.
 */
export interface KnownSeries {
  get(key: string): CounterSeries | undefined;
  has(key: string): boolean;
  /** The same text as the very string that was seen first, if it was: two that are one are compared at once. */
  sameKey(key: string): string;
  set(key: string, series: CounterSeries): void;
  /** From now on readings of `key` belong to the entry of `other`; what was read of `key` before stays its own. */
  join(key: string, other: string): void;
  /** All the keys that lead to the entry of `key`. */
  keysOf(key: string): readonly string[];
  /** Adds readings that are newer than what is known; NaN does not count. */
  append(series: SeriesSamples): void;
  entries(): readonly Entry[];
  /** Every key that was seen, with its labels. */
  seen(): readonly { readonly key: string; readonly labels: Labels }[];
}

interface Entry {
  /** The first of its keys. */
  readonly key: string;
  readonly series: CounterSeries;
}

export function createKnownSeries(): KnownSeries {
  const all = new Map<string, Entry>();
  const entryOf = new Map<string, string>();
  const keys = new Map<string, string[]>();
  const joined = new Map<string, Labels>();
  // Labels are seldom changed: mostly nothing needs to be looked up.
  const first = (key: string): string => (entryOf.size === 0 ? key : (entryOf.get(key) ?? key));

  return {
    get: (key) => all.get(first(key))?.series,
    has: (key) => all.has(first(key)),
    sameKey: (key) => all.get(key)?.key ?? key,
    set(key, series) {
      const entry = first(key);
      all.set(entry, { key: entry, series });
    },
    join(key, other) {
      const [entry, was] = [first(other), first(key)];
      if (entry === was) return;
      const moved = keys.get(was) ?? [key];
      keys.delete(was);
      for (const one of moved) entryOf.set(one, entry);
      keys.set(entry, [...(keys.get(entry) ?? [entry]), ...moved]);
    },
    keysOf: (key) => keys.get(first(key)) ?? [key],
    append({ key, labels, samples }) {
      const entry = first(key);
      if (entry !== key) joined.set(key, labels);
      const known = all.get(entry);
      const series: CounterSeries = known?.series ?? { labels, samples: [], first: 'baseline' };
      for (const sample of samples) appendSample(series.samples, sample);
      if (known === undefined && series.samples.length > 0) all.set(entry, { key: entry, series });
    },
    entries: () => [...all.values()],
    seen: () => [
      ...[...all.values()].map(({ key, series: { labels } }) => ({ key, labels })),
      ...[...joined].map(([key, labels]) => ({ key, labels })),
    ],
  };
}

/**
 * A counter that never dropped between two readings of one time, under two of its label sets, stood at the lower one
 * first.
 */
function appendSample(samples: CounterSample[], sample: CounterSample): void {
  if (sample.value === undefined) return;
  const last = samples.at(-1);
  if (last === undefined || sample.time > last.time) samples.push(sample);
  else if (sample.time === last.time && sample.value > (last.value ?? 0n)) samples[samples.length - 1] = sample;
}

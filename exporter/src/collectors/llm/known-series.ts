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
  set(key: string, series: CounterSeries): void;
  /** From now on readings of `key` belong to the entry of `other`; what was read of `key` before stays its own. */
  join(key: string, other: string): void;
  /** All the keys that lead to the entry of `key`. */
  keysOf(key: string): readonly string[];
  /** Adds readings that are newer than what is known; NaN does not count. */
  append(series: SeriesSamples): void;
  /** The entries, by their first keys. */
  entries(): readonly (readonly [key: string, series: CounterSeries])[];
  /** Every key that was seen, with its labels. */
  seen(): readonly { readonly key: string; readonly labels: Labels }[];
}

export function createKnownSeries(): KnownSeries {
  const all = new Map<string, CounterSeries>();
  const entryOf = new Map<string, string>();
  const keys = new Map<string, string[]>();
  const joined = new Map<string, Labels>();
  const first = (key: string): string => entryOf.get(key) ?? key;

  return {
    get: (key) => all.get(first(key)),
    has: (key) => all.has(first(key)),
    set: (key, series) => void all.set(first(key), series),
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
      const series: CounterSeries = all.get(entry) ?? { labels, samples: [], first: 'baseline' };
      for (const sample of samples) appendSample(series.samples, sample);
      if (series.samples.length > 0) all.set(entry, series);
    },
    entries: () => [...all],
    seen: () => [
      ...[...all].map(([key, { labels }]) => ({ key, labels })),
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

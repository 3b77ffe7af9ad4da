import type { SeriesSamples } from './client.ts';
import { continuedSeries } from './continuation.ts';
import type { KnownSeries } from './known-series.ts';
import { selectorOf, type SeriesMapping } from './mapping.ts';
import { possibleChains, type Named } from './relabelling.ts';
import { LOOK_BACK_MS, targetMatchers } from './targets.ts';
import type { CounterReader, TimeWindow } from './windows.ts';

/** Shorter silence is a pause between two scrapes. */
const SILENT_MS = 3_600_000;

/**
 * Series that fell silent before `time` and may have gone on under other labels since. Asked for only where labels
 * could have changed at all.
 */
export async function silentSeries(
  { client, context, usageLabels = [] }: CounterReader,
  mapping: SeriesMapping,
  time: number,
  known: readonly Named[],
): Promise<Set<string>> {
  if (possibleChains(known, [], usageLabels).length === 0) return new Set();
  const last = (range: number): string => `last_over_time(${selectorOf(mapping)}[${range}ms])`;
  const found = await client.instant(context, `${last(LOOK_BACK_MS)} unless ${last(SILENT_MS)}`, time);
  return new Set(found.map(({ key }) => key));
}

/**
 * Labels that were changed and changed back: the returned series goes on from the one that counted in between, not from
 * its own last reading, or what that one counted would count twice.
 */
export async function joinReturned(
  reader: CounterReader,
  mapping: SeriesMapping,
  returned: readonly SeriesSamples[],
  window: TimeWindow,
  all: KnownSeries,
): Promise<void> {
  for (const [target, members] of Map.groupBy(returned, ({ labels }) => targetMatchers(labels))) {
    const keys = new Set(members.map(({ key }) => key));
    const known = all.seen().filter(({ key, labels }) => !keys.has(key) && targetMatchers(labels) === target);
    for (const [key, { of }] of await continuedSeries(reader, mapping, target, members, known, window))
      if (of !== undefined) all.join(key, of);
  }
}

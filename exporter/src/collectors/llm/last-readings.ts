import type { PrometheusClient, SeriesSamples } from './client.ts';
import type { KnownSeries } from './known-series.ts';
import { selectorOf, type SeriesMapping } from './mapping.ts';
import { cannotTell } from './slices.ts';
import { rangeOf, type CounterReader, type TimeWindow } from './windows.ts';

/**
 * The last reading of each series in each window. Whole days are asked for in one question, which sends the labels
 * once; a window of another length, such as the running day, in one of its own.
 */
export async function lastReadings(
  reader: CounterReader,
  mapping: SeriesMapping,
  windows: readonly TimeWindow[],
  known: Pick<KnownSeries, 'sameKey'>,
): Promise<SeriesSamples[][]> {
  const readings: SeriesSamples[][] = [];
  for (const stretch of stretchesOf(windows)) {
    const [first, ...more] = stretch;
    if (first === undefined) continue;
    const together =
      more.length === 0 || cannotRange.has(reader.client) ? undefined : await inOne(reader, mapping, stretch, known);
    if (together !== undefined) readings.push(...together);
    else for (const window of stretch) readings.push(await lastOf(reader, mapping, window));
  }
  return readings;
}

/** Servers that refuse such questions or answer something else: they are asked window by window. */
const cannotRange = new WeakSet<PrometheusClient>();

async function inOne(
  reader: CounterReader,
  mapping: SeriesMapping,
  windows: readonly TimeWindow[],
  known: Pick<KnownSeries, 'sameKey'>,
): Promise<SeriesSamples[][] | undefined> {
  try {
    return await lastOfEach(reader, mapping, windows, known);
  } catch (error) {
    cannotTell(error);
    cannotRange.add(reader.client);
    return undefined;
  }
}

function lastOf({ client, context }: CounterReader, mapping: SeriesMapping, window: TimeWindow) {
  return client.instant(context, `last_over_time(${selectorOf(mapping)}${rangeOf(window)})`, window.to);
}

/**
 * Servers with a cache move the times of such a question to multiples of its step. Midnights are such multiples: it is
 * asked at those, with an offset to the end of the window before.
 */
async function lastOfEach(
  { client, context }: CounterReader,
  mapping: SeriesMapping,
  windows: readonly TimeWindow[],
  known: Pick<KnownSeries, 'sameKey'>,
): Promise<SeriesSamples[][]> {
  const [first] = windows;
  const last = windows.at(-1);
  if (first === undefined || last === undefined) return [];
  const query = `last_over_time(${selectorOf(mapping)}${rangeOf(first)} offset 1ms)`;
  const answer = await client.range(context, query, first.to + 1, last.to + 1, lengthOf(first));
  const places = new Map(windows.map(({ to }, index) => [to + 1, index]));
  const readings: SeriesSamples[][] = windows.map(() => []);
  for (const { key: read, labels, samples } of answer) {
    const key = known.sameKey(read);
    for (const { time, value } of samples) {
      const at = readings[places.get(time) ?? -1];
      at?.push({ key, labels, samples: [{ time: time - 1, value }] });
    }
  }
  return readings;
}

/** Adjoining windows of one length together. */
function stretchesOf(windows: readonly TimeWindow[]): TimeWindow[][] {
  const stretches: TimeWindow[][] = [];
  for (const window of windows) {
    const before = stretches.at(-1)?.at(-1);
    if (before !== undefined && before.to + 1 === window.from && lengthOf(before) === lengthOf(window))
      stretches.at(-1)?.push(window);
    else stretches.push([window]);
  }
  return stretches;
}

function lengthOf({ from, to }: TimeWindow): number {
  return to - from + 1;
}

import type { SeriesSamples } from './client.ts';
import { selectorOf, type SeriesMapping } from './mapping.ts';
import type { Labels } from './schema.ts';
import { droppedInside, rangeOf, type CounterReader, type TimeWindow } from './windows.ts';

/** So many are asked for one by one. */
const FEW = 24;
/** So short a stretch is read raw, whatever the number of series. */
const SHORT_MS = 10 * 60_000;

/**
 * Raw samples of the series that dropped in a window. A restarted process drops thousands of series at one moment: the
 * window is divided where one of them dropped, after which most have no drop left inside either part, and a part's
 * first and last readings tell all. Drops at scattered moments are found by halving.
 */
export async function readIrregular(
  reader: CounterReader,
  mapping: SeriesMapping,
  window: TimeWindow,
  wanted: ReadonlyMap<string, Labels>,
  found: (series: SeriesSamples) => void,
  depth = 0,
): Promise<void> {
  const { client, context } = reader;
  if (wanted.size <= FEW) {
    for (const [key, labels] of wanted) {
      const answer = await client.raw(context, `${selectorOf(mapping, labels)}${rangeOf(window)}`, window.to);
      answer.filter((series) => series.key === key).forEach(found);
    }
    return;
  }
  if (window.to - window.from <= SHORT_MS) {
    const answer = await client.raw(context, `${selectorOf(mapping)}${rangeOf(window)}`, window.to);
    answer.filter((series) => wanted.has(series.key)).forEach(found);
    return;
  }
  const middle = Math.floor((window.from + window.to) / 2);
  const end = depth % 2 === 0 ? ((await endBeforeDrop(reader, mapping, window, wanted)) ?? middle) : middle;
  for (const part of [
    { from: window.from, to: end },
    { from: end + 1, to: window.to },
  ])
    await readPart(reader, mapping, part, wanted, found, depth);
}

async function readPart(
  reader: CounterReader,
  mapping: SeriesMapping,
  part: TimeWindow,
  wanted: ReadonlyMap<string, Labels>,
  found: (series: SeriesSamples) => void,
  depth: number,
): Promise<void> {
  const { client, context } = reader;
  const range = `${selectorOf(mapping)}${rangeOf(part)}`;
  const dropped = await client.instant(context, droppedInside(mapping, part), part.to);
  const deeper = new Map(dropped.filter(({ key }) => wanted.has(key)).map(({ key, labels }) => [key, labels]));
  const isTold = ({ key }: SeriesSamples): boolean => wanted.has(key) && !deeper.has(key);
  if (deeper.size < wanted.size) {
    // Without a drop inside, the smallest reading is the first one: it shows a drop between this part and the one
    // before.
    const first = await client.instant(context, `min_over_time(${range})`, part.to);
    first
      .filter(isTold)
      .forEach((series) =>
        found({ ...series, samples: series.samples.map(({ value }) => ({ time: part.from, value })) }),
      );
    (await client.instant(context, `last_over_time(${range})`, part.to)).filter(isTold).forEach(found);
  }
  if (deeper.size > 0) await readIrregular(reader, mapping, part, deeper, found, depth + 1);
}

/**
 * A time between the first drop of one of the series and its last reading before, where it dropped inside the window.
 */
async function endBeforeDrop(
  { client, context }: CounterReader,
  mapping: SeriesMapping,
  window: TimeWindow,
  wanted: ReadonlyMap<string, Labels>,
): Promise<number | undefined> {
  const [pivot] = wanted;
  if (pivot === undefined) return undefined;
  const answer = await client.raw(context, `${selectorOf(mapping, pivot[1])}${rangeOf(window)}`, window.to);
  const samples =
    answer
      .find(({ key }) => key === pivot[0])
      ?.samples.filter(({ time, value }) => time >= window.from && value !== undefined) ?? [];
  const drop = samples.findIndex(({ value }, index) => index > 0 && (value ?? 0n) < (samples[index - 1]?.value ?? 0n));
  const before = samples[drop - 1]?.time;
  // One millisecond later: Prometheus 2 takes a range's start into it, 3 does not.
  return before === undefined || before + 1 >= window.to ? undefined : before + 1;
}

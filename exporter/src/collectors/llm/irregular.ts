import type { SeriesSamples } from './client.ts';
import { selectorOf, type SeriesMapping } from './mapping.ts';
import type { Labels } from './schema.ts';
import { irregularSeries, keyOf, rangeOf, type CounterReader, type TimeWindow } from './windows.ts';

/** So many are asked for one by one. */
const FEW = 24;
/** So short a stretch is read raw, whatever the number of series. */
const SHORT_MS = 10 * 60_000;

/**
 * Raw samples of the series that dropped in a window. A restarted process drops thousands of series at one moment: then the
 * window is halved until only the few minutes around the drop are read raw, and the rest by its last readings.
 */
export async function readIrregular(reader: CounterReader, mapping: SeriesMapping, window: TimeWindow, wanted: ReadonlyMap<string, Labels>, found: (series: SeriesSamples) => void): Promise<void> {
  const { client, context } = reader;
  if (wanted.size <= FEW) {
    for (const [key, labels] of wanted) {
      const answer = await client.raw(context, `${selectorOf(mapping, labels)}${rangeOf(window)}`, window.to);
      answer.filter((series) => keyOf(series.labels) === key).forEach(found);
    }
    return;
  }
  const isWanted = (series: SeriesSamples): boolean => wanted.has(keyOf(series.labels));
  if (window.to - window.from <= SHORT_MS) {
    const answer = await client.raw(context, `${selectorOf(mapping)}${rangeOf(window)}`, window.to);
    answer.filter(isWanted).forEach(found);
    return;
  }
  const middle = Math.floor((window.from + window.to) / 2);
  for (const half of [{ from: window.from, to: middle }, { from: middle + 1, to: window.to }]) {
    const irregular = await irregularSeries(reader, mapping, half);
    const last = await client.instant(context, `last_over_time(${selectorOf(mapping)}${rangeOf(half)})`, half.to);
    last.filter((series) => isWanted(series) && !irregular.has(keyOf(series.labels))).forEach(found);
    const deeper = new Map([...irregular].filter(([key]) => wanted.has(key)));
    if (deeper.size > 0) await readIrregular(reader, mapping, half, deeper, found);
  }
}

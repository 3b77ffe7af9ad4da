import { everFalls, type CounterSample } from '../../money/counter-usage.ts';
import type { CounterSeries } from './counters.ts';
import { targetMatchers } from './targets.ts';
import type { CounterReader, TimeWindow } from './windows.ts';

/** A fall by less than this part of the reading before it may be no restart; VictoriaMetrics has the same limit. */
const SMALL_PART = 8n;
/** A replica lags by a few readings; after a longer pause a restarted counter may stand nearly as high again. */
const SOON_MS = 3_600_000;

/** Between two readings. */
interface Fall {
  readonly from: number;
  readonly to: number;
}

/**
 * Takes out readings that are a little below those before them: two replicas behind one address of which one is
 * older, or a cost that was corrected downwards. Taken for a restart, the whole counter would count again. It is one
 * where the process says that it began then, or where another series of the target fell far at the same time.
 */
export async function withoutStepBacks(
  reader: CounterReader,
  all: readonly CounterSeries[],
  whole: TimeWindow,
): Promise<CounterSeries[]> {
  const stepped = new Set(
    all.filter(({ samples }) => everFalls(samples) && fallsOf(samples).some(({ isSmall }) => isSmall)),
  );
  if (stepped.size === 0) return [...all];
  const farFalls = farFallsByTarget(all);
  const kept: CounterSeries[] = [];
  for (const series of all) {
    if (!stepped.has(series)) {
      kept.push(series);
      continue;
    }
    const target = targetMatchers(series.labels);
    const restarts = (await reader.restarts?.of(series.labels.job ?? '', whole)) ?? [];
    const known = restarts
      .filter((restart) => restart.target === target)
      .map(({ last, first }): Fall => ({ from: last, to: first }));
    const samples = withoutLower(series.samples, [...known, ...(farFalls.get(target) ?? [])]);
    if (samples.length < series.samples.length) reader.onStepBack?.(series.labels);
    kept.push({ ...series, samples });
  }
  return kept;
}

function fallsOf(samples: readonly CounterSample[]): (Fall & { readonly isSmall: boolean })[] {
  return samples.flatMap(({ time, value }, index) => {
    const before = samples[index - 1];
    if (before?.value === undefined || value === undefined || value >= before.value) return [];
    return [
      { from: before.time, to: time, isSmall: isSmallFall(before.value, value) && time - before.time <= SOON_MS },
    ];
  });
}

function isSmallFall(before: bigint, value: bigint): boolean {
  return value < before && (before - value) * SMALL_PART < before;
}

/** When series of a target fell far; a restarted process makes thousands fall at one moment. */
function farFallsByTarget(all: readonly CounterSeries[]): Map<string, Fall[]> {
  const found = new Map<string, Map<string, Fall>>();
  for (const { labels, samples } of all) {
    for (const fall of fallsOf(samples)) {
      if (fall.isSmall) continue;
      const target = targetMatchers(labels);
      const falls = found.get(target) ?? new Map<string, Fall>();
      found.set(target, falls.set(`${fall.from} ${fall.to}`, fall));
    }
  }
  return new Map([...found].map(([target, falls]) => [target, [...falls.values()]]));
}

/** The readings without those below the highest since the last restart. */
function withoutLower(samples: readonly CounterSample[], restarts: readonly Fall[]): CounterSample[] {
  const kept: CounterSample[] = [];
  for (const [index, sample] of samples.entries()) {
    const before = kept.at(-1);
    const isSoon = sample.time - (samples[index - 1]?.time ?? -Infinity) <= SOON_MS;
    const isLower =
      before?.value !== undefined && sample.value !== undefined && isSmallFall(before.value, sample.value);
    const isRestart = restarts.some(({ from, to }) => from < sample.time && to > (before?.time ?? -Infinity));
    if (!isLower || !isSoon || isRestart) kept.push(sample);
  }
  return kept;
}

import { everFalls, type CounterSample } from '../../money/counter-usage.ts';
import type { CounterSeries } from './counters.ts';

/** So many returns to where a counter was before it dropped are no restarts any more. */
const MIN_RETURNS = 6;
/** In readings. */
const MAX_LAG = 4n;
/** A drop returns when one of so many next readings is as high as before it. */
const SOON = 8;

/**
 * Several processes behind one address, each with counters of its own: every scrape meets another one, and each change
 * looks like a restart. A restarted counter begins at 0 and stays below; this one returns at once to where it was,
 * again and again. Its readings are divided into those that never drop, one for each process, and each counts from its
 * own first reading: what a process counted before it was first met is not known.
 */
export function splitWorkers(series: CounterSeries): CounterSeries[] {
  // Forwards, the first reading of a process that had not been met looks like a rise of another one. Backwards from
  // the last reading of each, every reading finds its own.
  const last = divided(series.samples, []).flatMap((worker) => worker.slice(-1));
  const workers = divided(
    series.samples.toReversed().filter((sample) => !last.includes(sample)),
    last,
    true,
  );
  return workers.map((samples) => ({ labels: series.labels, samples: samples.toReversed(), first: 'baseline' }));
}

/** Each reading goes to the process whose last one is the nearest that a counter can have come from (or go to). */
function divided(
  samples: readonly CounterSample[],
  known: readonly CounterSample[],
  isBackwards = false,
): CounterSample[][] {
  const workers = known.map((sample) => [sample]);
  for (const sample of samples) {
    const { value } = sample;
    if (value === undefined) continue;
    const distance = (worker: readonly CounterSample[]): bigint =>
      isBackwards ? lastOf(worker) - value : value - lastOf(worker);
    const [nearest] = workers
      .filter((worker) => distance(worker) >= 0n)
      .toSorted((a, b) => (distance(a) < distance(b) ? -1 : 1));
    if (nearest === undefined) workers.push([sample]);
    else nearest.push(sample);
  }
  return workers;
}

/** Whether the readings return so often to where they were before a drop. */
export function mayBeWorkers({ samples }: CounterSeries): boolean {
  return everFalls(samples) && returns(samples) >= MIN_RETURNS;
}

/** A process that restarts again and again begins later each time; two that answer in turn go back. */
export function isRestarting(starts: readonly CounterSample[]): boolean {
  const times = starts.flatMap(({ value }) => value ?? []);
  const changes = times.filter((time, index) => index > 0 && time !== times[index - 1]);
  return (
    changes.length >= MIN_RETURNS && changes.every((time, index) => index === 0 || time > (changes[index - 1] ?? 0n))
  );
}

function returns(samples: readonly CounterSample[]): number {
  const lag = lagOf(samples);
  let count = 0;
  for (const [index, { value }] of samples.entries()) {
    const before = samples[index - 1]?.value;
    if (before === undefined || value === undefined || before - value <= lag) continue;
    const next = samples.slice(index + 1, index + 1 + SOON);
    if (next.some((later) => later.value !== undefined && later.value >= before)) count += 1;
  }
  return count;
}

/**
 * By so much one replica of a counter may stand below another that was read a little later: a few times what the
 * highest reading rises by from one to the next.
 */
function lagOf(samples: readonly CounterSample[]): bigint {
  const values = samples.flatMap(({ value }) => value ?? []);
  const [first = 0n] = values;
  const highest = values.reduce((high, value) => (value > high ? value : high), first);
  return values.length === 0 ? 0n : (MAX_LAG * (highest - first)) / BigInt(values.length);
}

function lastOf(samples: readonly CounterSample[]): bigint {
  return samples.at(-1)?.value ?? 0n;
}

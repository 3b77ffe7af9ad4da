import type { CounterSample } from '../../money/counter-usage.ts';
import type { RequestContext } from '../retry.ts';
import type { PrometheusClient } from './client.ts';
import type { KnownSeries } from './known-series.ts';
import { keyOf, selectorOf, withMatchers, type SeriesMapping } from './mapping.ts';
import { cannotTell } from './slices.ts';
import { CLOCKS_MS } from './process-start.ts';
import { LOOK_BACK_MS, targetMatchers } from './targets.ts';
import type { CounterReader, TimeWindow } from './windows.ts';

/** So many targets, and restarts of one, are looked at; beyond that, what a counter shows by itself counts. */
const MAX_TARGETS = 24;
const MAX_RESTARTS = 24;
const PER_MS = 10n ** 9n;

/** The last scrape of a process and the first of its successor. */
export interface Restart {
  readonly target: string;
  readonly last: number;
  readonly first: number;
}

export interface RestartHistory {
  of(job: string, whole: TimeWindow): Promise<readonly Restart[]>;
}

/**
 * Adds what a restart hides that no drop shows: after a long gap a counter may already stand above where it was. The
 * process says when it began (`process_start_time_seconds`); its counters began at 0 then.
 */
export async function addHiddenRestarts(
  reader: CounterReader,
  mapping: SeriesMapping,
  whole: TimeWindow,
  all: KnownSeries,
): Promise<void> {
  const jobs = new Set(all.entries().map(({ series }) => series.labels.job ?? ''));
  const found = await Promise.all([...jobs].map(async (job) => (await reader.restarts?.of(job, whole)) ?? []));
  for (const restart of found.flat()) {
    const { higher, before, fell } = await aroundRestart(reader, mapping, restart);
    // A gateway that keeps what was pushed to it restarts without losing it: series stand as they stood. Of a process
    // that lost its counters one may do so by chance, but more fell or are absent.
    // A counter at 0 stands there after either.
    const stood = [...higher].filter(([key, value]) => value !== 0n && before.get(key) === value);
    if (stood.length > fell) continue;
    for (const key of higher.keys()) {
      const [series, value] = [all.get(key), before.get(key)];
      if (series !== undefined && value !== undefined) insertRestart(series.samples, restart, value);
    }
  }
}

/** Restarts of a job's targets in a stretch of time and before it; every counter asks for the same ones. */
export function createRestartHistory(context: RequestContext, client: PrometheusClient): RestartHistory {
  const known = new Map<string, Promise<readonly Restart[]>>();

  async function find(job: string, { from, to }: TimeWindow): Promise<readonly Restart[]> {
    const range = `[${to - from + LOOK_BACK_MS}ms]`;
    const starts = `process_start_time_seconds{job=${JSON.stringify(job)}}`;
    const changed = await client.instant(context, `changes(${starts}${range}) > 0`, to);
    if (changed.length > MAX_TARGETS) return [];
    const restarts: Restart[] = [];
    for (const { labels } of changed) {
      const target = targetMatchers(labels);
      const [found] = await client.raw(context, `process_start_time_seconds{${target}}${range}`, to);
      restarts.push(...restartsIn(target, found?.samples ?? []));
    }
    return restarts;
  }

  return {
    of(job, whole) {
      const key = `${whole.from} ${whole.to} ${job}`;
      // Without it only what the counters show by themselves counts.
      const found = known.get(key) ?? find(job, whole).catch(noRestarts);
      known.set(key, found);
      return found;
    },
  };
}

function noRestarts(error: unknown): readonly Restart[] {
  cannotTell(error);
  return [];
}

/** Two processes that answer in turn begin again and again at the same two times: that is no restart. */
function restartsIn(target: string, starts: readonly CounterSample[]): Restart[] {
  const restarts: Restart[] = [];
  for (const [index, { time: first, value: began }] of starts.entries()) {
    const before = starts[index - 1];
    if (before?.value === undefined || began === undefined || began === before.value) continue;
    if (began < before.value) return [];
    const at = Number(began / PER_MS);
    if (at >= before.time - CLOCKS_MS && at <= first + CLOCKS_MS) restarts.push({ target, last: before.time, first });
  }
  return restarts.length > MAX_RESTARTS ? [] : restarts;
}

type Values = ReadonlyMap<string, bigint | undefined>;

interface AroundRestart {
  /** First readings after the restart, of series that did not drop. */
  readonly higher: Values;
  /** The last readings of those before it. */
  readonly before: Values;
  /** How many series of the last scrape before it stood lower after it, or were absent. */
  readonly fell: number;
}

async function aroundRestart(
  { client, context }: CounterReader,
  mapping: SeriesMapping,
  { target, last, first }: Restart,
): Promise<AroundRestart> {
  const selector = selectorOf(withMatchers(mapping, target));
  const valuesOf = async (query: string, time: number): Promise<Values> =>
    new Map(
      (await client.instant(context, query, time)).map(({ labels, samples }) => [keyOf(labels), samples[0]?.value]),
    );
  const earlier = `last_over_time(${selector}[${LOOK_BACK_MS}ms] offset ${first - last}ms)`;
  const higher = await valuesOf(`last_over_time(${selector}[1ms]) >= ${earlier}`, first);
  if (higher.size === 0) return { higher, before: higher, fell: 0 };
  const present = await valuesOf(`last_over_time(${selector}[1ms])`, last);
  const fell = [...present.keys()].filter((key) => !higher.has(key)).length;
  return { higher, before: await valuesOf(earlier, first), fell };
}

function insertRestart(samples: CounterSample[], { last, first }: Restart, before: bigint): void {
  const next = samples.findIndex(({ time }) => time >= first);
  if (next <= 0) return;
  const known = samples[next - 1];
  const stood = known === undefined || known.time < last ? [{ time: last, value: before }] : [];
  samples.splice(next, 0, ...stood, { time: first - 1, value: 0n });
}

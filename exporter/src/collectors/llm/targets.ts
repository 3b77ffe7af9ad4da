import type { RequestContext } from '../retry.ts';
import type { PrometheusClient } from './client.ts';
import type { Labels } from './schema.ts';

/**
 * When Prometheus first read a scrape target: decides whether a series that turns up inside a window was born there.
 */
export interface TargetHistory {
  /**
   * The time of the target's first sample in `[from, to]`; -Infinity when it had been read in the two days before.
   * A failed scrape (`up 0`) does not count as a reading.
   */
  since(labels: Labels, from: number, to: number): Promise<number>;
}

export const LOOK_BACK_MS = 2 * 86_400_000;
const FIRST_LOOK_MS = 10 * 60_000;

export function createTargetHistory(context: RequestContext, client: PrometheusClient): TargetHistory {
  const known = new Map<string, Promise<number>>();

  async function hasSamples(target: string, from: number, to: number): Promise<boolean> {
    const range = `[${to - from + 1}ms]`;
    // `up` and the scrape_* series are written for failed scrapes too.
    const query = `count(last_over_time({__name__=~".+",__name__!~"up|scrape_.+",${target}}${range}) or max_over_time(up{${target}}${range}) > 0)`;
    return (await client.instant(context, query, to)).length > 0;
  }

  async function find(target: string, from: number, to: number): Promise<number> {
    const before = from - 1;
    if (await hasSamples(target, before - FIRST_LOOK_MS, before)) return -Infinity;
    if (await hasSamples(target, before - LOOK_BACK_MS, before)) return -Infinity;
    // `up` is written with the samples of its scrape. A target that was written in another way has none.
    const [up] = await client.raw(context, `up{${target}}[${to - from + 1}ms]`, to);
    const firstUp = up?.samples.find(({ value }) => value !== undefined && value > 0n)?.time;
    if (firstUp === undefined) return firstSample(target, from, to);
    return (await hasSamples(target, from, firstUp - 1)) ? firstSample(target, from, firstUp - 1) : firstUp;
  }

  /** No function tells the first sample's time: halves the window until one millisecond is left. */
  async function firstSample(target: string, from: number, to: number): Promise<number> {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (await hasSamples(target, low, middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  return {
    since(labels, from, to) {
      const target = targetMatchers(labels);
      const key = `${target} ${from}`;
      const found = known.get(key) ?? find(target, from, to);
      known.set(key, found);
      return found;
    },
  };
}

/** A scrape target is its job and instance; series that were pushed may have neither. */
export function targetMatchers(labels: Labels): string {
  return `job=${JSON.stringify(labels.job ?? '')},instance=${JSON.stringify(labels.instance ?? '')}`;
}

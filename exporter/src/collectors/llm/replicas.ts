import type { CounterSeries } from './counters.ts';
import { usageByDay } from '../../money/counter-usage.ts';
import { keyOf } from './mapping.ts';
import type { Labels } from './schema.ts';

/**
 * Two Prometheus servers that scrape the same target write each series twice, apart from one label. Of such series the
 * one with the most usage stays: a replica that missed scrapes has less, none can have too much.
 */
export function onePerReplica(series: readonly CounterSeries[], label: string): CounterSeries[] {
  const groups = Map.groupBy(series, ({ labels }) => keyOf(without(labels, label)));
  return [...groups.values()].flatMap((members) => members.toSorted(byUsage).slice(0, 1));
}

function byUsage(a: CounterSeries, b: CounterSeries): number {
  const [x, y] = [totalOf(a), totalOf(b)];
  return x > y ? -1 : x < y ? 1 : 0;
}

function totalOf({ samples, first }: CounterSeries): bigint {
  return [...usageByDay(samples, first).values()].reduce((sum, amount) => sum + amount, 0n);
}

/** A label of replicas that would count usage more than once: series differ in nothing else. */
export function replicaLabelIn(series: readonly { readonly labels: Labels }[]): string | undefined {
  const [label] = series.flatMap(({ labels }) =>
    Object.keys(labels).filter((name) => /^_*([a-z_]+_)?replica_*$/.test(name)),
  );
  if (label === undefined) return undefined;
  const groups = Map.groupBy(series, ({ labels }) => keyOf(without(labels, label)));
  return [...groups.values()].some(({ length }) => length > 1) ? label : undefined;
}

function without(labels: Labels, label: string): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => name !== label));
}

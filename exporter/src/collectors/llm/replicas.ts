import type { CounterSeries } from './counters.ts';
import { usageByDay } from '../../money/counter-usage.ts';
import { keyOf } from './mapping.ts';

/**
 * Two Prometheus servers that scrape the same target write each series twice, apart from one label. Of such series the
 * one with the most usage stays: a replica that missed scrapes has less, none can have too much.
 */
export function onePerReplica(series: readonly CounterSeries[], label: string): CounterSeries[] {
  const groups = Map.groupBy(series, ({ labels }) => keyOf(labels, [label]));
  return [...groups.values()].flatMap((members) => members.toSorted(byUsage).slice(0, 1));
}

function byUsage(a: CounterSeries, b: CounterSeries): number {
  const [x, y] = [totalOf(a), totalOf(b)];
  return x > y ? -1 : x < y ? 1 : 0;
}

/** All that a series counted. */
export function totalOf({ samples, first }: CounterSeries): bigint {
  return [...usageByDay(samples, first).values()].reduce((sum, amount) => sum + amount, 0n);
}

/**
 * A label that would count usage more than once: series differ in nothing else. Replicas of a server are known by their
 * label's name; one address that two jobs scrape, by standing at the same values.
 */
export function replicaLabelIn(series: readonly CounterSeries[]): string | undefined {
  const names = new Set<string>();
  for (const { labels } of series) for (const name in labels) names.add(name);
  const label = [...names].find((name) => /^(_*([a-z_]+_)?replica_*|prometheus)$/.test(name));
  if (label !== undefined && doublesBy(label, series).length > 0) return label;
  const [one] = series;
  if (one === undefined || series.every(({ labels }) => labels.job === one.labels.job)) return undefined;
  const used = doublesBy(
    'job',
    series.filter(({ labels }) => labels.instance !== undefined),
  ).filter((members) => members.every((member) => totalOf(member) > 0n));
  const equal = used.filter((members) => new Set(members.map(({ samples }) => samples.at(-1)?.value)).size === 1);
  return equal.length > 0 && equal.length * 2 >= used.length ? 'job' : undefined;
}

function doublesBy(label: string, series: readonly CounterSeries[]): CounterSeries[][] {
  return [...Map.groupBy(series, ({ labels }) => keyOf(labels, [label])).values()].filter(({ length }) => length > 1);
}

import type { RequestContext } from '../retry.ts';
import type { PrometheusClient } from './client.ts';
import { selectorOf, type SeriesMapping } from './mapping.ts';
import type { Labels } from './schema.ts';
import { LOOK_BACK_MS, type TargetHistory } from './targets.ts';

/** A stretch of time, both ends included, in milliseconds. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

export interface CounterReader {
  readonly context: RequestContext;
  readonly client: PrometheusClient;
  readonly targets: TargetHistory;
}

/** Series that dropped inside the window, or between their reading before it and their first one in it, or that hold NaN. */
export async function irregularSeries({ client, context }: CounterReader, mapping: SeriesMapping, window: TimeWindow): Promise<Map<string, Labels>> {
  const range = `${selectorOf(mapping)}${rangeOf(window)}`;
  const previous = `last_over_time(${selectorOf(mapping)}[${LOOK_BACK_MS}ms] offset ${window.to - window.from + 1}ms)`;
  const query = `resets(${range}) > 0 or sum_over_time(${range}) != sum_over_time(${range}) or min_over_time(${range}) < ${previous}`;
  return new Map((await client.instant(context, query, window.to)).map(({ labels }) => [keyOf(labels), labels]));
}

export function rangeOf(window: TimeWindow): string {
  return `[${window.to - window.from + 1}ms]`;
}

/** One series by its labels; its metric name is the mapping's. */
export function keyOf(labels: Labels): string {
  const names = Object.keys(labels).filter((name) => name !== '__name__').sort();
  return JSON.stringify(names.map((name) => [name, labels[name]]));
}

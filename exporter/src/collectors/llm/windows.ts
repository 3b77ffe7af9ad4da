import type { RequestContext } from '../retry.ts';
import type { PrometheusClient } from './client.ts';
import { selectorOf, type SeriesMapping } from './mapping.ts';
import type { RestartHistory } from './restarts.ts';
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
  readonly restarts?: RestartHistory;
  /** Labels that name users, providers and models. */
  readonly usageLabels?: readonly string[];
  /**
   * Called where a target's series were given other labels and nothing says whether its process restarted; they were
   * counted as going on, or from 0.
   */
  readonly onUnproven?: (target: string, isGoingOn: boolean) => void;
  /** Called for a series with readings a little below those before them. */
  readonly onStepBack?: (labels: Labels) => void;
  /** Called for a series that several processes seem to write in turn. */
  readonly onWorkers?: (labels: Labels) => void;
}

/**
 * Series that dropped inside the window, or between their reading before it and their first one in it, or that hold
 * NaN.
 */
export async function irregularSeries(
  { client, context }: CounterReader,
  mapping: SeriesMapping,
  window: TimeWindow,
): Promise<Map<string, Labels>> {
  const previous = `last_over_time(${selectorOf(mapping)}[${LOOK_BACK_MS}ms] offset ${window.to - window.from + 1}ms)`;
  const query = `${droppedInside(mapping, window)} or min_over_time(${selectorOf(mapping)}${rangeOf(window)}) < ${previous}`;
  return new Map((await client.instant(context, query, window.to)).map(({ key, labels }) => [key, labels]));
}

/** In PromQL: series that dropped between two raw samples inside the window, or that hold NaN, which hides a drop. */
export function droppedInside(mapping: SeriesMapping, window: TimeWindow): string {
  const range = `${selectorOf(mapping)}${rangeOf(window)}`;
  return `resets(${range}) > 0 or sum_over_time(${range}) != sum_over_time(${range})`;
}

/**
 * In PromQL, and when to ask it: the last reading in `withinMs` up to a moment, included. A millisecond later, since
 * VictoriaMetrics does not find a series that begins on a day when it is asked at the midnight with which that begins.
 */
export function lastReadingAt(selector: string, time: number, withinMs = 1): readonly [query: string, time: number] {
  return [`last_over_time(${selector}[${withinMs + 1}ms])`, time + 1];
}

export function rangeOf(window: TimeWindow): string {
  return `[${window.to - window.from + 1}ms]`;
}

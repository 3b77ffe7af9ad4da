/** How a metric of `metrics.ts` is defined. Free of dependencies. */
export interface MetricDefinition {
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly labels: readonly string[];
  /** For people: what it means, in which unit, and when it is absent. */
  readonly help: string;
  /** Metrics of the exporter's own health start at zero; business gauges are absent until something is known. */
  readonly group: 'cost' | 'revenue' | 'usage' | 'llm' | 'collector' | 'exporter';
}

export function gauge(group: MetricDefinition['group'], labels: readonly string[], help: string): MetricDefinition {
  return { type: 'gauge', labels, help, group };
}

export function counter(group: MetricDefinition['group'], labels: readonly string[], help: string): MetricDefinition {
  return { type: 'counter', labels, help, group };
}

export function histogram(group: MetricDefinition['group'], labels: readonly string[], help: string): MetricDefinition {
  return { type: 'histogram', labels, help, group };
}

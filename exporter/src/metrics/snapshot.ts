import { Gauge, Registry } from 'prom-client';
import type { Sample } from '../collectors/contract.ts';
import { isMetricName, MAX_SERIES, METRIC_PREFIX, METRICS, type MetricName } from '../contract/metrics.ts';
import { cleanLabel } from './labels.ts';

/** The business part of `/metrics`: rendered once, never changed, swapped whole. */
export interface Snapshot {
  readonly text: string;
  readonly takenAt: Date;
  readonly series: number;
  /** Samples that were left out, by cause; they must be reported. */
  readonly dropped: readonly string[];
}

export const EMPTY_SNAPSHOT: Snapshot = { text: '', takenAt: new Date(0), series: 0, dropped: [] };

/**
 * Renders samples as exposition text. A sample that is not in the definitions, has other labels than defined, a value
 * that is not a finite number, or a label set that stood there already is left out and named in `dropped`: one bad
 * sample never costs the page, and a missing figure is absent, not 0.
 */
export async function renderSnapshot(samples: readonly Sample[], takenAt: Date): Promise<Snapshot> {
  const registry = new Registry();
  const gauges = new Map<MetricName, Gauge>();
  const seen = new Set<string>();
  const dropped: string[] = [];
  for (const sample of samples) {
    const refusal = refusalOf(sample, seen);
    if (refusal !== undefined) {
      dropped.push(refusal);
      continue;
    }
    if (!isMetricName(sample.name)) continue;
    const gauge = gauges.get(sample.name) ?? createGauge(sample.name, registry);
    gauges.set(sample.name, gauge);
    gauge.set(cleaned(sample.labels), sample.value);
  }
  return {
    text: gauges.size === 0 ? '' : `${(await registry.metrics()).trimEnd()}\n`,
    takenAt,
    series: seen.size,
    dropped,
  };
}

function refusalOf(sample: Sample, seen: Set<string>): string | undefined {
  if (!isMetricName(sample.name)) return `${sample.name}: not a defined metric`;
  const definition = METRICS[sample.name];
  if (definition.type !== 'gauge') return `${sample.name}: a ${definition.type} cannot be set`;
  const expected = [...definition.labels].sort().join();
  if (Object.keys(sample.labels).sort().join() !== expected)
    return `${sample.name}: labels must be ${expected || 'none'}`;
  if (typeof sample.value !== 'number' || !Number.isFinite(sample.value)) return `${sample.name}: not a finite number`;
  const key = `${sample.name}${JSON.stringify(definition.labels.map((label) => cleaned(sample.labels)[label]))}`;
  if (seen.has(key)) return `${sample.name}: the same labels twice`;
  if (seen.size >= MAX_SERIES) return `${sample.name}: more than ${MAX_SERIES} series`;
  seen.add(key);
  return undefined;
}

function createGauge(name: MetricName, registry: Registry): Gauge {
  const { help, labels } = METRICS[name];
  return new Gauge({ name: `${METRIC_PREFIX}${name}`, help, labelNames: [...labels], registers: [registry] });
}

function cleaned(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, cleanLabel(value)]));
}

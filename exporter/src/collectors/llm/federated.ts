import type { CounterSeries } from './counters.ts';
import { keyOf } from './mapping.ts';

const JOB = 'exported_job';
const INSTANCE = 'exported_instance';

/**
 * Copies of series that are there too: another Prometheus scraped the same target and passed them on by federation,
 * which moves the target's own labels to `exported_…`.
 */
export function federatedCopies(series: readonly CounterSeries[]): CounterSeries[] {
  const passedOn = series.filter(({ labels }) => labels[JOB] !== undefined && labels[INSTANCE] !== undefined);
  if (passedOn.length === 0) return [];
  const keys = new Set(series.map(({ labels }) => keyOf(labels)));
  return passedOn.filter(({ labels }) => {
    const { [JOB]: job = '', [INSTANCE]: instance = '', ...rest } = labels;
    return keys.has(keyOf({ ...rest, job, instance }));
  });
}

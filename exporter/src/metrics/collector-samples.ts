import { z } from 'zod';
import type { Sample } from '../collectors/contract.ts';
import { FAILURE_KINDS, OUTCOMES } from '../contract/outcomes.ts';
import { COLLECTOR_NAMES, type CollectorName } from '../contract/providers.ts';
import type { Queryable } from '../database/queryable.ts';
import { LAST_RUNS } from '../runner/last-runs.ts';

/** What the process itself knows about its collectors. */
export interface CollectorFacts {
  readonly enabled: ReadonlySet<CollectorName>;
  /** Start of the next scheduled run, null when the schedule is off. */
  readonly nextRun: Date | null;
}

const runSchema = z.object({
  collector: z.string(),
  outcome: z.enum(OUTCOMES),
  kind: z.enum(FAILURE_KINDS).nullable(),
  finished: z.number(),
  duration_ms: z.number().nullable(),
  warnings: z.number(),
  last_success: z.number().nullable(),
  data_day: z.number().nullable(),
});

const STATES = `
SELECT c.collector, last.outcome, last.kind, extract(epoch FROM last.finished_at)::float8 AS finished, last.duration_ms,
  jsonb_array_length(last.warnings) AS warnings, extract(epoch FROM success.finished_at)::float8 AS last_success,
  extract(epoch FROM success.day::timestamp AT TIME ZONE 'UTC')::float8 AS data_day
FROM ${LAST_RUNS} WHERE last.id IS NOT NULL`;

/** Health of every collector: from the log of runs, so that a restart changes nothing. */
export async function collectorSamples(db: Queryable, facts: CollectorFacts): Promise<Sample[]> {
  const { rows } = await db.query(STATES, [COLLECTOR_NAMES]);
  const runs = z.array(runSchema).parse(rows);
  return [
    ...COLLECTOR_NAMES.map((collector) => ({
      name: 'collector_enabled',
      labels: { collector },
      value: facts.enabled.has(collector) ? 1 : 0,
    })),
    ...[...facts.enabled].flatMap((collector) =>
      optional('collector_next_run_timestamp_seconds', collector, seconds(facts.nextRun)),
    ),
    ...runs.flatMap((run) => [
      ...OUTCOMES.map((outcome) => ({
        name: 'collector_last_run_outcome',
        labels: { collector: run.collector, outcome },
        value: outcome === run.outcome ? 1 : 0,
      })),
      ...(run.outcome === 'failed' && run.kind !== null
        ? [{ name: 'collector_last_run_failure', labels: { collector: run.collector, kind: run.kind }, value: 1 }]
        : []),
      ...optional('collector_last_run_timestamp_seconds', run.collector, run.finished),
      ...optional('collector_last_success_timestamp_seconds', run.collector, run.last_success),
      ...optional('collector_data_day_timestamp_seconds', run.collector, run.data_day),
      ...optional(
        'collector_last_run_duration_seconds',
        run.collector,
        run.duration_ms === null ? null : run.duration_ms / 1000,
      ),
      ...optional('collector_last_run_warnings', run.collector, run.warnings),
    ]),
  ];
}

function optional(name: string, collector: string, value: number | null): Sample[] {
  return value === null ? [] : [{ name, labels: { collector }, value }];
}

function seconds(time: Date | null): number | null {
  return time === null ? null : time.getTime() / 1000;
}

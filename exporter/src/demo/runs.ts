import { COLLECTOR_NAMES, type CollectorName } from '../contract/providers.ts';
import { addDays } from '../money/days.ts';
import { notAfterNow, type DemoPeriod } from './period.ts';
import type { Random } from './random.ts';

const LOGGED_DAYS = 30;
/** Days ago, counted from the last complete day. */
const TWILIO_FAILED = 6;
const LLM_SKIPPED = 11;

type Row = Readonly<Record<string, unknown>>;

/** The nightly synchronisations of the last month: one collector failed and was caught up, one had nothing to read. */
export function demoRuns(period: DemoPeriod, random: Random): { runs: Row[]; logs: Row[] } {
  const runs: Row[] = [];
  const logs: Row[] = [];
  for (let back = LOGGED_DAYS - 1; back >= 0; back -= 1) {
    const day = addDays(period.today, -1 - back);
    const failed = back === TWILIO_FAILED ? (['twilio'] as const) : [];
    const skipped = back === LLM_SKIPPED ? (['llm'] as const) : [];
    add(runs, logs, {
      period,
      random,
      day,
      hour: '00:30',
      trigger: 'schedule',
      collectors: COLLECTOR_NAMES,
      failed,
      skipped,
      attempt: 1,
    });
    if (failed.length > 0)
      add(runs, logs, {
        period,
        random,
        day,
        hour: '06:30',
        trigger: 'catch_up',
        collectors: failed,
        failed: [],
        skipped: [],
        attempt: 2,
      });
  }
  return { runs, logs };
}

interface Night {
  readonly period: DemoPeriod;
  readonly random: Random;
  readonly day: string;
  readonly hour: string;
  readonly trigger: 'schedule' | 'catch_up';
  readonly collectors: readonly CollectorName[];
  readonly failed: readonly CollectorName[];
  readonly skipped: readonly CollectorName[];
  readonly attempt: number;
}

function add(runs: Row[], logs: Row[], night: Night): void {
  const { period, random, day } = night;
  const started = notAfterNow(period, `${addDays(day, 1)}T${night.hour}:00Z`);
  const owner = random.uuid();
  const id = random.uuid();
  const outcomes = night.collectors.map((collector) => {
    const took = random.whole(900, 6_400);
    const finished = notAfterNow(period, new Date(Date.parse(started) + took).toISOString());
    const common = {
      run_id: id,
      collector,
      day,
      attempt: night.attempt,
      started_at: started,
      finished_at: finished,
      duration_ms: took,
      upstream_requests: random.whole(3, 14),
      lease_owner: owner,
      lease_expires_at: finished,
      warnings: [],
    };
    if (night.failed.includes(collector))
      return {
        ...common,
        outcome: 'failed',
        reason: 'api_error',
        kind: 'upstream',
        message: 'Twilio Usage/Records/Daily: answered 503',
        retryable: true,
        rows_written: 0,
        days_read: 0,
      };
    if (night.skipped.includes(collector))
      return {
        ...common,
        outcome: 'skipped',
        reason: 'upstream_not_ready',
        message: 'Prometheus has no samples of the day yet',
        retryable: true,
        rows_written: 0,
        days_read: 0,
      };
    return { ...common, outcome: 'succeeded', rows_written: random.whole(4, 60), days_read: 4, data_as_of: started };
  });
  logs.push(...outcomes);
  const finished =
    outcomes
      .map(({ finished_at: at }) => at)
      .sort()
      .at(-1) ?? started;
  const collectors = outcomes.map((one) => ({
    collector: one.collector,
    day,
    outcome: one.outcome,
    reason: 'reason' in one ? one.reason : null,
    kind: 'kind' in one ? one.kind : null,
    message: 'message' in one ? one.message : null,
    warnings: [],
    durationMs: one.duration_ms,
  }));
  runs.push({
    id,
    started_at: started,
    finished_at: finished,
    outcome: night.failed.length > 0 ? 'partial' : 'succeeded',
    trigger: night.trigger,
    requested_by: 'demo',
    lease_owner: owner,
    lease_expires_at: finished,
    summary: { collectors },
  });
}

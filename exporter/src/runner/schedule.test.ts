import { describe, expect, test } from 'vitest';
import pino from 'pino';
import type { Outcome, RunReason } from '../contract/outcomes.ts';
import type { CollectorName } from '../contract/providers.ts';
import type { CollectorResult, RunRequest, SyncResult } from './contract.ts';
import { createSchedule } from './schedule.ts';

const log = pino({ level: 'silent' });

function recording(): {
  runner: { run: (request: RunRequest) => Promise<{ runId: string; outcome: 'succeeded'; collectors: [] }> };
  seen: RunRequest[];
  first: Promise<RunRequest>;
} {
  const seen: RunRequest[] = [];
  const { promise: first, resolve } = Promise.withResolvers<RunRequest>();
  return {
    seen,
    first,
    runner: {
      async run(request) {
        seen.push(request);
        resolve(request);
        return { runId: 'x', outcome: 'succeeded', collectors: [] };
      },
    },
  };
}

describe('the schedule', () => {
  test('the next run is 00:30 UTC, whatever the zone of the machine', () => {
    const schedule = createSchedule({ runner: recording().runner, expression: '30 0 * * *', log });
    const next = schedule.nextRun();
    expect(next?.toISOString()).toMatch(/T00:30:00\.000Z$/);
    schedule.stop();
  });

  test('off means no run at all, not even a catch-up', async () => {
    const { runner, seen } = recording();
    const schedule = createSchedule({ runner, expression: 'off', log });
    expect(schedule.nextRun()).toBeNull();
    await schedule.catchUp();
    schedule.stop();
    expect(seen).toEqual([]);
  });

  test('a tick runs once its jitter has passed; one that is frequent asks for newer data than its tick', async () => {
    const { runner, first } = recording();
    const schedule = createSchedule({ runner, expression: '* * * * * *', log, jitterMs: 10 });
    expect(await first).toMatchObject({ trigger: 'schedule', requestedBy: 'schedule', since: expect.any(Date) });
    schedule.stop();
  });

  test('the catch-up has a tick of its own, and start-up asks at once', async () => {
    const { runner, first } = recording();
    const schedule = createSchedule({
      runner,
      expression: '0 0 1 1 *',
      catchUpExpression: '* * * * * *',
      log,
      jitterMs: 1,
    });
    expect(await first).toEqual({ trigger: 'catch_up', requestedBy: 'schedule' });
    schedule.stop();
    const started = recording();
    const other = createSchedule({ runner: started.runner, expression: '0 0 1 1 *', log });
    await other.catchUp();
    other.stop();
    expect(started.seen).toEqual([{ trigger: 'start', requestedBy: 'start' }]);
  });

  test('start-up waits for a held lease, then goes on with the history of those that succeeded until nothing is due', async () => {
    const seen: RunRequest[] = [];
    const one = (collector: CollectorName, outcome: Outcome, reason: RunReason | null): CollectorResult => ({
      collector,
      day: '2026-03-14',
      outcome,
      reason,
      kind: null,
      message: null,
      warnings: [],
      durationMs: 1,
    });
    const answers = [
      [one('twilio', 'skipped', 'locked')],
      [one('twilio', 'succeeded', null), one('stripe', 'failed', 'network')],
      [one('twilio', 'succeeded', null)],
      [],
    ];
    const runner = {
      async run(request: RunRequest): Promise<SyncResult> {
        seen.push(request);
        return Promise.resolve({ runId: 'x', outcome: 'succeeded', collectors: answers[seen.length - 1] ?? [] });
      },
    };
    const schedule = createSchedule({ runner, expression: '0 0 1 1 *', log, pauseMs: 1 });
    await schedule.catchUp();
    schedule.stop();
    const goingOn = { trigger: 'catch_up', requestedBy: 'start', collectors: ['twilio'] };
    expect(seen).toEqual([
      { trigger: 'start', requestedBy: 'start' },
      { trigger: 'start', requestedBy: 'start' },
      goingOn,
      goingOn,
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import { createClock } from '../database/clock.ts';
import type { Collector } from '../collectors/contract.ts';
import { CollectorError } from '../collectors/errors.ts';
import { createFakeCollector, fakeCollectors } from '../../test/fake-collector.ts';
import { useRunner } from '../../test/runner-fixture.ts';
import type { RunRequest } from './contract.ts';

const API: RunRequest = { trigger: 'api', requestedBy: 'test' };
const { database, runnerOf, rows } = useRunner();

const LOGS = `SELECT collector, day::text, attempt, outcome, reason, kind, retryable, rows_written, upstream_requests
   FROM metrics_sync_logs ORDER BY id`;

describe('which collectors are due', () => {
  const CATCH_UP: RunRequest = { trigger: 'catch_up', requestedBy: 'schedule' };
  const refusing = (retryable: boolean): Collector =>
    createFakeCollector('stripe', {
      collect: async () => {
        throw new CollectorError('upstream', 'api_error', 'answered 500', { retryable });
      },
    });

  test('an automatic run leaves a good day alone, the API and force run it again as the next attempt', async () => {
    const runner = runnerOf([createFakeCollector('stripe')]);
    await runner.run({ trigger: 'schedule', requestedBy: 'schedule' });
    for (const trigger of ['schedule', 'catch_up', 'start'] as const)
      expect((await runner.run({ trigger, requestedBy: 'x' })).collectors).toEqual([]);
    expect(await rows('SELECT 1 FROM sync_runs')).toHaveLength(1);
    expect((await runner.run(API)).collectors).toHaveLength(1);
    expect((await runner.run({ ...CATCH_UP, force: true })).collectors).toHaveLength(1);
    expect(
      (await runner.run({ trigger: 'schedule', requestedBy: 'x', since: new Date('2026-03-15T12:00:01Z') })).collectors,
    ).toHaveLength(1);
    expect((await rows(LOGS)).map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
    expect(await rows('SELECT 1 FROM stripe_metrics')).toHaveLength(2);
  });

  test('the catch-up tries again what may pass by itself, and not what a person must mend', async () => {
    await runnerOf([refusing(true)]).run(API);
    expect((await runnerOf([createFakeCollector('stripe')]).run(CATCH_UP)).collectors).toMatchObject([
      { outcome: 'succeeded' },
    ]);
    await database().pool.query('DELETE FROM metrics_sync_logs');
    const refused = runnerOf([refusing(false)]);
    await refused.run(API);
    expect((await refused.run(CATCH_UP)).collectors).toEqual([]);
    expect((await refused.run({ trigger: 'start', requestedBy: 'x' })).collectors).toHaveLength(1);
  });

  test('only the collectors that were named run', async () => {
    expect((await runnerOf(fakeCollectors()).run({ ...API, collectors: ['twilio'] })).collectors).toMatchObject([
      { collector: 'twilio' },
    ]);
  });
});

describe('which days are read', () => {
  function reading(parts: Partial<Collector>): { collector: Collector; seen: string[][] } {
    const seen: string[][] = [];
    const base = createFakeCollector('digital_ocean');
    return {
      seen,
      collector: {
        ...base,
        ...parts,
        collect: async (context) => {
          seen.push([...context.days]);
          return base.collect(context);
        },
      },
    };
  }

  test('row 24: after downtime the gaps come first, oldest first, then restated days, yesterday and today', async () => {
    const { collector, seen } = reading({ restatedDays: 2, backfillDays: 8 });
    const present = ['2026-03-06', '2026-03-07', '2026-03-08'];
    await database().pool.query(
      'INSERT INTO do_metrics (recorded_at, cost_usd) SELECT d, 1 FROM unnest($1::date[]) AS u(d)',
      [present],
    );
    // Neither a day that had not ended nor one whose cost nobody knows was read.
    await database().pool.query(
      "INSERT INTO do_metrics (recorded_at, provisional, cost_usd) VALUES ('2026-03-09', true, 1)",
    );
    await runnerOf([collector]).run(API);
    expect(seen).toEqual([
      ['2026-03-09', '2026-03-10', '2026-03-11', '2026-03-12', '2026-03-13', '2026-03-14', '2026-03-15'],
    ]);
    expect(await rows('SELECT 1 FROM do_metrics')).toHaveLength(10);
  });

  test('no backfill where the provider knows only its present state: the gap stays visible', async () => {
    const { collector, seen } = reading({ restatedDays: 0, backfillDays: 0 });
    await runnerOf([collector]).run(API);
    expect(seen).toEqual([['2026-03-14', '2026-03-15']]);
  });

  test('at most 31 missing days a run; the catch-up goes on although the day itself is good; a day without figures is asked for once', async () => {
    const { collector, seen } = reading({ restatedDays: 3, backfillDays: 40 });
    const runner = runnerOf([{ ...collector, store: async () => ({ rows: 0 }) }]);
    await runner.run(API);
    expect(seen[0]?.slice(0, 2)).toEqual(['2026-02-02', '2026-02-03']);
    expect(seen[0]).toHaveLength(31 + 3 + 2);
    await runner.run({ trigger: 'catch_up', requestedBy: 'x' });
    expect(seen[1]).toEqual([
      '2026-03-05',
      '2026-03-06',
      '2026-03-07',
      '2026-03-08',
      '2026-03-09',
      '2026-03-10',
      '2026-03-11',
      '2026-03-12',
      '2026-03-13',
      '2026-03-14',
      '2026-03-15',
    ]);
    expect((await runner.run({ trigger: 'catch_up', requestedBy: 'x' })).collectors).toEqual([]);
  });

  test('days that a collector left unread do not count as read: the next run asks for them again', async () => {
    const { collector, seen } = reading({ restatedDays: 1, backfillDays: 4 });
    const hasty: Collector = {
      ...collector,
      store: async () => ({ rows: 0 }),
      collect: async (context) => ({ ...(await collector.collect(context)), unread: ['2026-03-10', '2026-03-12'] }),
    };
    expect((await runnerOf([hasty]).run({ ...API, dryRun: true })).collectors[0]?.message).toContain(
      'would store 4 days (2026-03-11 to 2026-03-15)',
    );
    await runnerOf([hasty]).run(API);
    expect(await rows('SELECT day::text FROM collector_days ORDER BY day')).toEqual(
      ['2026-03-11', '2026-03-13', '2026-03-14'].map((day) => ({ day })),
    );
    expect(await rows('SELECT outcome, days_read FROM metrics_sync_logs')).toEqual([
      { outcome: 'succeeded', days_read: 4 },
    ]);
    await runnerOf([{ ...collector, store: async () => ({ rows: 0 }) }]).run({ trigger: 'catch_up', requestedBy: 'x' });
    expect(seen.at(-1)).toEqual(['2026-03-10', '2026-03-12', '2026-03-13', '2026-03-14', '2026-03-15']);
    expect(await rows('SELECT 1 FROM collector_days')).toHaveLength(5);
  });

  test.each([['America/New_York'], ['Pacific/Kiritimati'], ['UTC']])(
    'row 22: the database clock decides the UTC day, whatever TZ=%s and the process say',
    async (zone) => {
      const before = process.env['TZ'];
      process.env['TZ'] = zone;
      try {
        const { collector, seen } = reading({});
        await runnerOf([collector], { clock: createClock({ db: database().pool }) }).run(API);
        const [expected] = await rows(
          `SELECT ((clock_timestamp() AT TIME ZONE 'UTC')::date - 1)::text AS yesterday,
           ((clock_timestamp() AT TIME ZONE 'UTC')::date)::text AS today`,
        );
        expect(seen[0]).toEqual([expected?.['yesterday'], expected?.['today']]);
      } finally {
        if (before === undefined) delete process.env['TZ'];
        else process.env['TZ'] = before;
      }
    },
  );
});

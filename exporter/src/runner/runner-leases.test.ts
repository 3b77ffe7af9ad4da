import { describe, expect, test } from 'vitest';
import type { Collector } from '../collectors/contract.ts';
import { createPool } from '../database/pool.ts';
import { createFakeCollector, fakeCollectors, untilAborted } from '../../test/fake-collector.ts';
import { API, LOGS, useRunner } from '../../test/runner-fixture.ts';

const { database, runnerOf, rows } = useRunner();

describe('leases', () => {
  test('row 20: fifty at once make one run; the rest learn its id', async () => {
    const gate = Promise.withResolvers<undefined>();
    const real = createFakeCollector('stripe');
    const runner = runnerOf([{ ...real, collect: async (context) => gate.promise.then(() => real.collect(context)) }]);
    const started = await Promise.all(Array.from({ length: 50 }, () => runner.start(API)));
    const [first, ...others] = started.flatMap((one) => ('done' in one ? [one] : []));
    expect(others).toEqual([]);
    expect(started.filter((one) => 'running' in one && one.running === first?.runId)).toHaveLength(49);
    expect((await runner.run(API)).collectors).toMatchObject([
      { outcome: 'skipped', reason: 'locked', message: `synchronisation ${first?.runId ?? 'none'} is running` },
    ]);
    gate.resolve(undefined);
    expect((await first?.done)?.outcome).toBe('succeeded');
    expect(await rows(LOGS)).toHaveLength(1);
  });

  test('row 17: two replicas at the same moment: one collects, the other says locked, one row a day', async () => {
    const other = createPool(database().url, { max: 3 });
    const slow = (name: 'stripe'): Collector => ({
      ...createFakeCollector(name),
      collect: async (context) => {
        await database().pool.query('SELECT pg_sleep(0.2)');
        return createFakeCollector(name).collect(context);
      },
    });
    const results = await Promise.all([
      runnerOf([slow('stripe')]).run(API),
      runnerOf([slow('stripe')], { pool: other }).run(API),
    ]);
    expect(
      results.flatMap(({ collectors }) => collectors.map(({ outcome, reason }) => reason ?? outcome)).sort(),
    ).toEqual(['locked', 'succeeded']);
    expect(await rows("SELECT 1 FROM stripe_metrics WHERE recorded_at = '2026-03-14'")).toHaveLength(1);
    expect(await rows(LOGS)).toHaveLength(1);
    await other.end();
  });

  test('row 18: an expired lease is taken over: the same row, attempt + 1, the dead run closed as failed', async () => {
    await database().pool.query(
      `INSERT INTO sync_runs (id, started_at, trigger, requested_by, lease_owner, lease_expires_at)
       VALUES (gen_random_uuid(), now(), 'api', 'dead', gen_random_uuid(), now() - interval '1 s')`,
    );
    await database().pool.query(
      `INSERT INTO metrics_sync_logs (run_id, collector, day, started_at, lease_owner, lease_expires_at)
       VALUES (gen_random_uuid(), 'stripe', '2026-03-14', now(), gen_random_uuid(), now() - interval '1 s')`,
    );
    const result = await runnerOf([createFakeCollector('stripe')]).run({ trigger: 'catch_up', requestedBy: 'test' });
    expect(result.outcome).toBe('succeeded');
    expect(await rows(LOGS)).toMatchObject([{ collector: 'stripe', attempt: 2, outcome: 'succeeded' }]);
    expect(await rows('SELECT outcome FROM sync_runs ORDER BY requested_by')).toEqual([
      { outcome: 'failed' },
      { outcome: 'succeeded' },
    ]);
  });

  test('many replicas that meet an expired run: exactly one takes it over', async () => {
    await database().pool.query(
      `INSERT INTO sync_runs (id, started_at, trigger, requested_by, lease_owner, lease_expires_at)
       VALUES (gen_random_uuid(), now(), 'api', 'dead', gen_random_uuid(), now() - interval '1 s')`,
    );
    const runner = runnerOf([createFakeCollector('stripe', { collect: untilAborted })]);
    const started = await Promise.all(Array.from({ length: 12 }, () => runner.start(API)));
    expect(started.filter((one) => 'done' in one)).toHaveLength(1);
    expect(await rows('SELECT 1 FROM sync_runs WHERE finished_at IS NULL')).toHaveLength(1);
  });

  test('a collector whose lease another process holds is locked, the others run', async () => {
    await database().pool.query(
      `INSERT INTO metrics_sync_logs (run_id, collector, day, started_at, lease_owner, lease_expires_at)
       VALUES (gen_random_uuid(), 'stripe', '2026-03-14', now(), gen_random_uuid(), now() + interval '1 min')`,
    );
    const result = await runnerOf(fakeCollectors()).run(API);
    expect(result.collectors.map(({ reason, outcome }) => reason ?? outcome)).toEqual([
      'succeeded',
      'locked',
      'succeeded',
      'succeeded',
      'succeeded',
      'succeeded',
    ]);
  });

  test('row 19: stop aborts, logs a retryable shutdown, and refuses more', async () => {
    const runner = runnerOf([createFakeCollector('stripe', { collect: untilAborted })]);
    const started = await runner.start(API);
    await runner.stop();
    expect('done' in started && (await started.done)).toMatchObject({
      outcome: 'failed',
      collectors: [{ kind: 'shutdown', reason: 'shutdown' }],
    });
    expect(await rows(LOGS)).toMatchObject([{ outcome: 'failed', kind: 'shutdown', retryable: true }]);
    await expect(runner.start(API)).rejects.toThrow('stopped');
  });
});

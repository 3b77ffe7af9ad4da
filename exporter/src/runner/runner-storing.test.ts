import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createClock } from '../database/clock.ts';
import type { Collector } from '../collectors/contract.ts';
import { createPool } from '../database/pool.ts';
import { createFakeCollector, fakeCollectors, untilAborted, type FakeData } from '../../test/fake-collector.ts';
import { API, LOGS, useRunner } from '../../test/runner-fixture.ts';

const { database, runnerOf, rows } = useRunner();

describe('storing', () => {
  test('row 16: a deadlock or serialization failure is tried again, three times at most', async () => {
    let tries = 0;
    const raising =
      (times: number): Collector['store'] =>
      async (tx) => {
        tries += 1;
        if (tries <= times) await tx.query("DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$");
        return { rows: 1 };
      };
    expect((await runnerOf([createFakeCollector('stripe', { store: raising(3) })]).run(API)).outcome).toBe('succeeded');
    expect(tries).toBe(4);
    tries = 0;
    expect((await runnerOf([createFakeCollector('stripe', { store: raising(9) })]).run(API)).collectors).toMatchObject([
      { kind: 'storage', message: expect.stringContaining('40P01') },
    ]);
    expect(tries).toBe(4);
  });

  test('row 15: an error of the database fails that collector as storage, and nothing of it is stored', async () => {
    const store: Collector['store'] = async (tx) => {
      await tx.query("INSERT INTO stripe_metrics (recorded_at) VALUES ('2026-03-14')");
      await tx.query("DO $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$");
      return { rows: 1 };
    };
    const result = await runnerOf(fakeCollectors({ stripe: { store } })).run(API);
    expect(result).toMatchObject({
      outcome: 'partial',
      collectors: [{}, { outcome: 'failed', kind: 'storage', reason: 'storage' }, {}, {}, {}, {}],
    });
    expect(await rows('SELECT 1 FROM stripe_metrics')).toEqual([]);
    expect(await rows(LOGS.replace('ORDER', "WHERE kind = 'storage' ORDER"))).toMatchObject([
      { collector: 'stripe', retryable: true },
    ]);
  });

  test('row 15: a table that is locked for longer than the budget does not make its provider late', async () => {
    const lock = await database().pool.connect();
    await lock.query('BEGIN; LOCK TABLE stripe_metrics IN ACCESS EXCLUSIVE MODE');
    const freed = sleep(900).then(() => lock.query('ROLLBACK'));
    const collect: Collector<FakeData>['collect'] = async (context) => {
      await context.db.query('SELECT 1 FROM stripe_metrics');
      await context.checkpoint?.(async (tx) => {
        await tx.query("INSERT INTO stripe_metrics (recorded_at) VALUES ('2026-03-14')");
        return { rows: 1 };
      });
      return createFakeCollector('stripe').collect(context);
    };
    const timing = { collectorBudgetMs: 400 };
    const result = await runnerOf([createFakeCollector('stripe', { collect })], { timing }).run(API);
    await freed;
    lock.release();
    expect(result.collectors).toMatchObject([{ outcome: 'succeeded' }]);
    expect(await rows("SELECT 1 FROM stripe_metrics WHERE recorded_at = '2026-03-14'")).toHaveLength(1);
  });

  test('row 14: connections cut in mid-run fail as storage; the next run works', async () => {
    const pool = createPool(database().url, { max: 3 });
    const store: Collector['store'] = async (tx) => {
      await database().pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      await tx.query('SELECT 1');
      return { rows: 1 };
    };
    const cut = await runnerOf([createFakeCollector('stripe', { store })], { pool }).run(API);
    expect(cut.collectors).toMatchObject([{ outcome: 'failed', kind: 'storage' }]);
    expect((await runnerOf([createFakeCollector('stripe')], { pool }).run(API)).outcome).toBe('succeeded');
    await pool.end();
  });

  test('without a database every collector is failed storage, and start says so', async () => {
    const pool = createPool('postgres://nobody@127.0.0.1:1/none');
    const runner = runnerOf(fakeCollectors(), { pool, clock: createClock({ db: pool }) });
    expect(await runner.run(API)).toMatchObject({
      outcome: 'failed',
      collectors: Array.from({ length: 6 }, () => ({ outcome: 'failed', kind: 'storage' })),
    });
    await expect(runner.start(API)).rejects.toThrow('the database does not answer');
    await pool.end();
  });

  test('a run that lost its lease stores nothing', async () => {
    const collect: Collector['collect'] = async () => {
      await database().pool.query(
        'UPDATE metrics_sync_logs SET lease_owner = gen_random_uuid(), attempt = attempt + 1',
      );
      return { data: { days: ['2026-03-14'], today: '2026-03-15', cost: '1' }, warnings: [] };
    };
    const result = await runnerOf([{ ...createFakeCollector('stripe'), collect }]).run(API);
    expect(result.collectors).toMatchObject([{ outcome: 'failed', kind: 'storage', reason: 'lease_lost' }]);
    expect(await rows('SELECT 1 FROM stripe_metrics')).toEqual([]);
  });

  test('a heartbeat that finds its run taken over gives the run up', async () => {
    const collect: Collector<FakeData>['collect'] = async (context) => {
      await database().pool.query('UPDATE sync_runs SET lease_owner = gen_random_uuid()');
      return untilAborted(context);
    };
    const result = await runnerOf([{ ...createFakeCollector('stripe'), collect }], { timing: { heartbeatMs: 20 } }).run(
      API,
    );
    expect(result.collectors).toMatchObject([{ reason: 'lease_lost' }]);
  });
});

import { describe, expect, test } from 'vitest';
import { createChanges, type Change } from '../process/changes.ts';
import { createClock } from '../database/clock.ts';
import type { Collector } from '../collectors/contract.ts';
import { CollectorError, SkipError } from '../collectors/errors.ts';
import { createPool } from '../database/pool.ts';
import { createFakeCollector, fakeCollectors, untilAborted } from '../../test/fake-collector.ts';
import { log, useRunner } from '../../test/runner-fixture.ts';
import type { RunRequest } from './contract.ts';

const API: RunRequest = { trigger: 'api', requestedBy: 'test' };
const { database, runnerOf, rows, ended } = useRunner();

const LOGS =
  'SELECT collector, day::text, attempt, outcome, reason, kind, retryable, rows_written, upstream_requests FROM metrics_sync_logs ORDER BY id';

describe('a run', () => {
  test('stores all six, logs each, keeps their gauges and tells what changed', async () => {
    const changes = createChanges(log);
    const seen: Change[] = [];
    changes.subscribe((change) => void seen.push(change));
    const result = await runnerOf(fakeCollectors(), { changes }).run(API);
    expect(result).toMatchObject({ outcome: 'succeeded' });
    expect(
      result.collectors.map(({ collector, day, outcome, reason, kind, message, warnings }) => ({
        collector,
        day,
        outcome,
        reason,
        kind,
        message,
        warnings,
      })),
    ).toContainEqual({
      collector: 'stripe',
      day: '2026-03-14',
      outcome: 'succeeded',
      reason: null,
      kind: null,
      message: null,
      warnings: [],
    });
    expect(result.collectors).toHaveLength(6);
    expect(await rows(LOGS)).toHaveLength(6);
    expect(await rows(LOGS.replace('ORDER', "WHERE collector = 'stripe' ORDER"))).toEqual([
      {
        collector: 'stripe',
        day: '2026-03-14',
        attempt: 1,
        outcome: 'succeeded',
        reason: null,
        kind: null,
        retryable: null,
        rows_written: 2,
        upstream_requests: 1,
      },
    ]);
    expect(await rows("SELECT samples FROM collector_samples WHERE collector = 'stripe'")).toEqual([
      { samples: [{ name: 'users', labels: { provider: 'stripe' }, value: 7 }] },
    ]);
    expect(await rows('SELECT id, outcome FROM sync_runs')).toEqual([{ id: result.runId, outcome: 'succeeded' }]);
    expect(await rows('SELECT recorded_at::text AS day, provisional FROM stripe_metrics ORDER BY 1')).toEqual([
      { day: '2026-03-14', provisional: false },
      { day: '2026-03-15', provisional: true },
    ]);
    expect(seen).toEqual([{ kind: 'sync', days: ['2026-03-14', '2026-03-15'] }]);
  });

  test('row 12: one that fails leaves the other five stored; partial, an outcome for each', async () => {
    const collect = async () => {
      throw new CollectorError('auth', 'invalid_key', 'STRIPE_SECRET_KEY was refused');
    };
    const result = await runnerOf(fakeCollectors({ stripe: { collect } })).run(API);
    expect(result.outcome).toBe('partial');
    expect(result.collectors.map(({ outcome }) => outcome)).toEqual([
      'succeeded',
      'failed',
      'succeeded',
      'succeeded',
      'succeeded',
      'succeeded',
    ]);
    expect(result.collectors[1]).toMatchObject({
      kind: 'auth',
      reason: 'invalid_key',
      message: 'STRIPE_SECRET_KEY was refused',
    });
    expect(await rows(LOGS.replace('ORDER', "WHERE outcome = 'failed' ORDER"))).toMatchObject([
      { collector: 'stripe', retryable: false },
    ]);
    expect(await rows('SELECT 1 FROM stripe_metrics')).toEqual([]);
    expect(await rows('SELECT 1 FROM do_metrics')).toHaveLength(2);
    expect(ended).toContainEqual(['stripe', 'auth']);
  });

  test('row 11: not configured is skipped with the variable, and a run of skips alone is fine', async () => {
    const message = 'set STRIPE_SECRET_KEY to collect revenue';
    const stripe = createFakeCollector('stripe', {
      configured: () => ({ outcome: 'skipped', reason: 'not_configured', message }),
    });
    const result = await runnerOf([stripe]).run(API);
    expect(result).toMatchObject({
      outcome: 'succeeded',
      collectors: [{ outcome: 'skipped', reason: 'not_configured', message, kind: null }],
    });
    expect(await rows('SELECT 1 FROM collector_samples')).toEqual([]);
  });

  test('all that tried failed: failed; a setting that cannot work fails without asking the provider', async () => {
    const unusable = {
      outcome: 'failed',
      kind: 'auth',
      reason: 'publishable_key',
      message: 'this is a publishable key',
    } as const;
    const collect = async () => {
      throw new Error('asked all the same');
    };
    const result = await runnerOf([createFakeCollector('stripe', { configured: () => unusable, collect })]).run(API);
    expect(result).toMatchObject({
      outcome: 'failed',
      collectors: [{ outcome: 'failed', reason: 'publishable_key', kind: 'auth' }],
    });
  });

  test.each([
    ['a string', 'boom'],
    ['undefined', undefined],
    ['null', null],
    ['an object', { code: 42 }],
  ])('row 30: %s thrown is a bug, and the process lives', async (_name, thrown) => {
    const collect = async () => {
      throw thrown;
    };
    const result = await runnerOf(fakeCollectors({ twilio: { collect } })).run(API);
    expect(result.collectors.find(({ collector }) => collector === 'twilio')).toMatchObject({
      outcome: 'failed',
      kind: 'bug',
      reason: 'bug',
    });
    expect(result.outcome).toBe('partial');
  });

  test('a collector that says the upstream is not ready is skipped, not zero', async () => {
    const collect = async () => {
      throw new SkipError('upstream_not_ready', 'Prometheus has no samples yet');
    };
    expect((await runnerOf([createFakeCollector('llm', { collect })]).run(API)).collectors).toMatchObject([
      { outcome: 'skipped', reason: 'upstream_not_ready' },
    ]);
  });

  test('row 5: a collector that never answers is given up at its budget, its signal aborted, the others stored', async () => {
    let aborted = false;
    const collect = async (context: { signal: AbortSignal }) =>
      untilAborted(context).finally(() => {
        aborted = true;
      });
    const never = async () => new Promise<never>(() => undefined);
    const result = await runnerOf(fakeCollectors({ stripe: { collect }, twilio: { collect: never } }), {
      timing: { collectorBudgetMs: 150 },
    }).run(API);
    expect(result.collectors.filter(({ outcome }) => outcome === 'failed')).toMatchObject([
      { collector: 'stripe', kind: 'timeout', message: 'reading the provider took longer than its 0.15 s' },
      { collector: 'twilio', kind: 'timeout', reason: 'timeout' },
    ]);
    expect(aborted).toBe(true);
    expect(await rows('SELECT 1 FROM do_metrics')).toHaveLength(2);
  });

  test('the budget of the whole synchronisation ends every collector', async () => {
    const result = await runnerOf([createFakeCollector('stripe', { collect: untilAborted })], {
      timing: { syncBudgetMs: 150 },
    }).run(API);
    expect(result.collectors).toMatchObject([
      { kind: 'timeout', message: 'the synchronisation took longer than its 0.15 s' },
    ]);
  });

  test('a dry run tells what it would store and leaves no trace', async () => {
    const result = await runnerOf(fakeCollectors()).run({ ...API, dryRun: true });
    expect(result.collectors[1]?.message).toBe(
      'dry run: would store 2 days (2026-03-14 to 2026-03-15) and 1 gauges; nothing was stored',
    );
    for (const table of ['sync_runs', 'metrics_sync_logs', 'collector_samples', 'stripe_metrics', 'collector_days'])
      expect(await rows(`SELECT 1 FROM ${table}`)).toEqual([]);
  });

  test('row 33: what a failure or warning says is stored and answered without secrets', async () => {
    const redact = (text: string) => text.replaceAll('s3cret-value', '[redacted]');
    const failing = createFakeCollector('stripe', {
      collect: async () => {
        throw new Error('refused s3cret-value');
      },
    });
    const warned = createFakeCollector('twilio', {
      collect: async ({ days, today }) => ({
        data: { days, today, cost: '1' },
        warnings: [{ code: 'x', message: 'odd s3cret-value' }],
      }),
    });
    const result = await runnerOf([failing, warned], { redact }).run(API);
    expect(JSON.stringify(result)).toContain('[redacted]');
    expect(
      JSON.stringify([result, await rows('SELECT * FROM metrics_sync_logs'), await rows('SELECT * FROM sync_runs')]),
    ).not.toContain('s3cret-value');
  });
});

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

  test('row 15: an error of the database fails that collector as storage, and nothing of it is kept', async () => {
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

  test('row 14: connections cut in mid-run fail as storage; the next run works', async () => {
    const pool = createPool(database().url, { max: 3 });
    const store: Collector['store'] = async (tx) => {
      await database().pool.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
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
    const collect: Collector['collect'] = async (context) => {
      await database().pool.query('UPDATE sync_runs SET lease_owner = gen_random_uuid()');
      return untilAborted(context);
    };
    const result = await runnerOf([{ ...createFakeCollector('stripe'), collect }], { timing: { heartbeatMs: 20 } }).run(
      API,
    );
    expect(result.collectors).toMatchObject([{ reason: 'lease_lost' }]);
  });
});

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
      `INSERT INTO sync_runs (id, started_at, trigger, requested_by, lease_owner, lease_expires_at) VALUES (gen_random_uuid(), now(), 'api', 'dead', gen_random_uuid(), now() - interval '1 s')`,
    );
    await database().pool.query(
      `INSERT INTO metrics_sync_logs (run_id, collector, day, started_at, lease_owner, lease_expires_at) VALUES (gen_random_uuid(), 'stripe', '2026-03-14', now(), gen_random_uuid(), now() - interval '1 s')`,
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
      `INSERT INTO sync_runs (id, started_at, trigger, requested_by, lease_owner, lease_expires_at) VALUES (gen_random_uuid(), now(), 'api', 'dead', gen_random_uuid(), now() - interval '1 s')`,
    );
    const runner = runnerOf([createFakeCollector('stripe', { collect: untilAborted })]);
    const started = await Promise.all(Array.from({ length: 12 }, () => runner.start(API)));
    expect(started.filter((one) => 'done' in one)).toHaveLength(1);
    expect(await rows('SELECT 1 FROM sync_runs WHERE finished_at IS NULL')).toHaveLength(1);
  });

  test('a collector whose lease another process holds is locked, the others run', async () => {
    await database().pool.query(
      `INSERT INTO metrics_sync_logs (run_id, collector, day, started_at, lease_owner, lease_expires_at) VALUES (gen_random_uuid(), 'stripe', '2026-03-14', now(), gen_random_uuid(), now() + interval '1 min')`,
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

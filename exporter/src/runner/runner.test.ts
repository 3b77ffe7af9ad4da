import { describe, expect, test } from 'vitest';
import { createChanges, type Change } from '../process/changes.ts';
import { CollectorError, SkipError } from '../collectors/errors.ts';
import { createFakeCollector, fakeCollectors, untilAborted } from '../../test/fake-collector.ts';
import { API, log, LOGS, useRunner } from '../../test/runner-fixture.ts';

const { runnerOf, rows, ended } = useRunner();

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

import { describe, expect, test } from 'vitest';
import pino from 'pino';
import type { CollectContext } from '../collectors/contract.ts';
import { CollectorError } from '../collectors/errors.ts';
import { createDatabaseGate } from '../database/gate.ts';
import { loadSettings } from '../settings/load.ts';
import { createTestDatabase } from '../../test/database.ts';
import { createFakeCollector } from '../../test/fake-collector.ts';
import { examineProvider } from './examine.ts';
import { describeReport, isHealthy } from './report.ts';
import { examineAccess, examineSchedule, examineStorage } from './storage.ts';

const context: CollectContext = {
  day: '2026-03-14',
  today: '2026-03-15',
  days: ['2026-03-14', '2026-03-15'],
  now: new Date('2026-03-15T12:00:00Z'),
  signal: new AbortController().signal,
  log: pino({ level: 'silent' }),
  upstream: { observe: () => undefined },
  db: createDatabaseGate(),
};

const failing = (error: unknown) => async (): Promise<never> => {
  throw error;
};

describe('examineProvider', () => {
  test.each([
    [
      'skipped',
      'not_configured',
      { configured: () => ({ outcome: 'skipped', reason: 'not_configured', message: 'set STRIPE_SECRET_KEY' }) },
    ],
    [
      'broken',
      'publishable_key',
      {
        configured: () => ({
          outcome: 'failed',
          kind: 'auth',
          reason: 'publishable_key',
          message: 'a publishable key',
        }),
      },
    ],
    [
      'broken',
      'missing_permission',
      {
        diagnose: async () => [
          { check: 'read subscriptions', ok: false, message: 'refused', remedy: 'give the key this permission' },
        ],
        collect: failing(new CollectorError('auth', 'missing_permission', 'refused')),
      },
    ],
    [
      'warning',
      null,
      { diagnose: async () => [{ check: 'read balance', ok: false, message: 'refused, and a run goes on without' }] },
    ],
    [
      'warning',
      null,
      {
        diagnose: async () => [
          { check: 'a', ok: true, message: 'fine' },
          { check: 'b', ok: 'warning', message: 'partly' },
        ],
      },
    ],
    ['ok', null, {}],
    [
      'broken',
      'rate_limited',
      {
        diagnose: async () => {
          throw new CollectorError('rate_limited', 'rate_limited', 'too many requests');
        },
        collect: failing(new CollectorError('rate_limited', 'rate_limited', 'too many requests')),
      },
    ],
    [
      'broken',
      'bug',
      {
        diagnose: async () => {
          throw 'no error';
        },
        collect: failing('no error'),
      },
    ],
    ['warning', null, { diagnose: async () => new Promise<never>(() => undefined) }],
    [
      'broken',
      'timeout',
      {
        diagnose: async () => new Promise<never>(() => undefined),
        collect: failing(new CollectorError('timeout', 'timeout', 'no answer')),
      },
    ],
  ] satisfies [string, string | null, Parameters<typeof createFakeCollector>[1]][])(
    '%s (%s)',
    async (state, reason, parts) => {
      expect(await examineProvider(createFakeCollector('stripe', parts), context, 50)).toMatchObject({
        collector: 'stripe',
        title: 'Stripe',
        state,
        reason,
      });
    },
  );
});

describe('what a run reads', () => {
  test('a provider that every check passes and a run fails on is broken, with its remedy', async () => {
    const report = await examineProvider(
      createFakeCollector('supabase', {
        diagnose: async () => [{ check: 'read users', ok: true, message: 'may list users' }],
        collect: async () => {
          throw new CollectorError('upstream', 'api_error', 'Supabase /auth/v1/admin/users: answered 540', {
            status: 540,
          });
        },
      }),
      context,
    );
    expect(report).toMatchObject({
      state: 'broken',
      reason: 'api_error',
      findings: [
        { ok: true },
        { check: 'read what a run reads', ok: false, remedy: expect.stringContaining('paused') },
      ],
    });
  });

  test('the warnings of a run are findings', async () => {
    const report = await examineProvider(
      createFakeCollector('twilio', {
        collect: async ({ days, today }) => ({
          data: { days, today, cost: '1' },
          warnings: [{ code: 'day_not_ready', message: 'not yet' }],
        }),
      }),
      context,
    );
    expect(report).toMatchObject({
      state: 'warning',
      findings: [{ ok: true }, { check: 'a run warns day_not_ready', ok: 'warning', message: 'not yet' }],
    });
  });
});

describe('storage and schedule', () => {
  test('a real database with the newest schema is fine, and the last runs are shown', async () => {
    const database = await createTestDatabase();
    await database.pool
      .query(`INSERT INTO metrics_sync_logs (run_id, collector, day, started_at, finished_at, outcome, reason,
        message, lease_owner, lease_expires_at)
      VALUES (gen_random_uuid(), 'stripe', '2026-03-14', now(), now(), 'failed', 'invalid_key', 'refused',
        gen_random_uuid(), now())`);
    const settings = loadSettings({ DATABASE_URL: database.url });
    const { url, findings } = await examineStorage(settings);
    expect(url).toBe(database.url);
    expect(findings).toEqual([
      {
        check: 'DATABASE_URL',
        ok: true,
        message: expect.stringMatching(/^Postgres 1\d\S*.* answers, with the newest schema$/),
      },
    ]);
    expect(await examineSchedule(settings, url)).toEqual([
      { check: 'SYNC_SCHEDULE', ok: true, message: expect.stringMatching(/^next run \d{4}-\d\d-\d\d 00:30 UTC/) },
      { check: 'last run of stripe', ok: 'warning', message: '2026-03-14 failed: invalid_key: refused' },
    ]);
    await database.drop();
  });

  test('a database that does not answer is broken, without its address in the report', async () => {
    const { url, findings } = await examineStorage(
      loadSettings({ DATABASE_URL: 'postgres://me:planted-password@127.0.0.1:1/x' }),
    );
    expect(url).toBeUndefined();
    expect(findings).toMatchObject([
      { check: 'DATABASE_URL', ok: false, remedy: expect.stringContaining('DATABASE_URL') },
    ]);
    expect(JSON.stringify(findings)).not.toContain('planted');
    expect(isHealthy([], findings)).toBe(false);
  });

  test('keys of an issuer that come over plain http are reported, not those from this machine', () => {
    const warned = (url: string) =>
      examineAccess(loadSettings({ JWKS_URL: url }))
        .filter(({ ok }) => ok === 'warning')
        .map(({ check }) => check);
    expect([
      warned('http://keycloak:8080/keys'),
      warned('https://issuer.example/keys'),
      warned('http://127.0.0.1:9/keys'),
      warned('http://[::1]:9/keys'),
    ]).toEqual([['JWKS_URL'], [], [], []]);
  });

  test('an open page, a fixed clock and a switched-off schedule are reported', async () => {
    const settings = loadSettings({
      HOST: '0.0.0.0',
      METRICS_PUBLIC: 'true',
      NOW: '2026-03-15T12:00:00Z',
      DEMO: 'true',
      SYNC_SCHEDULE: 'off',
    });
    expect(
      examineAccess(settings)
        .filter(({ ok }) => ok === 'warning')
        .map(({ check }) => check),
    ).toEqual(['/metrics', 'NOW', 'DEMO']);
    expect(await examineSchedule(settings, undefined)).toMatchObject([{ check: 'SYNC_SCHEDULE', ok: 'warning' }]);
  });
});

test('the report reads from top to bottom: state, reason, finding, remedy', () => {
  const text = describeReport({
    ok: false,
    version: '1.2.3',
    schedule: [],
    access: [],
    statements: [],
    inbox: [],
    storage: [{ check: 'DATABASE_URL', ok: true, message: 'answers' }],
    providers: [
      {
        collector: 'stripe',
        title: 'Stripe',
        state: 'broken',
        reason: 'invalid_key',
        message: 'refused',
        findings: [],
      },
      {
        collector: 'twilio',
        title: 'Twilio',
        state: 'broken',
        reason: null,
        message: null,
        findings: [{ check: 'read usage', ok: false, message: 'refused (403)', remedy: 'use the main token' }],
      },
    ],
  });
  expect(text.split('\n').slice(2, 10)).toEqual([
    'Stripe         would fail (invalid_key)',
    '    refused',
    'Twilio         would fail',
    '    ✗ read usage: refused (403)',
    '      → use the main token',
    '',
    'Storage',
    '    ✓ DATABASE_URL: answers',
  ]);
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type TestApi, type TestApiOptions } from '../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { fakeCollectors } from '../../test/fake-collector.ts';
import type { Role } from '../contract/datasets.ts';
import { CollectorError } from '../collectors/errors.ts';
import { syncStatus, syncLogs } from './features/sync/schema.ts';

let database: TestDatabase;
let api: TestApi | undefined;

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await api?.close();
  api = undefined;
  await database.drop();
});

async function start(options: TestApiOptions = {}): Promise<TestApi> {
  api = await startApi(database.url, options);
  return api;
}
const refused = {
  collect: async () => {
    throw new CollectorError('auth', 'invalid_key', 'the key was refused');
  },
};
const SYNC = '/api/v1/metrics/sync-all';
const post = (target: TestApi, query = '', init: RequestInit & { role?: Role; body?: string } = {}) =>
  target.send('POST', SYNC + query, init);

/** Collectors that answer once they are let go. */

describe('health of the collectors', () => {
  const unset = {
    configured: () => ({ outcome: 'skipped', reason: 'not_configured', message: 'set TWILIO_ACCOUNT_SID' }) as const,
  };

  it('sync-status has every collector, also before the first run', async () => {
    const target = await start({ collectors: fakeCollectors({ twilio: unset, stripe: refused }) });
    const before = syncStatus.parse((await target.get('/api/v1/metrics/sync-status')).json);
    expect(before.lastSync).toBeNull();
    expect(before.data).toHaveLength(6);
    expect(before.data[0]).toMatchObject({
      collector: 'digital_ocean',
      enabled: true,
      outcome: null,
      lastSuccessAt: null,
      nextRunAt: '2026-03-16T00:30:00.000Z',
    });
    await post(target);
    const after = await target.get('/api/v1/metrics/sync-status');
    const status = syncStatus.parse(after.json);
    expect(status).toEqual(after.json);
    expect(status.lastSync).toEqual({
      startedAt: '2026-03-15T12:00:00.000Z',
      finishedAt: '2026-03-15T12:00:00.000Z',
      outcome: 'partial',
    });
    expect(status.data[0]).toMatchObject({
      outcome: 'succeeded',
      attempt: 1,
      dataDay: '2026-03-14',
      lastSuccessAt: '2026-03-15T12:00:00.000Z',
      durationMs: expect.any(Number),
      upstreamRequests: expect.any(Number),
    });
    expect(status.data[1]).toMatchObject({
      collector: 'stripe',
      outcome: 'failed',
      kind: 'auth',
      reason: 'invalid_key',
      message: 'the key was refused',
      dataDay: null,
    });
    expect(status.data[4]).toMatchObject({
      collector: 'twilio',
      enabled: false,
      settingsMessage: 'set TWILIO_ACCOUNT_SID',
      outcome: 'skipped',
      reason: 'not_configured',
      nextRunAt: null,
    });
    expect(status.warnings.map(({ code }) => code)).toContain('never_succeeded');
  });

  it('a source that was never read leaves the margin empty; the others end the period', async () => {
    const target = await start({ collectors: fakeCollectors({ twilio: refused }) });
    await post(target);
    await database.pool.query(`
      INSERT INTO component_costs (day, provider, component, source, amount_usd)
        VALUES ('2026-03-10', 'digital_ocean', 'all', 'api_usage', 5);
      INSERT INTO revenue_daily (day, recognised_usd, fees_usd) VALUES ('2026-03-10', 20, 1)`);
    expect((await target.get('/api/v1/metrics/summary')).json).toMatchObject({
      lastCompleteDay: '2026-03-14',
      revenueUsd: '20.00',
      infrastructureCostUsd: '5.00',
      netMarginUsd: null,
      netMarginRatio: null,
    });
    await database.pool.query(
      `INSERT INTO component_costs (day, provider, component, source, amount_usd)
        VALUES ('2026-03-10', 'twilio', 'all', 'invoice', 2)`,
    );
    expect((await target.get('/api/v1/metrics/summary')).json).toMatchObject({
      netMarginUsd: '12.00',
      netMarginRatio: 0.6,
    });
  });

  it('an empty side says which setting is missing', async () => {
    const unsetStripe = {
      configured: () => ({ outcome: 'skipped', reason: 'not_configured', message: 'set STRIPE_SECRET_KEY' }) as const,
    };
    const target = await start({ collectors: fakeCollectors({ twilio: unset, stripe: unsetStripe }) });
    const warnings = async (path: string) =>
      z
        .object({ warnings: z.array(z.object({ code: z.string(), message: z.string() })) })
        .parse((await target.get(`/api/v1/metrics/${path}`)).json)
        .warnings.filter(({ code }) => code === 'not_configured')
        .map(({ message }) => message);
    expect(await warnings('summary')).toEqual(['Stripe: set STRIPE_SECRET_KEY', 'Twilio: set TWILIO_ACCOUNT_SID']);
    expect(await warnings('infrastructure-costs')).toEqual(['Twilio: set TWILIO_ACCOUNT_SID']);
    expect(await warnings('cost-by-user')).toEqual([]);
    await database.pool.query(
      `INSERT INTO component_costs (day, provider, component, source, amount_usd)
        VALUES ('2026-03-10', 'digital_ocean', 'all', 'api_usage', 5)`,
    );
    expect(await warnings('infrastructure-costs')).toEqual([]);
  });

  it('revenue 0: the ratio is empty', async () => {
    const target = await start();
    await post(target);
    await database.pool.query(`
      INSERT INTO component_costs (day, provider, component, source, amount_usd)
        VALUES ('2026-03-10', 'digital_ocean', 'all', 'api_usage', 5);
      INSERT INTO revenue_daily (day, recognised_usd, fees_usd) VALUES ('2026-03-10', 0, 0)`);
    expect((await target.get('/api/v1/metrics/summary')).json).toMatchObject({
      revenueUsd: '0.00',
      netMarginUsd: '-5.00',
      netMarginRatio: null,
    });
  });

  it('sync-logs pages through the history, filtered', async () => {
    const target = await start({ collectors: fakeCollectors({ stripe: refused }) });
    await post(target);
    await post(target);
    const ids: string[] = [];
    let query = '?limit=5';
    for (;;) {
      const page = syncLogs.parse((await target.get(`/api/v1/metrics/sync-logs${query}`)).json);
      ids.push(...page.data.map(({ id }) => id));
      if (page.nextCursor === null) break;
      query = `?limit=5&cursor=${page.nextCursor}`;
    }
    expect(ids).toEqual(Array.from({ length: 12 }, (_, index) => String(12 - index)));
    const failed = syncLogs.parse((await target.get('/api/v1/metrics/sync-logs?outcome=failed&collector=stripe')).json);
    expect(failed.data.map(({ attempt, kind, retryable }) => [attempt, kind, retryable])).toEqual([
      [2, 'auth', false],
      [1, 'auth', false],
    ]);
    expect(
      z.object({ data: z.array(z.unknown()) }).parse((await target.get('/api/v1/metrics/sync-logs?to=2026-03-15')).json)
        .data,
    ).toEqual([]);
  });

  it('warns of missing invoices, stale collectors and demonstration data', async () => {
    const target = await start();
    await database.pool.query(`
      INSERT INTO component_costs (day, provider, component, source, amount_usd, demo)
      SELECT d::date, 'weaviate', 'all', 'estimate', 1.5, true
        FROM generate_series('2025-12-20'::timestamp, '2026-03-14', '1 day') d;
      INSERT INTO manual_billing_adjustments (series_id, version, action, kind, provider, billing_date, period_start,
        period_end, amount, currency, created_by, created_at)
      VALUES (1, 1, 'entry', 'invoice', 'weaviate', '2026-02-01', '2026-01-01', '2026-02-01', 31, 'CHF', 'test',
        '2026-02-01T12:00Z');
      INSERT INTO metrics_sync_logs (run_id, collector, day, started_at, finished_at, outcome, lease_owner,
        lease_expires_at)
      SELECT gen_random_uuid(), c, '2026-03-12', '2026-03-13T00:30Z', '2026-03-13T00:31Z', 'succeeded',
        gen_random_uuid(), now()
      FROM unnest(ARRAY['digital_ocean', 'stripe', 'weaviate', 'supabase', 'twilio', 'llm']) c`);
    const { warnings } = syncStatus
      .pick({ warnings: true })
      .parse((await target.get('/api/v1/metrics/infrastructure-costs?from=2025-12-01&to=2026-03-15')).json);
    expect(
      warnings.filter(({ code }) => code !== 'stale_collector').map(({ code, message }) => `${code}: ${message}`),
    ).toEqual([
      'demo_data: Demonstration data: these figures are invented.',
      'missing_invoice: No invoice of Weaviate for 2025-12-20 to 2025-12-31, 2026-02: its cost is estimated or missing. ' +
        'Enter it under Billing.',
      'unconverted_currency: Weaviate: 31 days in CHF without a rate to USD are not in the totals.',
      'incomplete_days: Days after 2026-03-12 are not complete for every source.',
    ]);
    expect(warnings.filter(({ code }) => code === 'stale_collector')).toHaveLength(6);
  });
});

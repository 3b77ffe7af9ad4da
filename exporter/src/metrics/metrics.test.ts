import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { METRICS } from '../contract/metrics.ts';
import { replaceLedger } from '../ledger/replace-rows.ts';
import { createMetrics } from './index.ts';

const TODAY = '2026-03-15';
const NOW = new Date(`${TODAY}T12:00:00Z`);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() =>
  database.pool.query('TRUNCATE component_costs, collector_samples, revenue_daily, budgets, metrics_sync_logs'),
);

function metrics() {
  return createMetrics({
    version: '0.1.0',
    revision: 'test',
    facts: () => ({ enabled: new Set(['twilio']), nextRun: new Date('2026-03-16T00:30:00Z') }),
  });
}

const context = () => ({ db: database.pool, today: TODAY, now: NOW });

/** The value of a series; undefined when it is absent. */
function valueOf(page: string, series: string): number | undefined {
  const line = page.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

describe('/metrics', () => {
  it('answers before there is a database, with no invented figure', async () => {
    const page = await metrics().render();
    expect(valueOf(page.body, 'marginboard_database_up')).toBe(0);
    expect(page.body).not.toContain('usd{');
    expect(page.contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('shows the ledger after precedence, in exact figures', async () => {
    const days = ['2026-02-27', '2026-02-28', '2026-03-13', '2026-03-14', '2026-03-15'];
    const row = (day: string, amountUsd: string) => ({ day, component: 'all', amountUsd, provisional: day === TODAY });
    await replaceLedger(
      database.pool,
      'twilio',
      'api_usage',
      days,
      days.map((day) => row(day, '1.10')),
    );
    await replaceLedger(database.pool, 'twilio', 'invoice', ['2026-03-14'], [row('2026-03-14', '0.90')]);
    const page = metrics();
    await page.refresh(context());
    const { body } = await page.render();
    expect(valueOf(body, 'marginboard_cost_day_usd{provider="twilio",component="all"}')).toBe(0.9);
    expect(valueOf(body, 'marginboard_cost_source_info{provider="twilio",component="all",source="invoice"}')).toBe(1);
    expect(body).not.toContain('source="api_usage"');
    expect(valueOf(body, 'marginboard_cost_month_to_date_usd{provider="twilio",component="all"}')).toBe(3.1);
    expect(valueOf(body, 'marginboard_cost_previous_month_usd{provider="twilio"}')).toBe(2.2);
    expect(valueOf(body, 'marginboard_cost_forecast_month_usd{provider="twilio"}')).toBe(2 + 17);
    expect(valueOf(body, 'marginboard_database_up')).toBe(1);
    expect(valueOf(body, 'marginboard_snapshot_timestamp_seconds')).toBe(NOW.getTime() / 1000);
  });

  it('shows revenue, budgets and the stored samples of collectors, also right after a restart', async () => {
    await database.pool.query(
      `INSERT INTO revenue_daily (day, recognised_usd, fees_usd)
       VALUES ('2026-02-28', 500, 9), ('2026-03-01', 10.5, 0.3), ('2026-03-15', 2, NULL)`,
    );
    await database.pool.query(
      `INSERT INTO budgets (provider, month_usd, created_by)
       VALUES ('all', 300, 't'), ('twilio', 10, 't'), ('twilio', NULL, 't')`,
    );
    await database.pool.query(
      `INSERT INTO collector_samples
       VALUES ('stripe', '2026-03-14', '[{"name": "mrr_usd", "labels": {"provider": "stripe"}, "value": 100}]',
       now(), now())`,
    );
    const page = metrics();
    await page.refresh(context());
    const { body } = await page.render();
    expect(valueOf(body, 'marginboard_revenue_month_to_date_usd{provider="stripe"}')).toBe(12.5);
    expect(valueOf(body, 'marginboard_payment_fees_month_to_date_usd{provider="stripe"}')).toBe(0.3);
    expect(valueOf(body, 'marginboard_budget_month_usd{provider="all"}')).toBe(300);
    expect(body).not.toContain('budget_month_usd{provider="twilio"}');
    expect(valueOf(body, 'marginboard_mrr_usd{provider="stripe"}')).toBe(100);
  });

  it('shows the last run of each collector, and nothing for one that never ran', async () => {
    await database.pool.query(
      `INSERT INTO metrics_sync_logs (run_id, collector, day, started_at, finished_at, outcome, kind, warnings,
       duration_ms, lease_owner, lease_expires_at) VALUES
       ($1, 'llm', '2026-03-13', now(), '2026-03-14T00:31:00Z', 'failed', 'network', '[]', 900, $1, now()),
       ($1, 'llm', '2026-03-14', now(), '2026-03-15T00:31:00Z', 'succeeded', NULL, '[]', 900, $1, now()),
       ($1, 'twilio', '2026-03-13', now(), '2026-03-14T00:31:00Z', 'succeeded', NULL, '[]', 900, $1, now()),
       ($1, 'twilio', '2026-03-14', now(), '2026-03-15T00:31:00Z', 'failed', 'auth',
         '[{"code": "a", "message": "b"}]', 1500, $1, now())`,
      [randomUUID()],
    );
    const page = metrics();
    await page.refresh(context());
    const { body } = await page.render();
    expect(valueOf(body, 'marginboard_collector_last_run_outcome{collector="twilio",outcome="failed"}')).toBe(1);
    expect(valueOf(body, 'marginboard_collector_last_run_outcome{collector="twilio",outcome="succeeded"}')).toBe(0);
    // From the log, so that it is there right after a restart, whatever the counters say.
    expect(valueOf(body, 'marginboard_collector_last_run_failure{collector="twilio",kind="auth"}')).toBe(1);
    expect(body).not.toContain('last_run_failure{collector="llm"');
    expect(valueOf(body, 'marginboard_collector_last_success_timestamp_seconds{collector="twilio"}')).toBe(
      Date.parse('2026-03-14T00:31:00Z') / 1000,
    );
    expect(valueOf(body, 'marginboard_collector_data_day_timestamp_seconds{collector="twilio"}')).toBe(
      Date.parse('2026-03-13') / 1000,
    );
    expect(valueOf(body, 'marginboard_collector_last_run_duration_seconds{collector="twilio"}')).toBe(1.5);
    expect(valueOf(body, 'marginboard_collector_last_run_warnings{collector="twilio"}')).toBe(1);
    expect(valueOf(body, 'marginboard_collector_enabled{collector="stripe"}')).toBe(0);
    expect(body).not.toContain('last_run_outcome{collector="stripe"');
    expect(valueOf(body, 'marginboard_collector_run_failures_total{collector="stripe",kind="auth"}')).toBe(0);
  });

  it('keeps the last good figures when the database is lost', async () => {
    await replaceLedger(
      database.pool,
      'twilio',
      'api_usage',
      ['2026-03-14'],
      [{ day: '2026-03-14', component: 'all', amountUsd: '4.20' }],
    );
    const page = metrics();
    await page.refresh(context());
    const gone = { query: () => Promise.reject(new Error('connection terminated')) };
    await expect(page.refresh({ ...context(), db: gone })).rejects.toThrow('connection terminated');
    const { body } = await page.render();
    expect(valueOf(body, 'marginboard_cost_day_usd{provider="twilio",component="all"}')).toBe(4.2);
    expect(valueOf(body, 'marginboard_database_up')).toBe(0);
  });

  it('never mixes two snapshots: 100 scrapes while snapshots are swapped', async () => {
    const page = metrics();
    const providers = Array.from({ length: 20 }, (_, index) => `vendor${index}`);
    const write = (amountUsd: string) =>
      Promise.all(
        providers.map((provider) =>
          replaceLedger(
            database.pool,
            provider,
            'invoice',
            ['2026-03-14'],
            [{ day: '2026-03-14', component: 'all', amountUsd }],
          ),
        ),
      );
    await write('1.00');
    await page.refresh(context());
    const scraped = new AbortController();
    const swaps = (async () => {
      for (let round = 2; !scraped.signal.aborted && round < 50; round += 1) {
        await write(`${round}.00`);
        await page.refresh(context());
      }
    })();
    const pages = await Promise.all(Array.from({ length: 100 }, async () => (await page.render()).body));
    scraped.abort();
    await swaps;
    for (const body of pages) {
      const values = new Set(
        providers.map((provider) => valueOf(body, `marginboard_cost_day_usd{provider="${provider}",component="all"}`)),
      );
      expect(values.size).toBe(1);
    }
  });

  it('shares one reading between calls at the same time, and reads once more for a change during it', async () => {
    let readings = 0;
    const page = createMetrics({
      version: '1',
      revision: 'r',
      facts: () => ({ enabled: new Set(), nextRun: null }),
      sources: [() => Promise.resolve(((readings += 1), []))],
    });
    await Promise.all(Array.from({ length: 10 }, () => page.refresh(context())));
    expect(readings).toBe(2);
  });

  it.skipIf(process.env.CI !== 'true' && spawnSync('promtool', ['--version']).error !== undefined)(
    'passes promtool check metrics',
    async () => {
      const page = metrics();
      page.upstreamObserver('twilio').observe('200', 0.2);
      page.observeRequest({ method: 'GET', route: '/metrics', code: 200, seconds: 0.001 });
      await replaceLedger(
        database.pool,
        'twilio',
        'api_usage',
        ['2026-03-14'],
        [{ day: '2026-03-14', component: 'all', amountUsd: '4.20' }],
      );
      await page.refresh(context());
      const { body } = await page.render();
      const check = spawnSync('promtool', ['check', 'metrics'], { input: body, encoding: 'utf8' });
      expect(check.stdout + check.stderr).toBe('');
      expect(check.status).toBe(0);
    },
  );
});

describe('definitions', () => {
  it('use no label that clashes with target labels or holds a person', () => {
    const forbidden = [
      'service',
      'region',
      'env',
      'type',
      'customer',
      'owner',
      'user',
      'user_id',
      'email',
      'job',
      'instance',
    ];
    for (const { labels } of Object.values(METRICS)) for (const label of labels) expect(forbidden).not.toContain(label);
  });

  it('give every business gauge a label, so that none is born as 0', () => {
    for (const [name, { group, labels }] of Object.entries(METRICS))
      if (group !== 'exporter') expect(labels.length, name).toBeGreaterThan(0);
  });
});

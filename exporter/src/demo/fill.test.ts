import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { isMetricName, METRICS } from '../contract/metrics.ts';
import { storedSamples } from '../metrics/business-samples.ts';
import { demoSamples, fillDemo, isDemo } from './index.ts';

const log = pino({ level: 'silent' });
const NOW = '2026-03-15T12:00:00Z';
const clock = (now = NOW) => ({ now: async () => new Date(now) });
async function one(database: TestDatabase, query: string, values: unknown[] = []): Promise<Record<string, unknown>> {
  const { rows } = await database.pool.query<Record<string, unknown>>(query, values);
  return rows[0] ?? {};
}

describe('a filled database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    expect(await isDemo(database.pool)).toBe(false);
    expect(await demoSamples(database.pool, '2026-03-15')).toEqual([]);
    expect(await fillDemo(database.pool, clock(), log)).toBe('filled');
  });
  afterAll(() => database.drop());

  it('is a demonstration, and stays as it is on every restart', async () => {
    expect(await isDemo(database.pool)).toBe(true);
    expect(await demoSamples(database.pool, '2026-03-15')).toEqual([
      { name: 'demo_data', labels: { kind: 'figures' }, value: 1 },
    ]);
    const before = await one(database, 'SELECT count(*), sum(amount_usd) FROM component_costs');
    expect(await fillDemo(database.pool, clock('2026-04-20T12:00:00Z'), log)).toBe('kept');
    expect(await one(database, 'SELECT count(*), sum(amount_usd) FROM component_costs')).toEqual(before);
  });

  it.each([
    'do_metrics',
    'stripe_metrics',
    'weaviate_metrics',
    'supabase_metrics',
    'twilio_metrics',
    'llm_metrics_history',
    'component_costs',
    'revenue_daily',
    'manual_billing_adjustments',
  ])('%s is labelled, every row', async (table) => {
    expect(await one(database, `SELECT count(*) > 0 AS some, bool_and(demo) AS labelled FROM ${table}`)).toEqual({
      some: true,
      labelled: true,
    });
  });

  it('has every day from six months ago to today, which is provisional, and revenue of eighteen months', async () => {
    const costs = { days: 196, first: '2025-09-01', last: '2026-03-15' };
    const revenue = { days: 561, first: '2024-09-01', last: '2026-03-15' };
    for (const [table, day, days] of [
      ['do_metrics', 'recorded_at', costs],
      ['stripe_metrics', 'recorded_at', revenue],
      ['twilio_metrics', 'recorded_at', costs],
      ['supabase_metrics', 'recorded_at', costs],
      ['weaviate_metrics', 'recorded_at', costs],
      ['revenue_daily', 'day', revenue],
      ['infrastructure_costs_summary', 'day', costs],
    ] as const) {
      expect(
        await one(
          database,
          `SELECT count(*)::int AS days, min(${day})::text AS first, max(${day})::text AS last FROM ${table}`,
        ),
      ).toEqual(days);
    }
    expect(
      await one(database, 'SELECT array_agg(DISTINCT day::text) AS days FROM component_costs WHERE provisional'),
    ).toEqual({ days: ['2026-03-15'] });
  });

  it('the view adds up to the ledger rows that count, and all five sources are there', async () => {
    const sources = await one(
      database,
      'SELECT array_agg(DISTINCT source ORDER BY source) AS kept FROM component_costs',
    );
    expect(sources.kept).toEqual(['api_invoice', 'api_usage', 'estimate', 'fixed', 'invoice']);
    expect(
      (await one(database, 'SELECT array_agg(DISTINCT source ORDER BY source) AS counting FROM effective_costs'))
        .counting,
    ).toEqual(sources.kept);
    expect(
      await one(
        database,
        `SELECT (SELECT sum(total) FROM infrastructure_costs_summary) = (SELECT sum(amount_usd)
         FROM effective_costs) AS equal, (SELECT sum(coalesce(llm,
         0) + digital_ocean + weaviate + supabase + twilio + coalesce(other, 0)) = sum(total)
         FROM infrastructure_costs_summary) AS parts`,
      ),
    ).toEqual({ equal: true, parts: true });
  });

  it('invoice days sum to the invoices that count, to the cent', async () => {
    expect(
      await one(
        database,
        `SELECT (SELECT sum(amount_usd) FROM component_costs WHERE source = 'invoice') = (SELECT sum(amount_usd)
         FROM current_billing_adjustments) AS equal,
      (SELECT bool_and(amount_usd = round(amount_usd, 2)) FROM component_costs
        WHERE source IN ('invoice', 'api_invoice', 'fixed', 'estimate')) AS whole_cents`,
      ),
    ).toEqual({ equal: true, whole_cents: true });
    expect(
      await one(
        database,
        `SELECT count(*) FILTER (WHERE action = 'correction')::int AS corrections,
         count(*) FILTER (WHERE action = 'void')::int AS voids, count(*) FILTER (WHERE kind = 'credit')::int AS credits,
      count(*) FILTER (WHERE currency = 'EUR')::int AS foreign FROM manual_billing_adjustments`,
      ),
    ).toEqual({ corrections: 1, voids: 1, credits: 1, foreign: 7 });
  });

  it('one closed month of Weaviate has no invoice, only an estimate', async () => {
    const { rows } = await database.pool.query(
      `SELECT to_char(day, 'YYYY-MM') AS month FROM component_costs
       WHERE provider = 'weaviate' AND day < '2026-03-01' GROUP BY 1 HAVING bool_and(source = 'estimate')`,
    );
    expect(rows).toEqual([{ month: '2026-01' }]);
  });

  it('the rollups are the sums of the raw usage, and so is the ledger', async () => {
    expect(
      await one(
        database,
        `SELECT
      (SELECT sum(cost_usd) FROM llm_metrics_history) = (SELECT sum(cost_usd) FROM llm_user_day) AS by_user,
      (SELECT sum(cost_usd) FROM llm_metrics_history) = (SELECT sum(cost_usd) FROM llm_user_month) AS by_month,
      (SELECT sum(cost_usd) FROM llm_metrics_history) = (SELECT sum(cost_usd) FROM llm_model_day) AS by_model,
      (SELECT sum(cost_usd) FROM llm_metrics_history) = (SELECT sum(amount_usd) FROM component_costs
        WHERE provider = 'llm') AS ledger,
      (SELECT sum(prompt_tokens) FROM llm_metrics_history) = (SELECT sum(prompt_tokens) FROM llm_model_day) AS tokens`,
      ),
    ).toEqual({ by_user: true, by_month: true, by_model: true, ledger: true, tokens: true });
    expect(
      await one(
        database,
        `SELECT count(DISTINCT user_id)::int AS users, count(DISTINCT model)::int AS models,
         count(DISTINCT model) FILTER (WHERE unpriced_tokens > 0 AND cost_usd IS NULL)::int AS unpriced,
      bool_and(cache_read_tokens + cache_write_tokens <= prompt_tokens AND errors <= requests) AS sane
        FROM llm_metrics_history`,
      ),
    ).toEqual({ users: 60, models: 6, unpriced: 1, sane: true });
  });

  it('prices usage by the contract from its first day on', async () => {
    const { rows } = await database.pool.query(`SELECT DISTINCT h.day >= o.valid_from AS agreed,
        round((h.prompt_tokens - h.cache_read_tokens) * (CASE WHEN h.day >= o.valid_from THEN 2.2
          ELSE 2.5 END) + h.cache_read_tokens * (CASE WHEN h.day >= o.valid_from THEN 1.1 ELSE 1.25 END)
          + h.completion_tokens * (CASE WHEN h.day >= o.valid_from THEN 8.8
            ELSE 10 END)) = round(h.cost_usd * 1000000) AS exact
      FROM llm_metrics_history h JOIN llm_price_overrides o USING (provider, model) ORDER BY 1`);
    expect(rows).toEqual([
      { agreed: false, exact: true },
      { agreed: true, exact: true },
    ]);
  });

  it('revenue by customer adds up to recognised revenue, and MRR by customer to MRR', async () => {
    expect(
      await one(
        database,
        `SELECT (SELECT sum(recognised_usd) FROM revenue_daily) = (SELECT sum(recognised_usd)
         FROM revenue_by_customer) AS recognised,
      (SELECT bool_and(r.mrr_usd = c.mrr) FROM revenue_daily r
        JOIN (SELECT day, sum(mrr_usd) AS mrr FROM mrr_by_customer GROUP BY day) c USING (day)) AS mrr,
      (SELECT bool_and(r.mrr_usd = s.mrr_usd) FROM revenue_daily r
        JOIN stripe_metrics s ON s.recorded_at = r.day) AS snapshot`,
      ),
    ).toEqual({ recognised: true, mrr: true, snapshot: true });
  });

  it('is a believable company: growing MRR, and one month at a loss', async () => {
    const { rows } = await database.pool.query<{ month: string; margin: string; mrr: string; llm: string }>(`
      SELECT to_char(day, 'YYYY-MM') AS month, sum(recognised_usd - fees_usd - total)::int AS margin,
        max(mrr_usd)::int AS mrr, sum(llm)::int AS llm
      FROM revenue_daily JOIN infrastructure_costs_summary USING (day) WHERE day < '2026-03-01' GROUP BY 1 ORDER BY 1`);
    expect(rows.filter(({ margin }) => Number(margin) < 0).map(({ month }) => month)).toEqual(['2025-12']);
    expect(Number(rows[0]?.mrr)).toBeGreaterThan(5_500);
    expect(Number(rows.at(-1)?.mrr)).toBeGreaterThan(Number(rows[0]?.mrr) * 1.2);
    expect(Number(rows.at(-1)?.mrr)).toBeLessThan(9_500);
    const llm = rows.reduce((sum, row) => sum + Number(row.llm), 0) / rows.length;
    expect(llm).toBeGreaterThan(700);
    expect(llm).toBeLessThan(1_100);
  });

  it('has something to show of every figure of revenue', async () => {
    expect(
      await one(
        database,
        `SELECT bool_or(mrr_at_risk_usd > 0) AS at_risk, bool_or(mrr_trial_usd > 0) AS trial,
           bool_or(mrr_paused_usd > 0) AS paused, bool_and(mrr_at_risk_usd <= mrr_usd) AS inside,
           sum(refunds_usd) > 0 AS refunds, sum(disputes_usd) > 0 AS disputes, sum(bad_debt_usd) > 0 AS bad_debt,
           bool_and(deferred_usd >= 0) AS deferred FROM revenue_daily`,
      ),
    ).toEqual({
      at_risk: true,
      trial: true,
      paused: true,
      inside: true,
      refunds: true,
      disputes: true,
      bad_debt: true,
      deferred: true,
    });
    // What is due now, so that the cards of today are not empty.
    expect(
      await one(
        database,
        "SELECT mrr_trial_usd > 0 AS trial, mrr_at_risk_usd > 0 AS risk FROM revenue_daily WHERE day = '2026-03-15'",
      ),
    ).toEqual({ trial: true, risk: true });
  });

  it('shows runs with a failure that was caught up and a skip, none after now', async () => {
    expect(
      await one(
        database,
        `SELECT count(*) FILTER (WHERE outcome = 'failed')::int AS failed,
         count(*) FILTER (WHERE outcome = 'skipped')::int AS skipped, max(attempt) AS attempts,
         max(finished_at) <= $1 AS past FROM metrics_sync_logs`,
        [NOW],
      ),
    ).toEqual({ failed: 1, skipped: 1, attempts: 2, past: true });
    expect(await one(database, `SELECT count(*)::int AS unfinished FROM sync_runs WHERE finished_at IS NULL`)).toEqual({
      unfinished: 0,
    });
  });

  it('gives every collector gauges that exist, with exactly their labels', async () => {
    const samples = await storedSamples(database.pool);
    expect(samples.length).toBeGreaterThan(60);
    for (const { name, labels, value } of samples) {
      expect(isMetricName(name) && [...METRICS[name].labels].sort()).toEqual(Object.keys(labels).sort());
      expect(Number.isFinite(value)).toBe(true);
    }
  });

  it('leaves identities where new rows can follow', async () => {
    await database.pool.query(`INSERT INTO budgets (provider, month_usd, created_by) VALUES ('supabase', 40, 'me')`);
    await database.pool.query(
      `INSERT INTO metrics_sync_logs (run_id, collector, day, started_at, lease_owner, lease_expires_at)
       VALUES (gen_random_uuid(), 'llm', '2026-03-15', now(), gen_random_uuid(), now())`,
    );
    const { id } = await one(
      database,
      `INSERT INTO manual_billing_adjustments (series_id, version, action, kind, provider, billing_date,
       period_start, period_end, amount, currency, created_by, created_at)
      VALUES (999, 1, 'entry', 'invoice', 'x', '2026-03-01', '2026-03-01', '2026-04-01', 1, 'USD', 'me', now())
        RETURNING id`,
    );
    expect(Number(id)).toBeGreaterThan(20);
  });
});

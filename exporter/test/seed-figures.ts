import type { Queryable } from '../src/database/queryable.ts';

/**
 * March 2026 as far as the 14th (NOW is the 15th), small enough to be checked in the head:
 * revenue 10.00 a day from the 1st to the 15th, fees 0.50, cash 300.00 on the 5th, MRR 300.00;
 * DigitalOcean 2.00 a day (api_usage), Supabase 1.00 by invoice above an estimate of 9.00, Weaviate 1.50 fixed,
 * a vendor "acme" 0.25 by invoice, Twilio in EUR without a rate, LLM 3.00 a day from Anna (2.00) and Bob (1.00).
 */
export async function seedFigures(db: Queryable): Promise<void> {
  await db.query(`
    INSERT INTO component_costs (day, provider, component, source, amount_usd, amount_native, currency)
    SELECT d::date, provider, component, source, amount, native, currency
    FROM generate_series('2026-03-01'::timestamp, '2026-03-14', '1 day') d, (VALUES
      ('digital_ocean', 'app_platform', 'api_usage', 1.25, 1.25, 'USD'),
        ('digital_ocean', 'databases', 'api_usage', 0.75, 0.75, 'USD'),
      ('supabase', 'all', 'estimate', 9.00, 9.00, 'USD'), ('supabase', 'all', 'invoice', 1.00, 1.00, 'USD'),
      ('weaviate', 'all', 'fixed', 1.50, 1.50, 'USD'), ('acme', 'all', 'invoice', 0.25, 0.25, 'USD'),
      ('twilio', 'all', 'api_usage', NULL, 4.00, 'EUR'), ('llm', 'all', 'api_usage', 3.00, 3.00, 'USD')
    ) AS c(provider, component, source, amount, native, currency)`);
  await db.query(`
    INSERT INTO revenue_daily (day, mrr_usd, recognised_usd, billed_usd, cash_usd, fees_usd, provisional)
    SELECT d::date, 300, 10, 0, CASE WHEN d = '2026-03-05' THEN 300 ELSE 0 END, 0.5, d = '2026-03-15'
    FROM generate_series('2026-03-01'::timestamp, '2026-03-15', '1 day') d`);
  await db.query(`
    INSERT INTO llm_metrics_history (user_id, day, provider, model, prompt_tokens, completion_tokens, requests,
      errors, cost_usd, unpriced_tokens)
    SELECT user_id, d::date, provider, model, prompt, completion, requests, errors, cost, unpriced
    FROM generate_series('2026-03-01'::timestamp, '2026-03-14', '1 day') d, (VALUES
      ('user-anna-1234', 'openai', 'gpt-5', 1000, 500, 10, 1, 2.00, 0),
        ('bob-0123456789', 'anthropic', 'claude', 400, 100, 5, 0, 1.00, 0),
      ('carl-987654321', 'homegrown', 'mystery', 60, 40, 1, 0, NULL, 100)
    ) AS u(user_id, provider, model, prompt, completion, requests, errors, cost, unpriced)`);
  await db.query(`
    INSERT INTO llm_user_day (user_id, day, cost_usd, prompt_tokens, completion_tokens, requests, errors,
      unpriced_tokens)
    SELECT user_id, day, coalesce(sum(cost_usd), 0), sum(prompt_tokens), sum(completion_tokens), sum(requests),
      sum(errors), sum(unpriced_tokens) FROM llm_metrics_history GROUP BY 1, 2`);
  await db.query(`
    INSERT INTO llm_model_day (day, provider, model, cost_usd, prompt_tokens, completion_tokens, requests, errors,
      unpriced_tokens)
    SELECT day, provider, model, coalesce(sum(cost_usd), 0), sum(prompt_tokens), sum(completion_tokens),
      sum(requests), sum(errors), sum(unpriced_tokens) FROM llm_metrics_history GROUP BY 1, 2, 3`);
  await db.query(`
    INSERT INTO revenue_by_customer (day, customer, recognised_usd)
    SELECT d::date, customer, amount
      FROM generate_series('2026-03-01'::timestamp, '2026-03-15', '1 day') d,
      (VALUES ('cus_a', 6.00), ('cus_b', 3.00)) AS c(customer, amount)`);
  // Bob moved from customer C to A on the 8th, and for one day was with both.
  await db.query(`
    INSERT INTO customer_users (customer, user_id, valid_from, valid_to) VALUES
      ('cus_a', 'user-anna-1234', '2026-01-01', NULL), ('cus_c', 'bob-0123456789', '2026-01-01', '2026-03-09'),
        ('cus_a', 'bob-0123456789', '2026-03-08', NULL)`);
}

/** A finished synchronisation of all six collectors, complete up to `day`. */
export async function seedSync(db: Queryable, day: string, finishedAt: string): Promise<void> {
  const runId = crypto.randomUUID();
  await db.query(
    `INSERT INTO sync_runs (id, started_at, finished_at, outcome, trigger, requested_by, lease_owner, lease_expires_at)
     VALUES ($1, $2::timestamptz - interval '1 minute', $2, 'succeeded', 'schedule', 'schedule', $1, $2)`,
    [runId, finishedAt],
  );
  await db.query(
    `INSERT INTO metrics_sync_logs (run_id, collector, day, started_at, finished_at, outcome, duration_ms,
     rows_written, days_read, upstream_requests, lease_owner, lease_expires_at)
     SELECT $1, c, $2::date, $3::timestamptz - interval '1 minute', $3, 'succeeded', 1200, 2, 2, 1, $1, $3
     FROM unnest(ARRAY['digital_ocean', 'stripe', 'weaviate', 'supabase', 'twilio', 'llm']) c`,
    [runId, day, finishedAt],
  );
}

import type { Pool } from 'pg';
import { CollectorError } from '../src/collectors/errors.ts';
import { createStripeCollector, type StripeOptions } from '../src/collectors/stripe/index.ts';
import { collectContext } from './collect-context.ts';
import { stripeSettings } from './providers/stripe-settings.ts';

export interface StripeRun {
  readonly percent: number;
  readonly runsLeft: number | undefined;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

export interface StripeRunOptions extends StripeOptions {
  /** Ends the run after so many requests. */
  readonly failAfter?: number;
  readonly now?: string;
  readonly requestTimeoutMs?: number;
}

/** One run of the collector against the server at `url`, stored as the runner does it. */
export async function runStripe(
  pool: Pool,
  url: string,
  { failAfter = Infinity, now = '2026-03-15T00:30:00Z', requestTimeoutMs, ...options }: StripeRunOptions = {},
): Promise<StripeRun> {
  const collector = createStripeCollector(stripeSettings({ STRIPE_API_URL: url }), options);
  const given = new AbortController();
  const base = collectContext(pool, now, {
    signal: given.signal,
    ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
  });
  let requests = 0;
  const context = {
    ...base,
    upstream: {
      observe: () => {
        requests += 1;
        if (requests >= failAfter) given.abort(new CollectorError('upstream', 'api_error', 'the provider fell over'));
      },
    },
  };
  const { data, warnings } = await collector.collect(context);
  await collector.store(pool, context.day, data);
  return { ...data.progress, warnings: warnings.map(({ code, message }) => ({ code, message })) };
}

/** Every row that the history leads to. */
export async function stripeRows(pool: Pool): Promise<unknown> {
  const queries = [
    `SELECT id, invoice_id, kind, customer, status, finalised_on, period_start, period_end, spread_start, spread_end,
      reversed_line, amount, amount_usd FROM stripe_revenue_lines ORDER BY id`,
    'SELECT id, day, category, amount, fee FROM stripe_balance_transactions ORDER BY id',
    'SELECT id, status, created, ended_at FROM stripe_subscriptions ORDER BY id',
    `SELECT day, mrr_usd, recognised_usd, billed_usd, cash_usd, fees_usd, refunds_usd, disputes_usd, credited_usd,
      bad_debt_usd, deferred_usd FROM revenue_daily ORDER BY day`,
    'SELECT day, customer, recognised_usd FROM revenue_by_customer ORDER BY 1, 2',
    'SELECT kind, id, day, status, amount, charge, payment_intent, invoice_id FROM stripe_payment_objects ORDER BY 1, 2',
    'SELECT id, status, total, bad_debt, bad_debt_on, recovered_on FROM stripe_invoices ORDER BY id',
    'SELECT id FROM stripe_pending',
  ];
  const found = [];
  for (const text of queries) found.push((await pool.query(text)).rows);
  return found;
}

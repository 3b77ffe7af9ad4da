import type { Queryable } from '../../src/database/queryable.ts';

/** What days of MRR are stored in, and what is computed from them. */
const MRR_TABLES = [
  'mrr_days',
  'mrr_movements',
  'mrr_plans',
  'mrr_month_retention',
  'mrr_month_cohorts',
  'mrr_sums',
  'mrr_plan_customers',
  'fx_rates',
];

const TABLES = [
  'stripe_history',
  'stripe_subscriptions',
  'stripe_pending',
  'stripe_left_out',
  'stripe_progress',
  'stripe_days_to_compute',
  'stripe_payment_objects',
  'stripe_invoices',
  'stripe_credit_grants',
  'stripe_credit_uses',
  'stripe_revenue_lines',
  'stripe_balance_transactions',
  'stripe_metrics',
  'revenue_daily',
  'revenue_by_customer',
  'mrr_by_customer',
  ...MRR_TABLES,
];

/** As on the first day: nothing of Stripe is stored. */
export async function emptyStripeTables(db: Queryable): Promise<void> {
  await empty(db, TABLES);
}

/** No day of MRR is known. */
export async function emptyMrrTables(db: Queryable): Promise<void> {
  await empty(db, MRR_TABLES);
}

/** Quicker than TRUNCATE, for so few rows. */
async function empty(db: Queryable, tables: readonly string[]): Promise<void> {
  await db.query(tables.map((table) => `DELETE FROM ${table}`).join(';'));
}

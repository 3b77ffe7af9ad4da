/**
 * Every metric of `/metrics`, once. The gauges, `docs/metrics.md` and the check that rules and dashboards use only
 * names and labels that exist are all made from this table. This file must stay free of dependencies.
 */

import { BUDGET_METRICS } from './budget-metrics.ts';
import { INBOX_METRICS } from './inbox-metrics.ts';
import { counter, gauge, histogram, type MetricDefinition } from './metric-definition.ts';

export type { MetricDefinition };

export const METRIC_PREFIX = 'marginboard_';

/** By name without prefix. */
export const METRICS = {
  cost_day_usd: gauge('cost', ['provider', 'component'], 'Cost of the last complete UTC day, in USD.'),
  cost_month_to_date_usd: gauge(
    'cost',
    ['provider', 'component'],
    'Cost of the running UTC month so far, in USD; drops on the 1st.',
  ),
  cost_previous_month_usd: gauge('cost', ['provider'], 'Cost of the last closed UTC month, in USD.'),
  cost_run_rate_month_usd: gauge(
    'cost',
    ['provider'],
    'Monthly run rate in USD: fixed subscriptions + usage of the trailing 7 days scaled to the month.',
  ),
  cost_forecast_month_usd: gauge(
    'cost',
    ['provider'],
    'Forecast of the running month in USD: month to date + remaining days x median of the last 7 complete days.',
  ),
  cost_source_info: gauge(
    'cost',
    ['provider', 'component', 'source'],
    'Always 1: the source in force for the last complete day (invoice, api_invoice, api_usage, fixed or estimate).',
  ),
  cost_as_of_timestamp_seconds: gauge(
    'cost',
    ['provider'],
    'The time of the data, by the provider itself, in Unix seconds.',
  ),
  cost_reconciliation_delta_usd: gauge(
    'cost',
    ['provider'],
    'Best known source of the last closed month minus the next one (invoice, provider invoice, usage, fixed price), in ' +
      'USD: driftUsd of GET /metrics/reconciliation, absent where that is null.',
  ),
  ...BUDGET_METRICS,
  invoice_missing: gauge(
    'cost',
    ['provider', 'month', 'from', 'to'],
    '1 for each stretch of days, at most a month, without an invoice of a provider that is known only by invoice; ' +
      '`to` is exclusive, `month` that of `from`.',
  ),
  month_open_days: gauge(
    'cost',
    ['month'],
    'Days since the end of a month that is over and not closed; absent until a month was closed for the first time.',
  ),
  ...INBOX_METRICS,
  fx_rates_day_timestamp_seconds: gauge(
    'cost',
    ['source'],
    'Start of the last day with an exchange rate of this source (ecb), in Unix seconds; absent without one in 60 days.',
  ),
  mrr_usd: gauge('revenue', ['provider'], 'Monthly recurring revenue of the subscriptions that live now, in USD.'),
  mrr_at_risk_usd: gauge('revenue', ['provider'], 'The part of MRR whose subscriptions are past due, in USD.'),
  mrr_trial_usd: gauge('revenue', ['provider'], 'What trials would bring a month, in USD; not part of MRR.'),
  mrr_paused_usd: gauge(
    'revenue',
    ['provider'],
    'What subscriptions with a paused collection would bring a month, in USD; not part of MRR.',
  ),
  mrr_native: gauge(
    'revenue',
    ['provider', 'currency'],
    'Monthly recurring revenue by currency, each in its own currency, with or without a rate to USD.',
  ),
  paying_customers: gauge('revenue', ['provider'], 'Customers with an MRR above 0.'),
  deferred_revenue_usd: gauge(
    'revenue',
    ['provider'],
    'Invoiced and not yet earned at the end of the last closed day, in USD, without tax.',
  ),
  billed_month_to_date_usd: gauge(
    'revenue',
    ['provider'],
    'Finalised invoices of the running UTC month so far, in USD, without tax.',
  ),
  cash_month_to_date_usd: gauge(
    'revenue',
    ['provider'],
    'Charges less refunds and disputes of the running UTC month so far, in USD.',
  ),
  refunds_month_to_date_usd: gauge('revenue', ['provider'], 'Refunds of the running UTC month so far, in USD.'),
  disputes_month_to_date_usd: gauge(
    'revenue',
    ['provider'],
    'Disputed payments of the running UTC month so far less those that came back, in USD.',
  ),
  bad_debt_month_to_date_usd: gauge(
    'revenue',
    ['provider'],
    'Invoices that were given up in the running UTC month so far, in USD, without tax.',
  ),
  mrr_movement_month_to_date_usd: gauge(
    'revenue',
    ['provider', 'movement'],
    'What moved MRR in the running UTC month so far, in USD, losses below 0: new, expansion, contraction, churn, ' +
      'reactivation, rate_change, correction; absent while MRR is not known.',
  ),
  customer_churn_ratio: gauge(
    'revenue',
    ['provider'],
    'Customers that churned in the last closed UTC month / customers at its start (0.05 is 5 %).',
  ),
  mrr_churn_ratio: gauge(
    'revenue',
    ['provider', 'basis'],
    'MRR lost by churn and contraction in the last closed UTC month / MRR at its start; basis net: less expansion and ' +
      'reactivation, below 0 where they win.',
  ),
  revenue_retention_ratio: gauge(
    'revenue',
    ['provider', 'basis'],
    'MRR at the end of the last closed UTC month of the customers of twelve months before / their MRR then; basis ' +
      'gross: without what they grew. Absent before there are twelve months.',
  ),
  revenue_month_to_date_usd: gauge(
    'revenue',
    ['provider'],
    'Recognised revenue of the running UTC month so far, in USD, without tax.',
  ),
  payment_fees_month_to_date_usd: gauge(
    'revenue',
    ['provider'],
    'Payment fees of the running UTC month so far, in USD.',
  ),
  subscriptions: gauge('revenue', ['provider', 'status'], 'Subscriptions by status.'),
  users: gauge('usage', ['provider'], 'Registered users.'),
  active_users: gauge('usage', ['provider'], 'Active users of the billing cycle.'),
  database_size_bytes: gauge('usage', ['provider'], 'Size of the database, in bytes.'),
  storage_bytes: gauge('usage', ['provider'], 'Stored bytes.'),
  storage_objects: gauge('usage', ['provider'], 'Stored objects.'),
  vector_objects: gauge(
    'usage',
    ['provider', 'collection'],
    'Objects by collection (at most 100 collections, then "other").',
  ),
  vector_storage_bytes: gauge('usage', ['provider', 'collection'], 'Estimated bytes of vectors by collection.'),
  messages_day: gauge('usage', ['provider', 'channel'], 'Messages sent on the last complete UTC day.'),
  resources: gauge(
    'usage',
    ['provider', 'component'],
    'Resources that cost money: apps, databases, registries, buckets.',
  ),
  llm_requests_day: gauge('llm', ['llm_provider', 'model'], 'LLM requests of the last complete UTC day.'),
  llm_errors_day: gauge('llm', ['llm_provider', 'model'], 'Failed LLM requests of the last complete UTC day.'),
  llm_cost_day_usd: gauge(
    'llm',
    ['llm_provider', 'model'],
    'LLM cost of the last complete UTC day, in USD; absent for a model without a price.',
  ),
  llm_tokens_day: gauge(
    'llm',
    ['llm_provider', 'model', 'token_type'],
    'LLM tokens of the last complete UTC day; input does not include the cache.',
  ),
  llm_unpriced_tokens_day: gauge(
    'llm',
    ['llm_provider', 'model'],
    'Tokens of the last complete UTC day for which no price is known.',
  ),
  llm_unpriced_tokens_month_to_date: gauge(
    'llm',
    ['component'],
    'LLM tokens of the running UTC month so far that have no price and no invoice: above 0, the costs of the month with them are at least what they say.',
  ),
  llm_cache_savings_day_usd: gauge(
    'llm',
    ['llm_provider', 'model'],
    'What caches of the provider and the gateway saved on the last complete UTC day, in USD; absent without a price.',
  ),
  llm_users_day: gauge('llm', ['llm_provider'], 'Distinct users of the last complete UTC day.'),
  collector_enabled: gauge('collector', ['collector'], '1 when the collector is configured, else 0; always present.'),
  collector_last_run_outcome: gauge(
    'collector',
    ['collector', 'outcome'],
    'State set of the last run: succeeded, skipped, failed; absent before the first run.',
  ),
  collector_last_run_failure: gauge(
    'collector',
    ['collector', 'kind'],
    '1 for the kind of failure of the last run; absent when the last run did not fail.',
  ),
  collector_last_run_timestamp_seconds: gauge('collector', ['collector'], 'End of the last run, in Unix seconds.'),
  collector_last_success_timestamp_seconds: gauge(
    'collector',
    ['collector'],
    'End of the last successful run, in Unix seconds; absent when there was none.',
  ),
  collector_next_run_timestamp_seconds: gauge(
    'collector',
    ['collector'],
    'Start of the next scheduled run, in Unix seconds; absent when the schedule is off.',
  ),
  collector_data_day_timestamp_seconds: gauge(
    'collector',
    ['collector'],
    'Start of the last UTC day that is stored completely, in Unix seconds.',
  ),
  collector_last_run_duration_seconds: gauge('collector', ['collector'], 'Duration of the last run, in seconds.'),
  collector_last_run_warnings: gauge('collector', ['collector'], 'Warnings of the last run.'),
  collector_runs_total: counter('collector', ['collector'], 'Runs since the exporter started.'),
  collector_run_failures_total: counter(
    'collector',
    ['collector', 'kind'],
    'Failed runs since the exporter started, by kind.',
  ),
  upstream_requests_total: counter(
    'collector',
    ['collector', 'code'],
    'Requests to the provider, retries included, by status code (or error, timeout, aborted).',
  ),
  upstream_request_duration_seconds: histogram(
    'collector',
    ['collector'],
    'Duration of requests to the provider, in seconds.',
  ),
  database_up: gauge('exporter', [], '1 when the database answered last time it was asked, else 0.'),
  database_writable: gauge(
    'exporter',
    [],
    '1 while the database accepts writes, 0 while its disk is full or it is read-only; absent while it does not answer.',
  ),
  disk_free_bytes: gauge(
    'exporter',
    ['folder'],
    'Free bytes of the file system of the embedded database ("database") and of BACKUP_DIR ("backups"); absent for a ' +
      'database at DATABASE_URL, whose disk the exporter does not see.',
  ),
  disk_size_bytes: gauge('exporter', ['folder'], 'Size of that file system, in bytes; absent as above.'),
  read_replica_in_use: gauge(
    'exporter',
    [],
    '1 while the API reads from READ_DATABASE_URL, 0 while from the primary; absent without a replica.',
  ),
  read_replica_lag_seconds: gauge(
    'exporter',
    [],
    'How far the read replica was behind the primary when it was last asked, in seconds; absent while it does ' +
      'not answer.',
  ),
  snapshot_timestamp_seconds: gauge(
    'exporter',
    [],
    'When the business figures on this page were read from the database, in Unix seconds.',
  ),
  backup_last_success_timestamp_seconds: gauge(
    'exporter',
    [],
    'When the newest daily backup in BACKUP_DIR was made, in Unix seconds; absent without BACKUP_DIR and before the first.',
  ),
  backup_last_size_bytes: gauge('exporter', [], 'Size of the newest daily backup; absent as above.'),
  backup_last_attempt_succeeded: gauge(
    'exporter',
    [],
    '1 when the last daily backup since the start was made and read back, 0 when it failed; absent before.',
  ),
  demo_data: gauge('exporter', ['kind'], '1 when the figures on this page are demonstration data; absent otherwise.'),
  build_info: gauge('exporter', ['version', 'revision', 'node_version'], 'Always 1.'),
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof METRICS;

/** Metrics that keep the ecosystem's common name, without prefix. */
export const UNPREFIXED_METRICS = {
  http_request_duration_seconds: histogram(
    'exporter',
    ['method', 'route', 'code'],
    'Duration of requests to the exporter, in seconds. Refusals (401, 405, 421, 429) are counted as route "refused" and ' +
      'method "other", a client that went away before its answer as code 499.',
  ),
} as const satisfies Record<string, MetricDefinition>;

/** Series of one page, whatever the users. */
export const MAX_SERIES = 1_000;

export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}

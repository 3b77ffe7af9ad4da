import { gauge, type MetricDefinition } from './metric-definition.ts';

/** Part of METRICS: budgets, and what of them is spent. */
export const BUDGET_METRICS = {
  budget_month_usd: gauge(
    'cost',
    ['provider'],
    'Monthly budget in USD (provider "all" for the whole); absent when there is none.',
  ),
  budget_spent_usd: gauge(
    'cost',
    ['scope', 'name'],
    'Cost of the running UTC month so far of what a budget is for, in USD, at least: a part that is not known is not in ' +
      'it. Scope: all, provider, customer or user (LLM cost); absent where nothing is known.',
  ),
  budget_threshold_usd: gauge(
    'cost',
    ['scope', 'name', 'threshold'],
    'Threshold (in percent) of each budget in force, in USD.',
  ),
} as const satisfies Record<string, MetricDefinition>;

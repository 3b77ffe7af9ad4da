import type { MarginboardQuery } from '../../../exporter/src/contract/query.ts';

/** Queries to begin with; the texts of each are `examples.<name>` and `examples.<name>-about`. */
export const EXAMPLES = {
  'revenue-and-costs': { dataset: 'revenue-vs-costs', range: { kind: 'dashboard' } },
  'costs-of-a-week': { dataset: 'infrastructure-costs', range: { kind: 'days', days: 7 } },
  'most-expensive-users': { dataset: 'cost-by-user', range: { kind: 'days', days: 30 }, filters: { limit: 20 } },
  'errors-of-some': {
    dataset: 'error-rates',
    range: { kind: 'dashboard' },
    filters: { provider: '{openai,anthropic}' },
  },
  'months-by-model': {
    dataset: 'metrics-monthly-summary',
    range: { kind: 'months', months: 6 },
    filters: { groupBy: 'model' },
  },
  'churn-of-a-month': {
    dataset: 'largest-movements',
    range: { kind: 'month', month: '$month' },
    filters: { movement: 'churn', limit: 20 },
  },
  'failed-runs': { dataset: 'sync-logs', range: { kind: 'dashboard' }, filters: { outcome: 'failed' } },
} as const satisfies Readonly<Record<string, MarginboardQuery>>;

export type ExampleName = keyof typeof EXAMPLES;

export function exampleNames(): ExampleName[] {
  return Object.keys(EXAMPLES).filter((name): name is ExampleName => name in EXAMPLES);
}

import { describe, expect, it } from 'vitest';
import type { ApiWarning, WarningCode } from '../../../exporter/src/contract/answers.ts';
import { noticesOf, reasonOf, warningsIn } from './notices.ts';

const warning = (code: WarningCode, provider?: string): ApiWarning => ({
  code,
  message: provider === undefined ? code : `${code} ${provider}`,
  ...(provider === undefined ? {} : { provider }),
});
const ALL = [
  warning('demo_data'),
  warning('not_configured', 'stripe'),
  warning('stale_collector', 'llm'),
  warning('missing_invoice', 'supabase'),
  warning('unpriced_tokens'),
  warning('missing_cost_days'),
  warning('missing_revenue_days'),
  warning('unknown_fees'),
  warning('incomplete_days'),
];

describe('a panel shows only the warnings about its own figure', () => {
  it.each([
    [
      'summary',
      ['revenueUsd', 'lastCompleteDay', 'coverageInvoice'].slice(0, 2),
      ['not_configured stripe', 'missing_revenue_days'],
    ],
    ['summary', ['llmCostUsd'], ['stale_collector llm', 'unpriced_tokens', 'missing_cost_days']],
    ['summary', ['infrastructureCostUsd'], ['missing_invoice supabase', 'missing_cost_days']],
    [
      'summary-trend',
      ['day', 'netMarginUsd'],
      [
        'not_configured stripe',
        'stale_collector llm',
        'missing_invoice supabase',
        'unpriced_tokens',
        'missing_cost_days',
        'missing_revenue_days',
        'unknown_fees',
      ],
    ],
    ['summary', ['lastSyncFinishedAt', 'lastSyncOutcome'], []],
    ['error-rates', ['requests', 'errors'], ['stale_collector llm', 'missing_cost_days']],
    ['cost-by-user', ['email', 'costUsd'], ['stale_collector llm', 'unpriced_tokens', 'missing_cost_days']],
    [
      'infrastructure-costs',
      ['day', 'byProvider'],
      ['stale_collector llm', 'missing_invoice supabase', 'unpriced_tokens', 'missing_cost_days'],
    ],
    ['mrr-movements', ['day', 'newUsd'], ['not_configured stripe', 'missing_revenue_days']],
    ['missing-invoices', ['provider', 'from'], []],
    ['sync-status', ['collector', 'outcome'], []],
  ] as const)('%s %j', (dataset, fields, shown) => {
    const notices = noticesOf(dataset, fields, ALL);
    expect(notices.filter(({ severity }) => severity === 'warning').map(({ text }) => text)).toEqual(shown);
    // Invented figures are said wherever there is a figure.
    expect(notices.filter(({ severity }) => severity === 'info').map(({ text }) => text)).toEqual(
      shown.length > 0 ? ['demo_data'] : [],
    );
  });
});

it('leaves invented figures to the board that says so, and they are no reason for an empty column', () => {
  const demonstration = [warning('demo_data'), warning('stale_collector', 'llm')];
  expect(noticesOf('cost-by-user', ['costUsd'], demonstration, true).map(({ text }) => text)).toEqual([
    'stale_collector llm',
  ]);
  expect(reasonOf('cost-by-user', 'costUsd', demonstration)).toBe('stale_collector llm');
});

it('says of an empty column also that no day is complete', () => {
  expect(reasonOf('summary', 'revenueUsd', [warning('incomplete_days')])).toBe('incomplete_days');
  expect(reasonOf('summary', 'revenueUsd', [warning('stale_collector', 'llm')])).toBe('');
  expect(reasonOf('cost-sources', 'component', ALL)).toBe('');
});

it('shows what a newer exporter warns of, on each figure', () => {
  const [newer] = warningsIn({ warnings: [{ code: 'solar_flare', message: 'Look out' }, { code: 7 }] });
  expect(newer).toMatchObject({ message: 'Look out' });
  expect(noticesOf('summary', ['revenueUsd'], newer === undefined ? [] : [newer])).toHaveLength(1);
});

/**
 * What can be asked of the data source: names, paths, parameters and fields of the REST API's answers, whose types are
 * in `answers.ts`. Shared by exporter, plugin and dashboards; free of dependencies.
 */
import type {
  CostByUserRow,
  CostSourceRow,
  CustomerMarginRow,
  Envelope,
  ErrorRateRow,
  ForecastRow,
  InfrastructureCostRow,
  MonthlyRow,
  RevenueVsCostsRow,
  SummaryAnswer,
  SummaryTrendRow,
  TokenRatioRow,
} from './answers.ts';
import { COST_FIELDS, recordOf } from './providers.ts';
import type { MissingInvoiceWithMail, ReconciliationRow } from './billing.ts';
import { fields } from './fields.ts';
import { MOVEMENT_DATASETS } from './movement-datasets.ts';
import { REVENUE_DATASETS } from './revenue.ts';
import type { CollectorStatusRow, SyncLogRow } from './sync-answers.ts';

export * from './answers.ts';
export type * from './sync-answers.ts';
export * from './billing.ts';

export * from './budgets.ts';
export type { FieldKind } from './fields.ts';
export * from './revenue-movements.ts';
export * from './revenue.ts';

const LLM_TOTALS = { costUsd: 'usd', promptTokens: 'tokens', completionTokens: 'tokens', requests: 'count' } as const;

/** What can be asked of the data source: one entry a GET that feeds panels. */
export const DATASETS = {
  summary: {
    path: '/metrics/summary',
    shape: 'object',
    parameters: ['from', 'to', 'revenue'],
    fields: fields<Omit<SummaryAnswer, keyof Envelope>>({
      revenueBasis: 'text',
      revenueUsd: 'usd',
      llmCostUsd: 'usd',
      infrastructureCostUsd: 'usd',
      paymentFeesUsd: 'usd',
      netMarginUsd: 'usd',
      netMarginRatio: 'ratio',
      mrrUsd: 'usd',
      lastSync: 'json',
    }),
  },
  'summary-trend': {
    path: '/metrics/summary-trend',
    shape: 'list',
    parameters: ['from', 'to', 'revenue'],
    fields: fields<SummaryTrendRow>({
      day: 'day',
      revenueUsd: 'usd',
      llmCostUsd: 'usd',
      infrastructureCostUsd: 'usd',
      netMarginUsd: 'usd',
    }),
  },
  'revenue-vs-costs': {
    path: '/metrics/revenue-vs-costs',
    shape: 'list',
    parameters: ['from', 'to', 'revenue'],
    fields: fields<RevenueVsCostsRow>({
      day: 'day',
      mrrUsd: 'usd',
      revenueUsd: 'usd',
      costUsd: 'usd',
      marginUsd: 'usd',
    }),
  },
  ...MOVEMENT_DATASETS,
  ...REVENUE_DATASETS,
  'cost-by-user': {
    path: '/metrics/cost-by-user',
    shape: 'list',
    parameters: ['from', 'to', 'provider', 'model', 'user', 'limit'],
    fields: fields<CostByUserRow>({
      userId: 'text',
      email: 'text',
      ...LLM_TOTALS,
      errors: 'count',
      unpricedTokens: 'tokens',
    }),
  },
  'token-ratios': {
    path: '/metrics/token-ratios',
    shape: 'list',
    parameters: ['from', 'to', 'provider', 'model', 'user'],
    fields: fields<TokenRatioRow>({
      provider: 'text',
      model: 'text',
      promptTokens: 'tokens',
      completionTokens: 'tokens',
      completionRatio: 'ratio',
      costUsd: 'usd',
      costPerThousandTokensUsd: 'usd',
      cachedTokens: 'tokens',
      cacheHitRate: 'ratio',
      gatewayCachedTokens: 'tokens',
      cacheSavingsUsd: 'usd',
    }),
  },
  'error-rates': {
    path: '/metrics/error-rates',
    shape: 'list',
    parameters: ['from', 'to', 'provider', 'model', 'user'],
    fields: fields<ErrorRateRow>({
      provider: 'text',
      requests: 'count',
      successes: 'count',
      errors: 'count',
      errorRate: 'ratio',
    }),
  },
  'infrastructure-costs': {
    path: '/metrics/infrastructure-costs',
    shape: 'list',
    parameters: ['from', 'to', 'provider'],
    fields: fields<InfrastructureCostRow>({
      day: 'day',
      ...recordOf(COST_FIELDS, () => 'usd' as const),
      otherUsd: 'usd',
      totalUsd: 'usd',
      byProvider: 'providers',
      sources: 'json',
    }),
  },
  'metrics-monthly-summary': {
    path: '/metrics/metrics-monthly-summary',
    shape: 'list',
    parameters: ['from', 'to', 'months', 'provider', 'model', 'user', 'groupBy'],
    fields: fields<MonthlyRow>({ month: 'month', ...LLM_TOTALS, unpricedTokens: 'tokens' }),
  },
  'margin-by-customer': {
    path: '/metrics/margin-by-customer',
    shape: 'list',
    parameters: ['from', 'to', 'limit'],
    fields: fields<CustomerMarginRow>({
      kind: 'text',
      customer: 'text',
      name: 'text',
      email: 'text',
      revenueUsd: 'usd',
      llmCostUsd: 'usd',
      marginUsd: 'usd',
      marginRatio: 'ratio',
      users: 'count',
      unpricedTokens: 'tokens',
    }),
  },
  'cost-sources': {
    path: '/metrics/cost-sources',
    shape: 'list',
    parameters: ['from', 'to', 'provider'],
    fields: fields<CostSourceRow>({
      provider: 'text',
      component: 'text',
      source: 'text',
      days: 'count',
      costUsd: 'usd',
      inForce: 'boolean',
      countedUsd: 'usd',
    }),
  },
  reconciliation: {
    path: '/metrics/reconciliation',
    shape: 'list',
    parameters: ['from', 'to', 'provider'],
    fields: fields<ReconciliationRow>({
      provider: 'text',
      month: 'month',
      countedUsd: 'usd',
      source: 'text',
      invoiceUsd: 'usd',
      providerInvoiceUsd: 'usd',
      usageUsd: 'usd',
      usageDays: 'count',
      daysInMonth: 'count',
      fixedUsd: 'usd',
      estimateUsd: 'usd',
      driftUsd: 'usd',
      driftRatio: 'ratio',
      drifts: 'boolean',
    }),
  },
  'missing-invoices': {
    path: '/metrics/missing-invoices',
    shape: 'list',
    parameters: ['from', 'to', 'provider'],
    fields: fields<MissingInvoiceWithMail>({
      provider: 'text',
      month: 'month',
      from: 'day',
      to: 'day',
      waitingMail: 'text',
    }),
  },
  forecast: {
    path: '/metrics/forecast',
    shape: 'list',
    parameters: ['provider'],
    fields: fields<ForecastRow>({
      provider: 'text',
      monthToDateUsd: 'usd',
      runRateMonthUsd: 'usd',
      forecastMonthUsd: 'usd',
      budgetMonthUsd: 'usd',
      budgetPassedOn: 'day',
    }),
  },
  'sync-status': {
    path: '/metrics/sync-status',
    shape: 'list',
    parameters: [],
    fields: fields<CollectorStatusRow>({
      collector: 'text',
      enabled: 'boolean',
      settingsMessage: 'text',
      outcome: 'text',
      reason: 'text',
      kind: 'text',
      message: 'text',
      attempt: 'count',
      startedAt: 'time',
      finishedAt: 'time',
      durationMs: 'milliseconds',
      upstreamRequests: 'count',
      warnings: 'json',
      lastSuccessAt: 'time',
      dataDay: 'day',
      dataAsOf: 'time',
      nextRunAt: 'time',
      history: 'json',
    }),
  },
  'sync-logs': {
    path: '/metrics/sync-logs',
    shape: 'list',
    parameters: ['from', 'to', 'collector', 'outcome', 'limit'],
    fields: fields<SyncLogRow>({
      id: 'text',
      runId: 'text',
      collector: 'text',
      day: 'day',
      attempt: 'count',
      startedAt: 'time',
      finishedAt: 'time',
      outcome: 'text',
      reason: 'text',
      kind: 'text',
      message: 'text',
      retryable: 'boolean',
      warnings: 'json',
      rowsWritten: 'count',
      daysRead: 'count',
      upstreamRequests: 'count',
      dataAsOf: 'time',
      durationMs: 'milliseconds',
    }),
  },
} as const;

export type DatasetName = keyof typeof DATASETS;

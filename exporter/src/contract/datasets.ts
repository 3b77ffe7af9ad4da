/**
 * The answers of the REST API: names, paths, fields and types, written once and shared by the exporter (whose zod
 * schemas are checked against these types), the Grafana plugin and the dashboards. This file must stay free of
 * dependencies other than the closed sets beside it.
 *
 * Conventions: money is a decimal string in USD in a field whose name ends in `Usd`; ratios are numbers (0.25 is
 * 25 %); days are `YYYY-MM-DD`, months `YYYY-MM`, times ISO 8601 in UTC; periods are half-open `[from, to)`;
 * what is not known is null, never 0.
 */
import type { FailureKind, Outcome, RunReason, SyncOutcome } from './outcomes.ts';
import type { CollectorName, CostSource } from './providers.ts';

export const API_BASE = '/api/v1';

export const ROLES = ['admin', 'viewer', 'sync'] as const;
export type Role = (typeof ROLES)[number];

/** Reasons to trust a figure less; closed, so that dashboards can name them. */
export const WARNING_CODES = [
  'demo_data',
  'missing_invoice',
  'unpriced_tokens',
  'unconverted_currency',
  'stale_collector',
  'never_succeeded',
  'incomplete_days',
  'missing_cost_days',
  'missing_revenue_days',
  'unknown_fees',
] as const;
export type WarningCode = (typeof WARNING_CODES)[number];

export interface ApiWarning {
  readonly code: WarningCode;
  /** For a person: names the provider, the days and what to do. */
  readonly message: string;
}

/** Share of each source in the period's cost, 0 to 1; null where the period cost nothing or is not known. */
export type Coverage = Readonly<Record<CostSource, number>>;

/** What stands beside the figures of every answer. */
export interface Envelope {
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
  /** When the stored figures last changed (a sync or an invoice). */
  readonly asOf: string | null;
  /** The last day for which every enabled source is complete. */
  readonly lastCompleteDay: string | null;
  readonly coverage: Coverage | null;
  readonly warnings: readonly ApiWarning[];
}

export interface ListAnswer<Row> extends Envelope {
  readonly data: readonly Row[];
}

export interface PagedAnswer<Row> extends ListAnswer<Row> {
  /** Give it back as `cursor` for the rows after these; null on the last page. */
  readonly nextCursor: string | null;
}

export interface CostByUserRow {
  readonly userId: string;
  /** From Supabase's auth server, else `user-<first 8 characters>`. */
  readonly email: string;
  /** Null where none of the usage has a known price. */
  readonly costUsd: string | null;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly requests: number;
  readonly errors: number;
  readonly unpricedTokens: number;
}

export interface TokenRatioRow {
  readonly provider: string;
  readonly model: string;
  /** With cached tokens. */
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Completion tokens for each prompt token; null without prompt tokens. */
  readonly completionRatio: number | null;
  readonly costUsd: string | null;
  /** Over the tokens that have a price. */
  readonly costPerThousandTokensUsd: string | null;
}

export interface ErrorRateRow {
  readonly provider: string;
  readonly requests: number;
  readonly successes: number;
  readonly errors: number;
  /** 0 to 1; null without requests. */
  readonly errorRate: number | null;
}

export interface MonthlyRow {
  readonly month: string;
  readonly costUsd: string | null;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  readonly requests: number | null;
  readonly unpricedTokens: number | null;
}

/** `?groupBy=model`: only months and models with usage. */
export interface MonthlyModelRow extends MonthlyRow {
  readonly provider: string;
  readonly model: string;
}

export interface InfrastructureCostRow {
  readonly day: string;
  readonly llmUsd: string | null;
  readonly digitalOceanUsd: string | null;
  readonly weaviateUsd: string | null;
  readonly supabaseUsd: string | null;
  readonly twilioUsd: string | null;
  /** Vendors without a column of their own. */
  readonly otherUsd: string | null;
  readonly totalUsd: string | null;
  /** By provider (`digital_ocean`, …, also each other vendor); `mixed` where its components have different sources. */
  readonly sources: Readonly<Record<string, CostSource | 'mixed'>>;
}

/** What each source contributes, for provenance boards. */
export interface CostSourceRow {
  readonly provider: string;
  readonly component: string;
  readonly source: CostSource;
  readonly days: number;
  readonly costUsd: string | null;
  /** True where the source is the one that counts on at least one of these days. */
  readonly inForce: boolean;
  /** The part of `costUsd` that counts in every total. */
  readonly countedUsd: string | null;
}

export interface RevenueVsCostsRow {
  readonly day: string;
  readonly mrrUsd: string | null;
  readonly revenueUsd: string | null;
  /** LLM + infrastructure + payment fees. */
  readonly costUsd: string | null;
  /** Null on days that are not complete for every enabled source. */
  readonly marginUsd: string | null;
}

export interface LastSync {
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly outcome: SyncOutcome;
}

export const REVENUE_BASES = ['recognised', 'cash'] as const;
export type RevenueBasis = (typeof REVENUE_BASES)[number];

export interface SummaryAnswer extends Envelope {
  readonly revenueBasis: RevenueBasis;
  readonly revenueUsd: string | null;
  readonly llmCostUsd: string | null;
  /** Everything but LLM and payment fees. */
  readonly infrastructureCostUsd: string | null;
  readonly paymentFeesUsd: string | null;
  readonly netMarginUsd: string | null;
  /** Net margin / revenue; null where revenue is 0 or not known. */
  readonly netMarginRatio: number | null;
  /** The newest snapshot before `to`. */
  readonly mrrUsd: string | null;
  readonly lastSync: LastSync | null;
}

export const CUSTOMER_ROW_KINDS = ['customer', 'other_customers', 'unmatched_revenue', 'unmatched_cost'] as const;

export interface CustomerMarginRow {
  readonly kind: (typeof CUSTOMER_ROW_KINDS)[number];
  /** Stripe's customer id; null for the rows that stand for several. */
  readonly customer: string | null;
  readonly revenueUsd: string | null;
  readonly llmCostUsd: string | null;
  readonly marginUsd: string | null;
  readonly marginRatio: number | null;
  /** Users that belong to the customer, or users without one. */
  readonly users: number;
  readonly unpricedTokens: number;
}

export interface CustomerMarginAnswer extends ListAnswer<CustomerMarginRow> {
  /** The sums of `data`; the same as in the summary of these days. */
  readonly totals: { readonly revenueUsd: string | null; readonly llmCostUsd: string | null; readonly marginUsd: string | null };
}

export interface CollectorStatusRow {
  readonly collector: CollectorName;
  readonly enabled: boolean;
  /** Why it is not enabled or cannot work, naming the setting. */
  readonly settingsMessage: string | null;
  readonly outcome: Outcome | null;
  readonly reason: string | null;
  readonly kind: string | null;
  readonly message: string | null;
  readonly attempt: number | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly durationMs: number | null;
  readonly warnings: readonly RunWarning[];
  readonly lastSuccessAt: string | null;
  /** The last complete day that a run stored. */
  readonly dataDay: string | null;
  /** The provider's own time of its data. */
  readonly dataAsOf: string | null;
  readonly nextRunAt: string | null;
}

export interface SyncStatusAnswer extends ListAnswer<CollectorStatusRow> {
  readonly lastSync: LastSync | null;
  /** The synchronisation that runs now. */
  readonly runningSince: string | null;
}

export interface RunWarning {
  readonly code: string;
  readonly message: string;
  readonly count?: number | undefined;
}

export interface SyncLogRow {
  /** A decimal string: ids are 64 bits. */
  readonly id: string;
  readonly runId: string;
  readonly collector: string;
  readonly day: string;
  readonly attempt: number;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** Null while it runs. */
  readonly outcome: Outcome | null;
  readonly reason: string | null;
  readonly kind: string | null;
  readonly message: string | null;
  readonly retryable: boolean | null;
  readonly warnings: readonly RunWarning[];
  readonly rowsWritten: number | null;
  readonly daysRead: number | null;
  readonly upstreamRequests: number | null;
  readonly dataAsOf: string | null;
  readonly durationMs: number | null;
}

export interface ForecastRow {
  /** A provider, or `all` for the whole. */
  readonly provider: string;
  readonly monthToDateUsd: string | null;
  readonly runRateMonthUsd: string | null;
  readonly forecastMonthUsd: string | null;
  readonly budgetMonthUsd: string | null;
  /** The first day on which the cumulated cost is above the budget. */
  readonly budgetPassedOn: string | null;
}

export interface BudgetRow {
  readonly id: string;
  readonly provider: string;
  /** Null: the budget was taken away. */
  readonly monthUsd: string | null;
  readonly validFrom: string;
  readonly createdBy: string;
}

export interface BudgetsAnswer {
  /** One row for each provider, or every version of each with `?history=true`, newest first. */
  readonly data: readonly BudgetRow[];
}

/** One collector in the report of a synchronisation. */
export interface CollectorReport {
  readonly collector: CollectorName;
  readonly day: string;
  readonly outcome: Outcome;
  readonly reason: RunReason | null;
  readonly kind: FailureKind | null;
  readonly message: string | null;
  readonly warnings: readonly RunWarning[];
  readonly durationMs: number;
}

export interface SyncReport {
  readonly runId: string;
  readonly outcome: SyncOutcome;
  readonly collectors: readonly CollectorReport[];
}

/** A synchronisation that outlived `wait`; ask again at `statusUrl`. */
export interface SyncAccepted {
  readonly runId: string;
  readonly statusUrl: string;
}

export interface SyncRunAnswer {
  readonly runId: string;
  /** Null while it runs. */
  readonly outcome: SyncOutcome | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly collectors: readonly CollectorReport[];
}

/** RFC 9457; 401 and 403 carry no detail. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string | undefined;
  readonly errors?: readonly { readonly field: string; readonly message: string }[] | undefined;
  /** On 409 of sync-all: the synchronisation that runs. */
  readonly runId?: string | undefined;
}

/** How a value is shown. `usd` are decimal strings, `day`, `month` and `time` text as described above. */
export type FieldKind = 'text' | 'day' | 'month' | 'time' | 'usd' | 'count' | 'tokens' | 'ratio' | 'milliseconds' | 'boolean' | 'json';

type Fields<Row> = Readonly<Record<keyof Row, FieldKind>>;
function fields<Row>(kinds: Fields<Row>): Fields<Row> {
  return kinds;
}

const LLM_TOTALS = { costUsd: 'usd', promptTokens: 'tokens', completionTokens: 'tokens', requests: 'count' } as const;

/** What can be asked of the data source: one entry a GET that feeds panels. */
export const DATASETS = {
  'summary': {
    path: '/metrics/summary', shape: 'object', parameters: ['from', 'to', 'revenue'],
    fields: fields<Omit<SummaryAnswer, keyof Envelope>>({ revenueBasis: 'text', revenueUsd: 'usd', llmCostUsd: 'usd', infrastructureCostUsd: 'usd', paymentFeesUsd: 'usd', netMarginUsd: 'usd', netMarginRatio: 'ratio', mrrUsd: 'usd', lastSync: 'json' }),
  },
  'revenue-vs-costs': {
    path: '/metrics/revenue-vs-costs', shape: 'list', parameters: ['from', 'to', 'revenue'],
    fields: fields<RevenueVsCostsRow>({ day: 'day', mrrUsd: 'usd', revenueUsd: 'usd', costUsd: 'usd', marginUsd: 'usd' }),
  },
  'cost-by-user': {
    path: '/metrics/cost-by-user', shape: 'list', parameters: ['from', 'to', 'provider', 'model', 'user', 'limit'],
    fields: fields<CostByUserRow>({ userId: 'text', email: 'text', ...LLM_TOTALS, errors: 'count', unpricedTokens: 'tokens' }),
  },
  'token-ratios': {
    path: '/metrics/token-ratios', shape: 'list', parameters: ['from', 'to', 'provider', 'model', 'user'],
    fields: fields<TokenRatioRow>({ provider: 'text', model: 'text', promptTokens: 'tokens', completionTokens: 'tokens', completionRatio: 'ratio', costUsd: 'usd', costPerThousandTokensUsd: 'usd' }),
  },
  'error-rates': {
    path: '/metrics/error-rates', shape: 'list', parameters: ['from', 'to', 'provider', 'model', 'user'],
    fields: fields<ErrorRateRow>({ provider: 'text', requests: 'count', successes: 'count', errors: 'count', errorRate: 'ratio' }),
  },
  'infrastructure-costs': {
    path: '/metrics/infrastructure-costs', shape: 'list', parameters: ['from', 'to', 'provider'],
    fields: fields<InfrastructureCostRow>({ day: 'day', llmUsd: 'usd', digitalOceanUsd: 'usd', weaviateUsd: 'usd', supabaseUsd: 'usd', twilioUsd: 'usd', otherUsd: 'usd', totalUsd: 'usd', sources: 'json' }),
  },
  'metrics-monthly-summary': {
    path: '/metrics/metrics-monthly-summary', shape: 'list', parameters: ['from', 'to', 'months', 'provider', 'model', 'user', 'groupBy'],
    fields: fields<MonthlyRow>({ month: 'month', ...LLM_TOTALS, unpricedTokens: 'tokens' }),
  },
  'margin-by-customer': {
    path: '/metrics/margin-by-customer', shape: 'list', parameters: ['from', 'to', 'limit'],
    fields: fields<CustomerMarginRow>({ kind: 'text', customer: 'text', revenueUsd: 'usd', llmCostUsd: 'usd', marginUsd: 'usd', marginRatio: 'ratio', users: 'count', unpricedTokens: 'tokens' }),
  },
  'cost-sources': {
    path: '/metrics/cost-sources', shape: 'list', parameters: ['from', 'to', 'provider'],
    fields: fields<CostSourceRow>({ provider: 'text', component: 'text', source: 'text', days: 'count', costUsd: 'usd', inForce: 'boolean', countedUsd: 'usd' }),
  },
  'forecast': {
    path: '/metrics/forecast', shape: 'list', parameters: ['provider'],
    fields: fields<ForecastRow>({ provider: 'text', monthToDateUsd: 'usd', runRateMonthUsd: 'usd', forecastMonthUsd: 'usd', budgetMonthUsd: 'usd', budgetPassedOn: 'day' }),
  },
  'sync-status': {
    path: '/metrics/sync-status', shape: 'list', parameters: [],
    fields: fields<CollectorStatusRow>({ collector: 'text', enabled: 'boolean', settingsMessage: 'text', outcome: 'text', reason: 'text', kind: 'text', message: 'text', attempt: 'count', startedAt: 'time', finishedAt: 'time', durationMs: 'milliseconds', warnings: 'json', lastSuccessAt: 'time', dataDay: 'day', dataAsOf: 'time', nextRunAt: 'time' }),
  },
  'sync-logs': {
    path: '/metrics/sync-logs', shape: 'list', parameters: ['from', 'to', 'collector', 'outcome', 'limit'],
    fields: fields<SyncLogRow>({ id: 'text', runId: 'text', collector: 'text', day: 'day', attempt: 'count', startedAt: 'time', finishedAt: 'time', outcome: 'text', reason: 'text', kind: 'text', message: 'text', retryable: 'boolean', warnings: 'json', rowsWritten: 'count', daysRead: 'count', upstreamRequests: 'count', dataAsOf: 'time', durationMs: 'milliseconds' }),
  },
} as const;

export type DatasetName = keyof typeof DATASETS;

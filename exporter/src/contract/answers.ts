/**
 * The types of the REST API's answers, written once and shared by the exporter (whose zod schemas are checked against
 * them), the Grafana plugin and the dashboards. This file must stay free of dependencies other than the closed sets
 * beside it.
 *
 * Conventions: money is a decimal string in USD in a field whose name ends in `Usd`; ratios are numbers (0.25 is
 * 25 %); days are `YYYY-MM-DD`, months `YYYY-MM`, times ISO 8601 in UTC; periods are half-open `[from, to)`;
 * what is not known is null, never 0.
 */
import type { SyncOutcome } from './outcomes.ts';
import type { CostField, CostSource } from './providers.ts';

export const API_BASE = '/api/v1';

export const ROLES = ['admin', 'viewer', 'figures', 'sync'] as const;
export type Role = (typeof ROLES)[number];
/** Who reads figures. `figures` sees no name of a person or customer: only pseudonyms, no exports, no entries. */
export const READERS: readonly Role[] = ['admin', 'viewer', 'figures'];

/** Reasons to trust a figure less; closed, so that dashboards can name them. */
export const WARNING_CODES = [
  'demo_data',
  'not_configured',
  'missing_invoice',
  'unpriced_tokens',
  'unconverted_currency',
  'stale_collector',
  'never_succeeded',
  'incomplete_days',
  'component_on_whole',
  'period_end_not_covered',
  'month_not_given',
  'missing_cost_days',
  'missing_revenue_days',
  'unknown_fees',
  'unknown_mrr_days',
  'mrr_history_start',
  'mrr_plans_unknown',
] as const;
export type WarningCode = (typeof WARNING_CODES)[number];

export interface ApiWarning {
  readonly code: WarningCode;
  /** For a person: names the provider, the days and what to do. */
  readonly message: string;
  /** Whose figures it is about, where it is one provider: a panel without figures of it need not show the warning. */
  readonly provider?: string | undefined;
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
  /** Null, as `errors`, where the source of this usage counts no requests. */
  readonly requests: number | null;
  readonly errors: number | null;
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
  /** Prompt tokens that the provider read from its cache. */
  readonly cachedTokens: number;
  /** Cached tokens for each prompt token; null without prompt tokens. */
  readonly cacheHitRate: number | null;
  /** Prompt and completion tokens that a gateway answered from its own cache, at no cost. */
  readonly gatewayCachedTokens: number;
  /** What the cached tokens would have cost more without the caches, by list and contract prices; null without a price. */
  readonly cacheSavingsUsd: string | null;
}

export interface ErrorRateRow {
  readonly provider: string;
  /** Null, as the two below, where the source of this usage counts no requests. */
  readonly requests: number | null;
  readonly successes: number | null;
  readonly errors: number | null;
  /** 0 to 1; null without requests. */
  readonly errorRate: number | null;
}

export interface MonthlyRow {
  readonly month: string;
  readonly costUsd: string | null;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  /** Null too where the sources of this usage count no requests. */
  readonly requests: number | null;
  readonly unpricedTokens: number | null;
}

/** `?groupBy=model`: only months and models with usage. */
export interface MonthlyModelRow extends MonthlyRow {
  readonly provider: string;
  readonly model: string;
}

/** What one provider or vendor cost on one day. */
export interface ProviderCost {
  /** As in the ledger: `digital_ocean`, `hetzner`. */
  readonly provider: string;
  /** Its display name. */
  readonly title: string;
  readonly costUsd: string;
  /** `mixed` where its components have different sources. */
  readonly source: CostSource | 'mixed';
}

/**
 * With a field for each provider of `CostField` (`llmUsd`, `digitalOceanUsd`, …); null on days without a known cost.
 */
export interface InfrastructureCostRow extends Readonly<Record<CostField, string | null>> {
  readonly day: string;
  /** Providers without a field of their own. */
  readonly otherUsd: string | null;
  readonly totalUsd: string | null;
  /** Every provider and vendor with a known cost on the day, under its own name; they add up to `totalUsd`. */
  readonly byProvider: readonly ProviderCost[];
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

/**
 * Totals of the days that end with `day`, as many as the window has; null where the window reaches back before the
 * first known day.
 */
export interface SummaryTrendRow {
  readonly day: string;
  readonly revenueUsd: string | null;
  readonly llmCostUsd: string | null;
  readonly infrastructureCostUsd: string | null;
  readonly netMarginUsd: string | null;
}

export const CUSTOMER_ROW_KINDS = ['customer', 'other_customers', 'unmatched_revenue', 'unmatched_cost'] as const;

export interface CustomerMarginRow {
  readonly kind: (typeof CUSTOMER_ROW_KINDS)[number];
  /** Stripe's customer id; null for the rows that stand for several. */
  readonly customer: string | null;
  /** Stripe's name of the customer, else its e-mail, else its id. */
  readonly name: string | null;
  /** Null where Stripe has none, and for those who may see no names. */
  readonly email: string | null;
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
  readonly totals: {
    readonly revenueUsd: string | null;
    readonly llmCostUsd: string | null;
    readonly marginUsd: string | null;
  };
}

export interface ForecastRow {
  /** A provider, or `all` for the whole. */
  readonly provider: string;
  readonly monthToDateUsd: string | null;
  readonly runRateMonthUsd: string | null;
  readonly forecastMonthUsd: string | null;
  readonly budgetMonthUsd: string | null;
  /** The day on which the cumulated cost went above the budget, or is expected to; null where it stays within. */
  readonly budgetPassedOn: string | null;
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
  /** On 409 of an invoice: the stored entry that is in the way, or the version to name instead. */
  readonly adjustmentId?: string | undefined;
}

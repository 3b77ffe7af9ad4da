/**
 * Reference data of the REST API: contract prices of LLM models, exchange rates, and which users belong to which Stripe
 * customer. Free of dependencies. Periods are half-open; null stands for an open end.
 */

/** Paths below `/api/v1`. */
export const REFERENCE_PATHS = {
  llmPrices: '/admin/llm-prices',
  reprice: '/admin/llm-prices/reprice',
  fxRates: '/admin/fx-rates',
  customerUsers: '/admin/customer-users',
  unlinked: '/admin/customer-users/unlinked',
  linkSuggestions: '/admin/customer-users/suggestions',
  rejectedLinks: '/admin/customer-users/rejections',
  manyLinks: '/admin/customer-users/links',
} as const;

/** Per million tokens, for usage days in `[validFrom, validTo)`. */
export interface LlmPriceRow {
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly inputUsdPerMillion: string;
  readonly outputUsdPerMillion: string;
  /** Null: cached tokens cost as much as any other input. */
  readonly cacheReadUsdPerMillion: string | null;
  readonly cacheWriteUsdPerMillion: string | null;
  readonly notes: string | null;
  /** The id of the price that this one corrects. */
  readonly replaces: string | null;
  /** Null for viewers, like `notes` and `withdrawnBy`: they see the money, not the people. */
  readonly createdBy: string | null;
  readonly createdAt: string;
  /** Set where another price has replaced it: it no longer counts. */
  readonly withdrawnBy: string | null;
  readonly withdrawnAt: string | null;
}

export interface LlmPricesAnswer {
  readonly data: readonly LlmPriceRow[];
}

export interface LlmPriceStoredAnswer extends LlmPricesAnswer {
  /** The open price before it, which now ends where the new one begins. */
  readonly closed: readonly LlmPriceRow[];
  readonly withdrawn: readonly LlmPriceRow[];
}

/** Of the rows that change; a cost is null where none of them had (or gets) a price. */
export interface RepricingFigures {
  readonly rows: number;
  readonly users: number;
  readonly costBeforeUsd: string | null;
  readonly costAfterUsd: string | null;
  readonly unpricedTokensBefore: number;
  readonly unpricedTokensAfter: number;
}

export interface RepriceRow extends RepricingFigures {
  readonly provider: string;
  readonly model: string;
}

export interface RepriceAnswer extends RepricingFigures {
  /** False: a preview; nothing was stored. */
  readonly applied: boolean;
  readonly from: string;
  readonly to: string;
  /** Days on which something changes. */
  readonly days: readonly string[];
  /** By model; only models whose usage changes. */
  readonly data: readonly RepriceRow[];
  /** Models of the period that have no price after it, most tokens first; at most 100. */
  readonly stillUnpriced: readonly { readonly provider: string; readonly model: string; readonly tokens: number }[];
  /** Which share of the period's cost, of these models, is by prices that depend on more than a day's totals tell. */
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

/** 1 unit of `currency` = `usdRate` USD from `day` until the next stored day. */
export interface FxRateRow {
  readonly currency: string;
  readonly day: string;
  readonly usdRate: string;
  /** Null for viewers. */
  readonly createdBy: string | null;
  readonly createdAt: string;
}

export interface FxRatesAnswer {
  readonly data: readonly FxRateRow[];
}

export interface FxRateStoredAnswer extends FxRatesAnswer {
  /** The rate that stood there before; null where there was none. */
  readonly previousUsdRate: string | null;
  /** What a rate does to amounts that are stored already. */
  readonly notice: string;
}

/** The user belongs to the customer on days in `[validFrom, validTo)`; null: since ever, until further notice. */
export interface CustomerUserRow {
  readonly customer: string;
  /** Stripe's name of the customer, else its e-mail, else its id. */
  readonly name: string;
  readonly email: string | null;
  readonly userId: string;
  readonly validFrom: string | null;
  readonly validTo: string | null;
  /** Null for viewers. */
  readonly createdBy: string | null;
  readonly createdAt: string;
}

export interface CustomerUsersAnswer {
  readonly data: readonly CustomerUserRow[];
  readonly nextCursor: string | null;
}

/** All links of the user, oldest first. */
export interface CustomerUserStoredAnswer {
  readonly data: readonly CustomerUserRow[];
  /** False where it was so already. */
  readonly changed: boolean;
}

/** What margin-by-customer shows as unmatched, most expensive first. */
export interface UnlinkedAnswer {
  readonly from: string;
  readonly to: string;
  readonly customers: readonly {
    readonly customer: string;
    readonly name: string;
    readonly email: string | null;
    readonly revenueUsd: string;
  }[];
  readonly users: readonly {
    readonly userId: string;
    readonly costUsd: string | null;
    readonly unpricedTokens: number;
  }[];
}

/** Why a link is suggested: the customer's metadata names the user, or both have one e-mail. */
export const LINK_REASONS = ['metadata', 'email'] as const;
export type LinkReason = (typeof LINK_REASONS)[number];

export interface LinkSuggestionRow {
  readonly userId: string;
  readonly userEmail: string | null;
  readonly customer: string;
  readonly name: string;
  /** Of the customer. */
  readonly email: string | null;
  readonly reasons: readonly LinkReason[];
  /** The user's cost in the period that no customer pays for. */
  readonly llmCostUsd: string | null;
  readonly unpricedTokens: number;
  /** The customer's in the period. */
  readonly revenueUsd: string | null;
}

export interface LinkSuggestionsAnswer {
  readonly from: string;
  readonly to: string;
  /** Most expensive user first. */
  readonly data: readonly LinkSuggestionRow[];
  /** Where several match: nothing is suggested, somebody has to choose. */
  readonly ambiguous: readonly {
    readonly userIds: readonly string[];
    readonly customers: readonly string[];
    readonly reasons: readonly LinkReason[];
  }[];
  /** Revenue without a user and usage without a customer, as margin-by-customer has them; null where not known. */
  readonly unlinkedRevenueUsd: string | null;
  readonly unlinkedCostUsd: string | null;
}

/** A row of margin-by-customer that links change; null where it does not stand there, or is not known. */
export interface LinksEffectRow {
  readonly kind: string;
  readonly customer: string | null;
  readonly name: string | null;
  readonly revenueBeforeUsd: string | null;
  readonly revenueAfterUsd: string | null;
  readonly llmCostBeforeUsd: string | null;
  readonly llmCostAfterUsd: string | null;
  readonly marginBeforeUsd: string | null;
  readonly marginAfterUsd: string | null;
}

export interface LinksStoredAnswer {
  /** False: a preview; nothing was stored. */
  readonly applied: boolean;
  /** Users whose links change. */
  readonly changed: number;
  readonly from: string;
  readonly to: string;
  readonly data: readonly LinksEffectRow[];
}

export interface LinksRejectedAnswer {
  /** Pairs that were not rejected before. */
  readonly rejected: number;
}

/** Budgets of the REST API. Free of dependencies. */

/** Where a budget was set; the API's word wins over the settings'. */
export const BUDGET_SOURCES = ['api', 'settings'] as const;
export type BudgetSource = (typeof BUDGET_SOURCES)[number];

/** What a budget is for: exactly one of them is set. */
export interface BudgetScope {
  /** `all` for the whole. */
  readonly provider: string | null;
  /** The LLM cost of the users that belong to this customer of Stripe. */
  readonly customer: string | null;
  /** The LLM cost of this user. */
  readonly userId: string | null;
}

export interface BudgetRow extends BudgetScope {
  readonly id: string;
  /** Null: the budget was taken away. */
  readonly monthUsd: string | null;
  /** Percent of the budget that are told when they are passed, ascending; 100 is always one of them. */
  readonly thresholds: readonly number[];
  readonly validFrom: string;
  readonly source: BudgetSource;
  /** Null for viewers. */
  readonly createdBy: string | null;
}

export interface BudgetsAnswer {
  /** One row for each provider, or every version of each with `?history=true`, newest first. */
  readonly data: readonly BudgetRow[];
  /** After a change: what is odd about the budget, such as a provider that has never cost anything. */
  readonly warnings?: readonly string[];
}

/**
 * `expected`: not passed yet, but by the forecast. `unknown`: what is known lies within, but a part of the cost, or all
 * of it, is not known.
 */
export const THRESHOLD_STATES = ['passed', 'expected', 'within', 'unknown'] as const;

export interface BudgetThreshold {
  readonly percent: number;
  readonly amountUsd: string;
  /** The day on which the cumulated cost went above it, or is expected to. */
  readonly passedOn: string | null;
  readonly state: (typeof THRESHOLD_STATES)[number];
}

/** Where the running month stands against a budget. */
export interface BudgetStandingRow extends BudgetScope {
  /** Stripe's name of the customer. */
  readonly name: string | null;
  readonly monthUsd: string;
  readonly spentUsd: string | null;
  /** A part of the cost is not known: `spentUsd` is the least that was spent. */
  readonly isAtLeast: boolean;
  readonly forecastMonthUsd: string | null;
  readonly thresholds: readonly BudgetThreshold[];
}

export interface BudgetStandingAnswer {
  /** First day of the running month. */
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
  readonly data: readonly BudgetStandingRow[];
}

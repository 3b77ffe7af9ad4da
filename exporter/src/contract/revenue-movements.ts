/**
 * How MRR moves: answers of the datasets `mrr-movements` … `largest-movements`. The formulas, with an example of each,
 * are in docs/revenue-movements.md. Free of dependencies, as `answers.ts`, whose conventions hold here too.
 */

/**
 * Why MRR differs from the last known day before. `rate_change`: the same amount in its own currency, at another rate.
 * `correction`: what changed is what is known or counted, not what a customer did.
 */
export const MOVEMENT_KINDS = [
  'new',
  'expansion',
  'contraction',
  'churn',
  'reactivation',
  'rate_change',
  'correction',
] as const;
export type MovementKind = (typeof MOVEMENT_KINDS)[number];

/** Movements that something a customer did explains; of these, single ones are listed. */
export const LISTED_MOVEMENTS = ['new', 'expansion', 'contraction', 'churn', 'reactivation', 'correction'] as const;
export type ListedMovement = (typeof LISTED_MOVEMENTS)[number];

export const MOVEMENT_GROUPS = ['none', 'plan', 'product', 'currency', 'customer'] as const;
export type MovementGroup = (typeof MOVEMENT_GROUPS)[number];

/**
 * What a row stands for: everything (`groupBy=none`), one plan, product, currency or customer, MRR of days from which
 * the plan is not known, or all groups beyond `limit` together.
 */
export const MOVEMENT_ROW_KINDS = ['total', 'group', 'unknown', 'other'] as const;

/** `openingUsd` and the seven movements add up to `closingUsd`, to the cent. Null where a day is not known. */
export interface MovementFigures {
  readonly kind: (typeof MOVEMENT_ROW_KINDS)[number];
  /** Stripe's id of the price (plan) or product, an ISO currency, a customer; null unless `kind` is `group`. */
  readonly group: string | null;
  /** For people: the plan's nickname where it has one, else as `group`. */
  readonly name: string | null;
  readonly openingUsd: string | null;
  readonly newUsd: string | null;
  readonly expansionUsd: string | null;
  /** Not above 0. */
  readonly contractionUsd: string | null;
  /** Not above 0. */
  readonly churnUsd: string | null;
  readonly reactivationUsd: string | null;
  readonly rateChangeUsd: string | null;
  readonly correctionUsd: string | null;
  readonly closingUsd: string | null;
  /** What customers did: new + expansion + contraction + churn + reactivation. */
  readonly netNewUsd: string | null;
  readonly newCustomers: number | null;
  readonly churnedCustomers: number | null;
  readonly reactivatedCustomers: number | null;
}

/** A day that was not read is null throughout; the next known day has what moved since the last one before it. */
export interface MrrMovementRow extends MovementFigures {
  readonly day: string;
}

export interface MrrWaterfallRow extends MovementFigures {
  readonly month: string;
  /** False for the running month and the one in which the history begins. */
  readonly complete: boolean;
}

export interface RevenueRetentionRow {
  readonly month: string;
  readonly complete: boolean;
  /** With MRR at the end of the month before. */
  readonly openingCustomers: number | null;
  readonly newCustomers: number | null;
  readonly churnedCustomers: number | null;
  readonly reactivatedCustomers: number | null;
  /** With MRR at the end of the month. */
  readonly customers: number | null;
  readonly mrrUsd: string | null;
  /** MRR / customers. */
  readonly arpuUsd: string | null;
  /** Customers that churned / customers at the start of the month. */
  readonly customerChurnRate: number | null;
  /** (Churn + contraction) / MRR at the start of the month. */
  readonly grossMrrChurnRate: number | null;
  /** (Churn + contraction − expansion − reactivation) / MRR at the start; below 0 where expansion wins. */
  readonly netMrrChurnRate: number | null;
  /** MRR that the customers of 12 months ago have now / what they had then; without what came new since. */
  readonly netRevenueRetention: number | null;
  /** The same, where no customer counts with more than it had then. */
  readonly grossRevenueRetention: number | null;
  /** ARPU / customer churn rate; null where nobody churned and in months that are not complete. */
  readonly lifetimeValueUsd: string | null;
}

/** `existing`: customers that had MRR on the first known day; when they began is not known. */
export const COHORT_KINDS = ['started', 'existing'] as const;

export interface RevenueCohortRow {
  /** The month in which its customers had MRR for the first time. */
  readonly cohort: string;
  readonly kind: (typeof COHORT_KINDS)[number];
  /** Months after the cohort's own; 0 is the end of that month. */
  readonly age: number;
  /** The month at whose end the row looks. */
  readonly month: string;
  readonly complete: boolean;
  readonly startCustomers: number;
  readonly customers: number | null;
  readonly customerRetention: number | null;
  /** MRR with which the customers began. */
  readonly startMrrUsd: string | null;
  /** At the rates of the cohort's first month, so that a rate moves nothing. */
  readonly mrrUsd: string | null;
  readonly mrrRetention: number | null;
}

/** Largest first; those beyond `limit` are one row. */
export interface MrrByPlanRow {
  readonly kind: 'group' | 'unknown' | 'other';
  /** Stripe's id of the price. */
  readonly plan: string | null;
  readonly name: string | null;
  readonly product: string | null;
  /** With MRR on the plan at the end of the period. */
  readonly customers: number | null;
  readonly openingUsd: string | null;
  readonly mrrUsd: string | null;
  readonly changeUsd: string | null;
  /** Of the MRR of all plans. */
  readonly share: number | null;
}

/** What one customer's MRR did on a day, all its subscriptions together. */
export interface LargestMovementRow {
  readonly day: string;
  readonly movement: ListedMovement;
  /** Stripe's id, or a stand-in for those who may not see names. */
  readonly customer: string;
  /** Stripe's name of the customer, else its e-mail, else its id. */
  readonly name: string;
  /** Null where Stripe has none, and for those who may see no names. */
  readonly email: string | null;
  readonly amountUsd: string | null;
  /** Plans that were left or reduced, by name: "Starter; Team, yearly". */
  readonly plansBefore: string | null;
  /** Plans that were begun or extended, by name. */
  readonly plansAfter: string | null;
}

/** The parts of a change of MRR, in the order in which every chart and list has them. */
export const MOVEMENT_FIELDS = [
  'newUsd',
  'expansionUsd',
  'reactivationUsd',
  'contractionUsd',
  'churnUsd',
  'rateChangeUsd',
  'correctionUsd',
] as const;

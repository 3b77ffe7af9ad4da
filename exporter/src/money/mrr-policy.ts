/**
 * The disputed rules of MRR. Others decide differently (ChartMogul counts paused subscriptions, Stripe's old
 * dashboard ignored repeating discounts), so each is a setting; the defaults are the ones in docs/providers/stripe.md.
 */
export interface MrrPolicy {
  /** Subscriptions whose last payment failed still count; they are shown as "at risk" too. */
  readonly countPastDue: boolean;
  /** Trials count before anybody has paid. */
  readonly countTrialing: boolean;
  /** Subscriptions with `pause_collection` count although nothing is collected. */
  readonly countPaused: boolean;
  /** A repeating discount lowers MRR as long as it lasts. */
  readonly countRepeatingDiscounts: boolean;
}

export const DEFAULT_MRR_POLICY: MrrPolicy = {
  countPastDue: true,
  countTrialing: false,
  countPaused: false,
  countRepeatingDiscounts: true,
};

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

/** Whether a subscription in this state counts; everything that reads or adds up subscriptions asks here. */
export function countsInMrr({ status }: { readonly status: string }, policy: MrrPolicy): boolean {
  return (
    status === 'active' ||
    (status === 'past_due' && policy.countPastDue) ||
    (status === 'trialing' && policy.countTrialing)
  );
}

/** States in which a subscription is worth something a month, whether or not the policy counts it as MRR. */
export function canHaveMrr({ status }: { readonly status: string }): boolean {
  return ['active', 'past_due', 'trialing', 'paused'].includes(status);
}

export const DEFAULT_MRR_POLICY: MrrPolicy = {
  countPastDue: true,
  countTrialing: false,
  countPaused: false,
  countRepeatingDiscounts: true,
};

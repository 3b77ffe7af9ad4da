import type { Subscription, SubscriptionItem } from './schema.ts';

export interface Found {
  readonly subscription: Subscription;
  readonly items: readonly SubscriptionItem[];
}

/**
 * A subscription as it was at `end` (Unix seconds, the end of a day), as far as what Stripe says later tells: undefined
 * where it began afterwards. What was cancelled afterwards was still there; a trial that ended afterwards was one.
 * A change of plan within an item cannot be seen.
 */
export function asOf({ subscription, items }: Found, end: number): Found | undefined {
  if (subscription.created >= end) return undefined;
  const began = items.filter(({ created }) => created == null || created < end);
  const hadBegun = ({ start }: { readonly start?: number | null | undefined }): boolean => start == null || start < end;
  const discounts = subscription.discounts.filter((one) => typeof one === 'string' || hadBegun(one));
  return {
    subscription: { ...subscription, discounts, status: statusAt(subscription, end) },
    // All items are newer: a plan was replaced by another, and the old one is not known any more.
    items: (began.length > 0 ? began : items).map((item) => ({
      ...item,
      discounts: item.discounts.filter((one) => typeof one === 'string' || hadBegun(one)),
    })),
  };
}

function statusAt(
  { status, trial_end: trialEnd, ended_at: endedAt }: Subscription,
  end: number,
): Subscription['status'] {
  const wasLive = status === 'canceled' && endedAt != null && endedAt > end;
  if (!wasLive && status !== 'active' && status !== 'past_due') return status;
  if (trialEnd != null && trialEnd > end) return 'trialing';
  return wasLive ? 'active' : status;
}

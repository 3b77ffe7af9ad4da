import { CollectorError } from '../../errors.ts';
import { endedSubscription, type EndedSubscription } from '../schema.ts';
import type { HistoryList } from './read-list.ts';

export const ENDED_SUBSCRIPTIONS = 'ended_subscriptions';

/**
 * Subscriptions that are over, by creation, newest first; all of them, as one that began long ago may have ended
 * today. `seen` gets those that ended after `end` (Unix seconds), as Stripe sent them.
 */
export function endedList(
  end: number,
  refuseTestMode: (one: { livemode?: boolean | undefined }) => void,
  seen: (id: string, raw: unknown) => void,
): HistoryList<EndedSubscription> {
  return {
    name: ENDED_SUBSCRIPTIONS,
    resource: 'subscriptions',
    page: (window) => (stripe, cursor) =>
      stripe.subscriptions.list({
        ...cursor,
        status: 'canceled',
        created: window,
        expand: ['data.discounts.source.coupon', 'data.items.data.discounts'],
      }),
    schema: endedSubscription,
    target: 0,
    prepare: (entries) => {
      for (const { item } of entries) refuseTestMode(item);
      if (entries.some(({ item }) => item.status !== 'canceled'))
        throw new CollectorError('upstream', 'not_found', 'Stripe: the server does not list canceled subscriptions');
      for (const { item, raw } of entries) if ((endOf(item) ?? 0) > end) seen(item.id, raw);
      return async (tx) => {
        await tx.query(UPSERT, [
          entries.map(({ item }) => item.id),
          entries.map(({ item }) => item.created),
          entries.map(({ item }) => endOf(item) ?? null),
        ]);
        return { rows: 0, touched: [] };
      };
    },
  };
}

export function endOf({ ended_at: ended, canceled_at: canceled }: EndedSubscription): number | undefined {
  return ended ?? canceled ?? undefined;
}

const UPSERT = `
INSERT INTO stripe_subscriptions AS s (id, status, created, ended_at)
SELECT DISTINCT ON (id) id, 'canceled', to_timestamp(created), to_timestamp(ended)
FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS u(id, created, ended) ORDER BY id
ON CONFLICT (id) DO UPDATE SET status = excluded.status, created = excluded.created, ended_at = excluded.ended_at
WHERE (s.status, s.created, s.ended_at) IS DISTINCT FROM (excluded.status, excluded.created, excluded.ended_at)`;

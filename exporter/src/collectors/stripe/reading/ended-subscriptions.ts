import { z } from 'zod';
import { CollectorError } from '../../errors.ts';
import { endedSubscription, type EndedSubscription } from '../schema.ts';
import type { HistoryList, HistoryReader } from './read-list.ts';

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
        expand: EXPAND,
      }),
    schema: endedSubscription,
    target: 0,
    findsBeginning: true,
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

/**
 * For servers that do not know `status=canceled`: those that ended after `end` among all subscriptions, as long as
 * there is time, and unless the newest hundred have none that is over.
 */
export async function listEndedAmongAll(
  { client, context, outOfTime }: HistoryReader,
  end: number,
  seen: (id: string, raw: unknown) => void,
): Promise<void> {
  const { items } = await client.list(
    context,
    'subscriptions',
    (stripe, cursor) => stripe.subscriptions.list({ ...cursor, status: 'all', expand: EXPAND }),
    z.looseObject({ id: z.string(), status: z.unknown() }),
    { leftOut: () => undefined, enough: (all) => outOfTime() || !all.some(({ status }) => status === 'canceled') },
  );
  for (const raw of items) {
    const read = endedSubscription.safeParse(raw);
    if (read.success && read.data.status === 'canceled' && (endOf(read.data) ?? 0) > end) seen(raw.id, raw);
  }
}

const EXPAND = ['data.discounts.source.coupon', 'data.items.data.discounts'];

export function endOf({ ended_at: ended, canceled_at: canceled }: EndedSubscription): number | undefined {
  return ended ?? canceled ?? undefined;
}

const UPSERT = `
INSERT INTO stripe_subscriptions AS s (id, status, created, ended_at)
SELECT DISTINCT ON (id) id, 'canceled', to_timestamp(created), to_timestamp(ended)
FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS u(id, created, ended) ORDER BY id
ON CONFLICT (id) DO UPDATE SET status = excluded.status, created = excluded.created, ended_at = excluded.ended_at
WHERE (s.status, s.created, s.ended_at) IS DISTINCT FROM (excluded.status, excluded.created, excluded.ended_at)`;

import { readObject } from './client.ts';
import { isRefused } from './errors.ts';
import { endOf } from './reading/ended-subscriptions.ts';
import { placeOf } from './reading/left-out.ts';
import { store, type HistoryReader } from './reading/read-list.ts';
import { anyObject, subscription as subscriptionSchema, type Subscription } from './schema.ts';
import { forgetVanished } from './store-subscriptions.ts';

/** A subscription that the last run saw, in the state that it had then. */
export interface Vanished {
  readonly id: string;
  readonly status: string;
}

const EXPAND = ['discounts.source.coupon', 'items.data.discounts', 'customer'];

/**
 * The subscriptions that ended after `end` (Unix seconds) and began before: those that the last run saw and that are
 * not listed any more (`vanished`), and those among the canceled. `seen` has what the list has shown of them.
 */
export async function readEndedAfter(
  reader: HistoryReader,
  end: number,
  vanished: readonly Vanished[],
  seen: ReadonlyMap<string, unknown>,
): Promise<Subscription[]> {
  const { context, tally } = reader;
  const stored = await context.db.query<{ id: string }>(
    `SELECT id FROM stripe_subscriptions WHERE ended_at > to_timestamp($1) AND created < to_timestamp($1) ORDER BY id`,
    [end],
  );
  // One that was never paid has expired: it had no MRR.
  const unpaid = new Set(vanished.filter(({ status }) => status.startsWith('incomplete')).map(({ id }) => id));
  const asked = vanished.map(({ id }) => id).filter((id) => !unpaid.has(id));
  const ended: Subscription[] = [];
  const over: { id: string; endedAt: number }[] = [];
  const gone: string[] = [...unpaid];
  for (const id of new Set([...asked, ...seen.keys(), ...stored.rows.map((row) => row.id)])) {
    if (!seen.has(id) && reader.outOfTime()) continue;
    const raw = seen.get(id) ?? (await retrieve(reader, id));
    const read = raw === undefined ? undefined : readObject('subscriptions', raw, subscriptionSchema);
    if (read === undefined) gone.push(id);
    else if ('error' in read) tally.leftOut('subscriptions', id, placeOf(read.error));
    else {
      const { item } = read;
      const endedAt = endOf(item);
      if (item.status !== 'canceled' || endedAt === undefined) continue;
      over.push({ id, endedAt });
      if (item.created < end && endedAt > end) ended.push(item);
    }
  }
  await store(reader, async (tx) => {
    await forgetVanished(tx, gone, over);
    return { rows: 0 };
  });
  return ended;
}

/** Undefined where it is gone without a trace. */
async function retrieve({ client, context }: HistoryReader, id: string): Promise<unknown> {
  try {
    return await client.read(
      context,
      'subscriptions',
      (stripe) => stripe.subscriptions.retrieve(id, { expand: EXPAND }),
      anyObject,
    );
  } catch (error) {
    if (!isRefused(error) || error.reason === 'missing_permission') throw error;
    return undefined;
  }
}

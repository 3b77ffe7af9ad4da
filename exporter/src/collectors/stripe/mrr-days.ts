import type { MrrPolicy } from '../../money/mrr-policy.ts';
import type { MrrSubscription } from '../../money/mrr.ts';
import type { Queryable } from '../../database/queryable.ts';
import { storeCustomerDetails } from '../../customers/details.ts';
import { loadFxRates } from '../../ledger/fx-rates.ts';
import { CollectorError } from '../errors.ts';
import { asOf, type Found } from './as-of.ts';
import { detailsOfSubscriptions } from './customer-details.ts';
import { readEndedAfter, type Vanished } from './ended-after.ts';
import { loadClosedSnapshot } from './load-snapshot.ts';
import { ENDED_SUBSCRIPTIONS, endedList, listEndedAmongAll } from './reading/ended-subscriptions.ts';
import { readList, type HistoryReader } from './reading/read-list.ts';
import { isComplete, loadState, startOf } from './reading/state.ts';
import { stripeSamples } from './samples.ts';
import { SUBSCRIPTION_STATUSES } from './schema.ts';
import { takeSnapshot, type MrrSnapshot } from './snapshot.ts';
import { storeMovements } from './store-movements.ts';
import { storeSnapshot } from './store-snapshot.ts';
import { loadLiveIds, replaceLive } from './store-subscriptions.ts';
import { completeSubscriptions, readSubscriptions, toLive, type ReadSubscriptions } from './subscriptions.ts';
import { createTally } from './tally.ts';
import type { Extras } from './to-mrr.ts';

export interface MrrOptions {
  readonly policy: MrrPolicy;
  /** True once the time is over that cancellations may take before the day is closed without the rest of them. */
  readonly outOfTime: () => boolean;
  readonly refuseTestMode: (one: { livemode?: boolean | undefined }) => void;
}

/**
 * Reads the subscriptions that live now and stores MRR: today's, which every run replaces, and, once, that of the day
 * that ended last. The first run after a day's end writes it as of that end: what began afterwards is left out, what
 * was cancelled afterwards counts. No later run changes it. Returns today's snapshot, which the gauges and the card show.
 */
export async function collectMrr(
  reader: HistoryReader,
  { policy, refuseTestMode, outOfTime }: MrrOptions,
): Promise<MrrSnapshot> {
  const { client, context, tally } = reader;
  const { day, today, now, db } = context;
  const read = await readSubscriptions(client, context, refuseTestMode, tally);
  const closed = await loadClosedSnapshot(db, day);
  // Each currency without a rate is warned of once.
  const quiet = createTally();
  const liveNow = toLive(read.found, read.extras, now, policy, tally);
  const snapshotOf = async (live: readonly MrrSubscription[], on: string, at: Date, isSaid: boolean) => {
    const rates = await loadFxRates(db, [...new Set(live.map(({ currency }) => currency))]);
    return takeSnapshot(live, await countByStatus(reader, read), rates, on, at, policy, isSaid ? tally : quiet);
  };
  const current = await snapshotOf(liveNow, today, now, closed !== undefined);
  /** A day's MRR, and what moved it since the last known day. */
  const storeDay = async (
    tx: Queryable,
    on: string,
    snapshot: MrrSnapshot,
    unread: ReadonlySet<string>,
    open: boolean,
  ) =>
    (await storeSnapshot(tx, on, snapshot, now, open)) +
    (await storeMovements(tx, on, snapshot, {
      unread,
      policy: { ...policy, countCustomerDiscounts: !tally.has('customer_discounts_unknown') },
      provisional: open,
    }));
  const unreadNow = tally.left('subscriptions');
  const known = await loadLiveIds(db);
  // First of all: however the rest goes, today's MRR is there.
  await context.checkpoint?.(async (tx) => {
    await replaceLive(tx, read.listed);
    await storeCustomerDetails(tx, detailsOfSubscriptions(read.listed, reader.userKeys, now));
    return { rows: await storeDay(tx, today, current, unreadNow, true), samples: stripeSamples(current) };
  });
  if (closed !== undefined) return current;

  const end = startOf(today);
  const listedIds = new Set(read.listed.map(({ id }) => id));
  const { ended, failure } = await endedAfter(
    { ...reader, outOfTime },
    end,
    known.filter(({ id }) => !listedIds.has(id)),
    refuseTestMode,
  );
  const rest = await completeSubscriptions(client, context, ended, tally);
  const at = new Date(end * 1000);
  const before = (found: readonly Found[], extras: Extras): MrrSubscription[] =>
    toLive(
      found.flatMap((one) => asOf(one, end) ?? []),
      extras,
      at,
      policy,
      tally,
    );
  const live = [...before(read.found, read.extras), ...before(rest.found, rest.extras)];
  const snapshot = await snapshotOf(live, day, at, true);
  const unreadThen = tally.left('subscriptions');
  const counted = { ...current, byStatus: snapshot.byStatus };
  await context.checkpoint?.(async (tx) => ({
    rows:
      // Not final where the cancellations of this morning could not be read: the next run closes the day.
      (await storeDay(tx, day, snapshot, unreadThen, failure !== undefined)) +
      (await storeDay(tx, today, counted, unreadNow, true)),
    samples: stripeSamples(counted),
  }));
  if (failure !== undefined) throw failure;
  return counted;
}

/** What ended after `end`; a failure to read it is told beside what was found, so that MRR is stored all the same. */
async function endedAfter(
  reader: HistoryReader,
  end: number,
  vanished: readonly Vanished[],
  refuseTestMode: MrrOptions['refuseTestMode'],
) {
  const seen = new Map<string, unknown>();
  try {
    const state = await readList(
      reader,
      endedList(end, refuseTestMode, (id, raw) => seen.set(id, raw)),
    );
    if (state?.unreadable !== undefined) await listEndedAmongAll(reader, end, (id, raw) => seen.set(id, raw));
    return { ended: await readEndedAfter(reader, end, vanished, seen), failure: undefined };
  } catch (failure) {
    if (!(failure instanceof CollectorError)) throw failure;
    return { ended: [], failure };
  }
}

/** How many there are in each state; those that are over only once they were read to the end. */
async function countByStatus(
  { context: { db } }: HistoryReader,
  { listed }: ReadSubscriptions,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = Object.fromEntries(
    SUBSCRIPTION_STATUSES.filter((status) => status !== 'canceled' && status !== 'incomplete_expired').map((status) => [
      status,
      0,
    ]),
  );
  for (const { status } of listed) counts[status] = (counts[status] ?? 0) + 1;
  const state = await loadState(db, ENDED_SUBSCRIPTIONS);
  if (state === undefined || !isComplete(state) || state.unreadable !== undefined) return counts;
  const ended = await db.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM stripe_subscriptions WHERE status = 'canceled'",
  );
  return { ...counts, canceled: ended.rows[0]?.count ?? 0 };
}

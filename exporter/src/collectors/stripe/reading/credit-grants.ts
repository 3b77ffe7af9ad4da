import { creditGrant, creditTransaction } from '../credit-grant-schema.ts';
import { isRefused } from '../errors.ts';
import { loadOpenGrants, storeGrants, storeUses } from '../store-credits.ts';
import { placeOf } from './left-out.ts';
import { store, type HistoryReader } from './read-list.ts';

/** Grants that are listed, newest first; far more than an account has of those that were bought. */
const MAX_GRANTS = 5_000;

/**
 * Credits that customers bought ahead, and where they were used: one list, and one for each grant that is not used up.
 * An account without them costs one request. Stripe cannot list them by time.
 */
export async function readCreditGrants(reader: HistoryReader): Promise<void> {
  const { client, context, tally, outOfTime, today } = reader;
  try {
    const grants = await client.list(
      context,
      'creditGrants',
      (stripe, cursor) => stripe.billing.creditGrants.list(cursor),
      creditGrant,
      {
        enough: (seen) => outOfTime() || seen.length >= MAX_GRANTS,
        leftOut: ({ id, error }) => tally.leftOut('creditGrants', id, placeOf(error)),
      },
    );
    await store(reader, async (tx) => ({ rows: await storeGrants(tx, grants.items) }));
    for (const { id, customer } of await loadOpenGrants(context.db, today)) {
      if (outOfTime()) return;
      const { items } = await client.list(
        context,
        'creditGrants',
        (stripe, cursor) => stripe.billing.creditBalanceTransactions.list({ ...cursor, customer, credit_grant: id }),
        creditTransaction,
        { leftOut: (one) => tally.leftOut('creditGrants', one.id, placeOf(one.error)) },
      );
      await store(reader, async (tx) => ({ rows: await storeUses(tx, id, items) }));
    }
  } catch (error) {
    if (!isRefused(error)) throw error;
    if (reader.creditsSeen)
      tally.add(
        'credit_grants_unreadable',
        `${error.message}; credit that was bought ahead counts on the day on which it was bought, not when it is used`,
      );
  }
}

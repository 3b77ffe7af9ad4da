import type { Queryable } from '../../database/queryable.ts';
import { deriveRevenue, type Derived } from './derive-revenue.ts';
import { describeAmounts } from './describe-amounts.ts';
import { CREDIT_NOTES } from './reading/credit-notes.ts';
import { touchDays } from './reading/days-to-compute.ts';
import { store, type HistoryReader } from './reading/read-list.ts';
import { loadState } from './reading/state.ts';
import { storeCash } from './store-cash.ts';
import { storeLines } from './store-lines.ts';
import { storeStripeRates } from './store-rates.ts';
import type { WarningTally } from './tally.ts';

/**
 * Stores what follows from everything that was read: rates that Stripe told or that were entered late, credits that
 * were guessed and are known by now, and revenue that no invoice line says. Warns of what is not certain about it, with
 * its amount. While a part of the history is missing, payments have not met their invoices yet and revenue is unknown:
 * nothing is derived from it then.
 */
export async function storeDerived(reader: HistoryReader, { isWhole }: { readonly isWhole: boolean }): Promise<void> {
  await store(reader, async (tx) => {
    const creditNotesRead = (await loadState(tx, CREDIT_NOTES))?.settledAt !== undefined;
    const rates = await storeStripeRates(tx);
    const lines = await storeLines(tx, { lines: [], invoiceIds: [], creditNotesRead, isLastOfRun: true });
    const cash = await storeCash(tx, [], { isLastOfRun: true });
    await touchDays(tx, [...lines.touched, ...cash.touched], reader.today);
    const rows = rates + lines.rows + cash.rows;
    if (!isWhole) return { rows };
    const derived = await deriveRevenue(tx);
    await touchDays(tx, derived.touched, reader.today);
    await warnOfUncertain(tx, derived, reader.tally);
    return { rows: rows + derived.rows };
  });
}

async function warnOfUncertain(tx: Queryable, derived: Derived, tally: WarningTally): Promise<void> {
  const { rows } = await tx.query<{ minor: string; currency: string }>(
    `SELECT trunc(amount)::text AS minor, currency FROM stripe_payment_objects
     WHERE kind = 'dispute' AND status IN ('needs_response', 'under_review')`,
  );
  const undecided = [...rows.map(({ minor, currency }) => ({ minor: BigInt(minor), currency })), ...derived.undecided];
  if (undecided.length > 0)
    tally.add(
      'disputes_undecided',
      `disputes of ${describeAmounts(undecided)} are not decided: the money has left the balance, the revenue stays ` +
        'until a dispute is lost',
      undecided.length,
    );
  if (derived.matchedByAmount.length > 0)
    tally.add(
      'payments_matched_by_amount',
      `payments of ${describeAmounts(derived.matchedByAmount)} belong to an invoice by amount and day only, as Stripe ` +
        'did not say which one they paid',
      derived.matchedByAmount.length,
    );
}

import type { Queryable } from '../../database/queryable.ts';
import { addDays } from '../../money/days.ts';
import type { Day, Stored } from '../contract.ts';
import type { StripeData } from './data.ts';
import { BALANCE_TRANSACTIONS } from './reading/balance-transactions.ts';
import { CREDIT_NOTES } from './reading/credit-notes.ts';
import { takeTouchedDays, touchDays } from './reading/days-to-compute.ts';
import { INVOICES } from './reading/invoices.ts';
import { paymentListsInUse } from './reading/payments.ts';
import { completeBefore, loadState } from './reading/state.ts';
import { recomputeRevenue, type KnownBefore } from './store-revenue.ts';

/**
 * The end of a run: MRR, history and what follows from it are stored by now (see collector.ts, reading/ and
 * store-derived.ts), so what is left are the figures of the days that anything stored reaches into. Inside the runner's
 * transaction.
 */
export async function storeStripe(tx: Queryable, day: Day, { today }: StripeData): Promise<Stored> {
  const known = await knownBefore(tx, today);
  // Before anything is known there is nothing to compute; what is touched waits.
  await touchDays(tx, [{ start: day, end: addDays(today, 1) }], today);
  if (known.revenue === undefined && known.cash === undefined) return { rows: 0 };
  return { rows: await recomputeRevenue(tx, await takeTouchedDays(tx), today, known) };
}

/**
 * The days before which everything that reaches into them was read: the figures of later days are NULL, not a part of
 * the truth. What the key may not read is not waited for where something else stands in.
 */
async function knownBefore(tx: Queryable, today: Day): Promise<KnownBefore> {
  const cash = completeBefore(await loadState(tx, BALANCE_TRANSACTIONS), today);
  let revenue = completeBefore(await loadState(tx, INVOICES), today);
  for (const list of [CREDIT_NOTES, BALANCE_TRANSACTIONS, ...(await paymentListsInUse(tx))]) {
    const state = await loadState(tx, list);
    if (state?.unreadable === undefined) revenue = earlier(revenue, completeBefore(state, today));
  }
  return { revenue, cash };
}

function earlier(a: Day | undefined, b: Day | undefined): Day | undefined {
  if (a === undefined || b === undefined) return undefined;
  return a < b ? a : b;
}

import type { Queryable } from '../../../database/queryable.ts';
import type { WarningTally } from '../tally.ts';
import { BALANCE_TRANSACTIONS, balanceTransactionList } from './balance-transactions.ts';
import { readCreditGrants } from './credit-grants.ts';
import { CREDIT_NOTES, creditNoteList, furtherCreditNoteLines } from './credit-notes.ts';
import { readCustomers } from './customers.ts';
import { readFurtherLines } from './further-lines.ts';
import { ENDED_SUBSCRIPTIONS, endedList } from './ended-subscriptions.ts';
import { furtherInvoiceLines, INVOICES, invoiceList } from './invoices.ts';
import { readLateInvoices } from './late-invoices.ts';
import { warnOfLeftOut } from './left-out.ts';
import { paymentListsInUse, readPayments } from './payments.ts';
import type { Progress } from '../../progress.ts';
import { measureProgress, storeProgress } from './progress.ts';
import { readList, store, type HistoryReader } from './read-list.ts';
import { settle } from './settle.ts';
import { isComplete, loadState, type HistoryName, type ReadState } from './state.ts';

/** Every list whose past is read, in the order of reading. */
async function historyLists(db: Queryable): Promise<readonly HistoryName[]> {
  return [CREDIT_NOTES, INVOICES, BALANCE_TRANSACTIONS, ...(await paymentListsInUse(db)), ENDED_SUBSCRIPTIONS];
}

export interface HistoryResult {
  readonly progress: Progress;
  /** Neither invoices nor payments may be read. */
  readonly revenueUnreadable: boolean;
}

export interface HistoryOptions {
  readonly refuseTestMode: (one: { livemode?: boolean | undefined }) => void;
}

/**
 * Reads invoices, credit notes and payments: what is new, and as much of the past as the time allows. Everything is
 * stored as it is read; the next run goes on where this one ends.
 */
export async function readHistory(reader: HistoryReader, { refuseTestMode }: HistoryOptions): Promise<HistoryResult> {
  const { context, tally } = reader;
  const { today, db, now } = context;
  // First, as they say whether the invoices must guess what was credited; they are stored after the invoices.
  const creditNotes = await readList(reader, creditNoteList(reader, refuseTestMode));
  warnUnreadable(
    tally,
    creditNotes,
    'credit_notes_unreadable',
    'what was credited is taken from the invoices, with the tax in proportion',
  );
  const guessCredits = creditNotes?.unreadable !== undefined && creditNotes.settledAt === undefined;
  const invoiceOptions = { refuseTestMode, guessCredits };
  const before = await loadState(db, INVOICES);
  const invoices = await readList(reader, invoiceList(reader, invoiceOptions));
  warnUnreadable(tally, invoices, 'invoices_unreadable', 'recognised and billed revenue are unknown');
  if (invoices !== undefined && invoices.unreadable === undefined) {
    if (before !== undefined && before.objects > 0) await readLateInvoices(reader, invoiceOptions, before);
    await readFurtherLines(reader, furtherInvoiceLines(guessCredits));
    if (isComplete(invoices)) await readFurtherLines(reader, furtherCreditNoteLines);
  }
  const balance = await readList(reader, balanceTransactionList(reader));
  warnUnreadable(
    tally,
    balance,
    'balance_transactions_unreadable',
    'cash, payment fees and payments without an invoice are unknown',
  );
  await readPayments(reader);
  await readCreditGrants(reader);
  await readCustomers(reader);
  // A run that closed a day has read what is new of these already.
  const ended = await loadState(db, ENDED_SUBSCRIPTIONS);
  if (ended?.readAt !== Math.floor(now.getTime() / 1000) || !isComplete(ended))
    await readList(
      reader,
      endedList(Infinity, refuseTestMode, () => undefined),
    );
  await store(reader, async (tx) => {
    for (const list of await historyLists(tx)) await settle(tx, list, today);
    return { rows: 0 };
  });
  await warnOfLeftOut(db, tally);
  const progress = await measureProgress(db, await historyLists(db), reader.requests);
  await storeProgress(reader, progress, now);
  return { progress, revenueUnreadable: invoices?.unreadable !== undefined && balance?.unreadable !== undefined };
}

function warnUnreadable(tally: WarningTally, state: ReadState | undefined, code: string, effect: string): void {
  if (state?.unreadable !== undefined) tally.add(code, `${state.unreadable}; ${effect}`);
}

/** Whether a further run would read more of the past; a list that may not be read is not waited for. */
export async function isHistoryBehind(db: Parameters<typeof loadState>[0]): Promise<boolean> {
  const { percent } = await measureProgress(db, await historyLists(db), 0);
  return percent < 100;
}

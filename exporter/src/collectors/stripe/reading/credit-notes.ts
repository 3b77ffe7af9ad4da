import type { Queryable } from '../../../database/queryable.ts';
import { linesOfCreditNote, sumOfLines } from '../lines.ts';
import { creditNoteObject } from '../payment-objects.ts';
import { storePayments } from '../store-payments.ts';
import { creditNote as creditNoteSchema, creditNoteLine, type CreditNote } from '../schema.ts';
import { storeLines, type Written } from '../store-lines.ts';
import { pendingOf, type LinedObjects } from './further-lines.ts';
import { savePending } from './pending.ts';
import type { HistoryList, HistoryReader } from './read-list.ts';
import { invoiceTarget } from './state.ts';

export const CREDIT_NOTES = 'credit_notes';

/** A credit note can be voided while its invoice is open, so those of the last months are read again. */
const OVERLAP_SECONDS = 90 * 86_400;

/** Credit notes wait until the invoices were read: they are spread over the lines that they credit. */
export function creditNoteList(
  reader: HistoryReader,
  refuseTestMode: (one: { livemode?: boolean | undefined }) => void,
): HistoryList<CreditNote> {
  return {
    name: CREDIT_NOTES,
    resource: 'creditNotes',
    page: (window) => (stripe, cursor) => stripe.creditNotes.list({ ...cursor, created: window }),
    schema: creditNoteSchema,
    target: invoiceTarget(reader.today),
    overlapSeconds: OVERLAP_SECONDS,
    prepare: (entries) => {
      for (const { item } of entries) refuseTestMode(item);
      const pending = entries.map(({ item, raw }) => ({
        id: item.id,
        payload: pendingOf(raw, creditNoteSchema.shape, creditNoteLine.shape),
      }));
      return async (tx) => {
        await savePending(tx, CREDIT_NOTES, pending);
        return { rows: 0, touched: [] };
      };
    },
  };
}

export const furtherCreditNoteLines: LinedObjects<CreditNote> = {
  name: CREDIT_NOTES,
  resource: 'creditNotes',
  schema: creditNoteSchema,
  lineShape: creditNoteLine.shape,
  lines: (id) => (stripe, cursor) => stripe.creditNotes.listLineItems(id, cursor),
  store: storeCreditNote,
};

async function storeCreditNote(tx: Queryable, note: CreditNote): Promise<Written> {
  const stored = await tx.query<{ id: string; minor: string; start: string; end: string }>(
    `SELECT id, trunc(amount)::text AS minor, period_start::text AS start, period_end::text AS end
     FROM stripe_revenue_lines WHERE invoice_id = $1 AND kind = 'invoice_line' ORDER BY id`,
    [note.invoice],
  );
  const invoiceLines = stored.rows.map(({ minor, ...line }) => ({ ...line, minor: BigInt(minor) }));
  const lines = linesOfCreditNote(note, note.lines.data, invoiceLines);
  const written = await storeLines(tx, { lines, invoiceIds: [], creditNotesRead: false });
  const object = creditNoteObject(note, -sumOfLines(lines));
  const rows = await storePayments(tx, { objects: [object], invoices: [] });
  return { ...written, rows: written.rows + rows };
}

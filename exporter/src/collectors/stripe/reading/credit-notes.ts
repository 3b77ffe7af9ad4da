import type { Queryable } from '../../../database/queryable.ts';
import { linesOfCreditNote } from '../lines.ts';
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
  const credited = note.lines.data.flatMap(({ invoice_line_item: line }) => line ?? []);
  const stored = await tx.query<{ id: string; start: string; end: string }>(
    'SELECT id, period_start::text AS start, period_end::text AS end FROM stripe_revenue_lines WHERE id = ANY($1)',
    [credited],
  );
  const periods = new Map(stored.rows.map(({ id, start, end }) => [id, { start, end }]));
  const lines = linesOfCreditNote(note, note.lines.data, (line) => periods.get(line));
  return storeLines(tx, { lines, invoiceIds: [], creditNotesRead: false });
}

import { addDays } from '../../money/days.ts';
import type { Queryable } from '../../database/queryable.ts';
import { CollectorError } from '../errors.ts';
import type { RequestContext } from '../retry.ts';
import type { StripeClient } from './client.ts';
import { isComplete, newWindow, type History } from './history.ts';
import { creditedOn, creditsByInvoice, DRAFT, linesOfCreditNote, linesOfInvoice, type RevenueLine } from './lines.ts';
import { readHistory } from './read-history.ts';
import {
  creditNote as creditNoteSchema,
  creditNoteLine,
  invoice as invoiceSchema,
  invoiceLine,
  type CreditNote,
  type CreditNoteLine,
  type Invoice,
  type InvoiceLine,
} from './schema.ts';
import type { WarningTally } from './tally.ts';

export interface ReadInvoices {
  readonly lines: readonly RevenueLine[];
  /** Invoices whose stored lines are replaced by `lines`; also drafts that were deleted. */
  readonly invoiceIds: readonly string[];
  /** False where credit notes may not be read: invoices then say what was credited. */
  readonly creditNotesRead: boolean;
  readonly history: History;
}

export interface ReadOptions {
  readonly known: History | undefined;
  readonly target: number;
  readonly outOfTime: () => boolean;
  readonly refuseTestMode: (one: { livemode?: boolean | undefined }) => void;
  readonly tally: WarningTally;
}

type Context = RequestContext & { readonly db: Queryable };

/** Drafts that are asked for one by one in a run. */
const MAX_DRAFTS = 50;
/** An invoice older than this that is still open is not going to be voided. */
const MAX_OPEN_DAYS = 400;
/** A credit note can be voided while its invoice is open, so those of the last months are read again. */
const CREDIT_NOTE_OVERLAP_SECONDS = 90 * 86_400;

export async function readInvoices(
  client: StripeClient,
  context: Context,
  options: ReadOptions,
): Promise<ReadInvoices> {
  const { known, tally } = options;
  const { items, history } = await readHistory(
    client,
    context,
    'invoices',
    (window) => (stripe, cursor) => stripe.invoices.list({ ...cursor, created: window }),
    invoiceSchema,
    options,
  );
  const late = known === undefined ? { invoices: [], deleted: [] } : await readLateChanges(client, context, known);
  const invoices = [...new Map([...items, ...late.invoices].map((invoice) => [invoice.id, invoice])).values()];
  const lines: RevenueLine[] = [];
  for (const invoice of invoices) {
    options.refuseTestMode(invoice);
    if (invoice.status === 'other')
      tally.add('unknown_enum', 'invoices in a state that this version does not know; they count as finalised');
    lines.push(...linesOfInvoice(invoice, await linesOf(client, context, invoice)));
  }
  const notes = await readCreditNotes(client, context, options, invoices);
  const credited =
    notes === undefined
      ? invoices.filter(({ status }) => status !== DRAFT).flatMap(creditsByInvoice)
      : await creditLines(client, context, notes, lines);
  return {
    lines: [...lines, ...credited],
    invoiceIds: [...invoices.map(({ id }) => id), ...late.deleted],
    creditNotesRead: notes !== undefined,
    history,
  };
}

/** An invoice brings its first lines along; the others are a list of their own. */
async function linesOf(
  client: StripeClient,
  context: Context,
  { id, lines }: Invoice,
): Promise<readonly InvoiceLine[]> {
  const after = lines.data.at(-1)?.id;
  if (!lines.has_more) return lines.data;
  const { items } = await client.list(
    context,
    'invoices',
    (stripe, cursor) => stripe.invoices.listLineItems(id, cursor),
    invoiceLine,
    after === undefined ? {} : { after },
  );
  return [...lines.data, ...items];
}

/**
 * Older invoices that changed all the same: drafts that were finalised or deleted meanwhile, and open ones that were
 * voided. Paid and uncollectible ones keep their amounts, so nobody has to ask.
 */
async function readLateChanges(
  client: StripeClient,
  context: Context,
  known: History,
): Promise<{ invoices: Invoice[]; deleted: string[] }> {
  const before = new Date(newWindow(known).gte * 1000).toISOString().slice(0, 10);
  const drafts = await context.db.query<{ invoice_id: string }>(
    `SELECT DISTINCT invoice_id, finalised_on FROM stripe_revenue_lines WHERE status = $1 AND finalised_on < $2::date
      ORDER BY finalised_on DESC, invoice_id LIMIT $3`,
    [DRAFT, before, MAX_DRAFTS],
  );
  const invoices: Invoice[] = [];
  const deleted: string[] = [];
  for (const { invoice_id: id } of drafts.rows) {
    try {
      invoices.push(await client.read(context, 'invoices', (stripe) => stripe.invoices.retrieve(id), invoiceSchema));
    } catch (error) {
      if (!(error instanceof CollectorError) || error.reason !== 'not_found') throw error;
      deleted.push(id);
    }
  }
  const open = await context.db.query<{ oldest: string | null }>(
    `SELECT min(finalised_on)::text AS oldest FROM stripe_revenue_lines WHERE kind = 'invoice_line'
      AND status IN ('open', 'uncollectible') AND finalised_on < $1::date AND finalised_on >= $2::date`,
    [before, addDays(before, -MAX_OPEN_DAYS)],
  );
  const oldest = open.rows[0]?.oldest;
  if (oldest === null || oldest === undefined) return { invoices, deleted };
  // Created some time before it was finalised.
  const gte = Date.parse(`${addDays(oldest, -30)}T00:00:00Z`) / 1000;
  const voided = await client.list(
    context,
    'invoices',
    (stripe, cursor) => stripe.invoices.list({ ...cursor, status: 'void', created: { gte } }),
    invoiceSchema,
  );
  return { invoices: [...invoices, ...voided.items.filter(({ status }) => status === 'void')], deleted };
}

/**
 * Undefined where the key may not read them. Not asked at all on a first read whose invoices say that there are none.
 */
async function readCreditNotes(
  client: StripeClient,
  context: Context,
  { known, target, refuseTestMode, tally }: ReadOptions,
  invoices: readonly Invoice[],
): Promise<readonly CreditNote[] | undefined> {
  const anyCredited = invoices.some((invoice) => creditedOn(invoice) !== 0n);
  const guessed = await context.db.query(
    "SELECT 1 FROM stripe_revenue_lines WHERE kind = 'credit_note_line' AND id LIKE '%:credits' LIMIT 1",
  );
  if (known === undefined && !anyCredited) return [];
  const isBackfill = guessed.rows.length > 0 || (anyCredited && (known === undefined || !isComplete(known)));
  const gte = known === undefined || isBackfill ? target : Math.max(target, known.readTo - CREDIT_NOTE_OVERLAP_SECONDS);
  try {
    const { items } = await client.list(
      context,
      'creditNotes',
      (stripe, cursor) => stripe.creditNotes.list({ ...cursor, created: { gte } }),
      creditNoteSchema,
    );
    for (const note of items) refuseTestMode(note);
    return items;
  } catch (error) {
    if (!(error instanceof CollectorError) || (error.reason !== 'missing_permission' && error.reason !== 'not_found'))
      throw error;
    tally.add(
      'credit_notes_unreadable',
      `${error.message}; what was credited is taken from the invoices, with the tax in proportion`,
    );
    return undefined;
  }
}

async function creditLines(
  client: StripeClient,
  context: Context,
  notes: readonly CreditNote[],
  invoiceLines: readonly RevenueLine[],
): Promise<RevenueLine[]> {
  const complete: { note: CreditNote; lines: readonly CreditNoteLine[] }[] = [];
  for (const note of notes) {
    const after = note.lines.data.at(-1)?.id;
    const further = note.lines.has_more
      ? (
          await client.list(
            context,
            'creditNotes',
            (stripe, cursor) => stripe.creditNotes.listLineItems(note.id, cursor),
            creditNoteLine,
            after === undefined ? {} : { after },
          )
        ).items
      : [];
    complete.push({ note, lines: [...note.lines.data, ...further] });
  }
  const periods = new Map<string, { start: string; end: string }>();
  const wanted = complete.flatMap(({ lines }) => lines.flatMap(({ invoice_line_item: line }) => line ?? []));
  if (wanted.length > 0) {
    const stored = await context.db.query<{ id: string; start: string; end: string }>(
      'SELECT id, period_start::text AS start, period_end::text AS end FROM stripe_revenue_lines WHERE id = ANY($1)',
      [wanted],
    );
    for (const { id, start, end } of stored.rows) periods.set(id, { start, end });
  }
  for (const { id, start, end } of invoiceLines) periods.set(id, { start, end });
  return complete.flatMap(({ note, lines }) => linesOfCreditNote(note, lines, (line) => periods.get(line)));
}

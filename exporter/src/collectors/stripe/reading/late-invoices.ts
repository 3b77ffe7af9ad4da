import { z } from 'zod';
import { addDays, dayOf } from '../../../money/days.ts';
import { CollectorError } from '../../errors.ts';
import { readObject, type Entry, type LeftOut } from '../client.ts';
import { isRefused } from '../errors.ts';
import { DRAFT } from '../lines.ts';
import { invoice as invoiceSchema, type Invoice } from '../schema.ts';
import { storeLines } from '../store-lines.ts';
import { touchDays } from './days-to-compute.ts';
import { rememberLeftOut } from './left-out.ts';
import { INVOICES, prepareInvoices, type InvoiceOptions } from './invoices.ts';
import { removePending } from './pending.ts';
import { DEFAULT_OVERLAP_SECONDS, store, type HistoryReader } from './read-list.ts';
import { startOf, type ReadState } from './state.ts';

/** An invoice older than this that is still open is not going to be voided. */
const MAX_OPEN_DAYS = 400;
/** So few drafts are asked for one by one; more are listed. */
const FEW_DRAFTS = 3;
/** An invoice is finalised so many days after its creation at most, as far as voided ones are looked for. */
const FINALISED_WITHIN_DAYS = 30;

/**
 * Older invoices that changed all the same: drafts that were finalised or deleted meanwhile, all of them, and open
 * ones that were voided. `before` is how far the list itself was read before this run.
 */
export async function readLateInvoices(
  reader: HistoryReader,
  options: InvoiceOptions,
  before: ReadState,
): Promise<void> {
  const day = dayOf(new Date(Math.max(0, before.readTo - DEFAULT_OVERLAP_SECONDS) * 1000));
  try {
    await readDrafts(reader, options, day);
    await readVoided(reader, options, day);
  } catch (error) {
    if (!isRefused(error)) throw error;
    reader.tally.add(
      'late_invoices_unreadable',
      `${error.message}; older drafts, open and uncollectible invoices count as they were read last`,
    );
  }
}

async function readDrafts(reader: HistoryReader, options: InvoiceOptions, before: string): Promise<void> {
  const { client, context } = reader;
  const stored = await context.db.query<{ invoice_id: string }>(
    `SELECT invoice_id FROM stripe_revenue_lines WHERE status = $1 AND finalised_on < $2::date
      GROUP BY invoice_id ORDER BY md5(invoice_id || $3)`,
    [DRAFT, before, context.now.toISOString()],
  );
  const waiting = new Set(stored.rows.map(({ invoice_id: id }) => id));
  // Those that are still listed as drafts need no further look; the others have become something else.
  if (waiting.size > FEW_DRAFTS) {
    const drafts = await client.list(
      context,
      'invoices',
      (stripe, cursor) => stripe.invoices.list({ ...cursor, status: DRAFT }),
      invoiceSchema,
      {
        leftOut: () => undefined,
        enough: (seen) => reader.outOfTime() || seen.filter(({ id }) => waiting.has(id)).length === waiting.size,
      },
    );
    for (const { id, status } of drafts.items) if (status === DRAFT) waiting.delete(id);
  }
  // Without time a few all the same, in another order on every run: each has its turn.
  for (const [index, id] of [...waiting].entries()) {
    if (index >= FEW_DRAFTS && reader.outOfTime()) return;
    await readOne(reader, options, id);
  }
}

/** An invoice that is gone by now was a draft, and leaves nothing. */
async function readOne(reader: HistoryReader, options: InvoiceOptions, id: string): Promise<void> {
  const { client, context } = reader;
  try {
    const raw = await client.read(context, 'invoices', (stripe) => stripe.invoices.retrieve(id), anyInvoice);
    await storeRaw(reader, options, [raw]);
  } catch (error) {
    if (!(error instanceof CollectorError) || error.reason !== 'not_found') throw error;
    await store(reader, async (tx) => {
      await removePending(tx, INVOICES, [id]);
      const { rows, touched } = await storeLines(tx, { lines: [], invoiceIds: [id], creditNotesRead: false });
      await touchDays(tx, touched, reader.today);
      return { rows };
    });
  }
}

/** Paid invoices keep their amounts; open ones are looked for among the voided and those that became bad debt. */
async function readVoided(reader: HistoryReader, options: InvoiceOptions, before: string): Promise<void> {
  const { client, context } = reader;
  const open = await context.db.query<{ oldest: string | null }>(
    `SELECT min(finalised_on)::text AS oldest FROM stripe_revenue_lines WHERE kind = 'invoice_line'
      AND status IN ('open', 'uncollectible') AND finalised_on < $1::date AND finalised_on >= $2::date`,
    [before, addDays(before, -MAX_OPEN_DAYS)],
  );
  const oldest = open.rows[0]?.oldest;
  if (oldest === null || oldest === undefined) return;
  const gte = startOf(addDays(oldest, -FINALISED_WITHIN_DAYS));
  const lost = await context.db.query<{ id: string }>(
    `SELECT id FROM stripe_invoices WHERE status = 'uncollectible' AND finalised_on < $1::date
       AND finalised_on >= $2::date ORDER BY id`,
    [before, addDays(before, -MAX_OPEN_DAYS)],
  );
  for (const wanted of ['void', 'uncollectible'] as const) {
    const found = await client.list(
      context,
      'invoices',
      (stripe, cursor) => stripe.invoices.list({ ...cursor, status: wanted, created: { gte } }),
      anyInvoice,
      { leftOut: () => undefined, enough: () => reader.outOfTime() },
    );
    await storeRaw(
      reader,
      options,
      found.items.filter(({ status }) => status === wanted),
    );
    if (wanted !== 'uncollectible' || !found.complete) continue;
    // Bad debt that is not listed as such any more was paid or voided.
    const listed = new Set(found.items.map(({ id }) => id));
    for (const { id } of lost.rows.filter((one) => !listed.has(one.id)))
      if (!reader.outOfTime()) await readOne(reader, options, id);
  }
}

async function storeRaw(
  reader: HistoryReader,
  options: InvoiceOptions,
  invoices: readonly z.output<typeof anyInvoice>[],
): Promise<void> {
  if (invoices.length === 0) return;
  const entries: Entry<Invoice>[] = [];
  const leftOut: LeftOut[] = [];
  for (const raw of invoices) {
    const read = readObject('invoices', raw, invoiceSchema);
    if ('item' in read) entries.push(read);
    else leftOut.push(read);
  }
  const put = prepareInvoices(reader, options, entries);
  await store(reader, async (tx) => {
    const { rows, touched } = await put(tx);
    await touchDays(tx, touched, reader.today);
    await rememberLeftOut(tx, 'invoices', leftOut);
    return { rows };
  });
}

/** As Stripe sent it: further lines are read later, from what is kept of it. */
const anyInvoice = z.looseObject({ id: z.string(), status: z.unknown() });

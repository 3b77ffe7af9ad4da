import type { ProposedStatement } from '../contract/imports.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Adjustment, InvoiceStatement } from '../invoices/invoice.ts';
import { numberKey, vendorKey } from '../invoices/names.ts';
import { refuseConflict } from '../invoices/refusal.ts';
import type { InTransaction, InvoiceService, Stored } from '../invoices/service.ts';
import { newestOfSeries } from '../invoices/store.ts';
import { correctionKey, learnCorrection } from './corrections.ts';
import { forgetCorrection, loadCorrections, rememberCorrection } from './correction-store.ts';
import { statementsToEnter } from './effect.ts';
import type { StoredMail } from './inbox-row.ts';
import { loadMail, lockMail } from './mail-store.ts';

export interface Deciding {
  readonly pool: Queryable;
  readonly transaction: InTransaction;
  readonly invoices: InvoiceService;
}

export interface Decision {
  /** Shown in the history of the invoices and of the inbox. */
  readonly author: string;
  readonly note?: string | null | undefined;
  readonly now: Date;
}

/** Ends a transaction that finds its work done already. */
class AlreadyDone extends Error {}

/**
 * Enters the invoice of a mail, as it is proposed or as it was edited, by the code that enters a typed one; the mail is
 * confirmed in the same transaction. Undefined where it was confirmed before: twice is once. Throws InvoiceRefusal.
 */
export async function confirmMail(
  { pool, invoices }: Deciding,
  id: string,
  edited: readonly ProposedStatement[] | undefined,
  decision: Decision & { readonly onlyReadyAs?: readonly ProposedStatement[] },
): Promise<Stored | undefined> {
  const { author, note, now } = decision;
  const before = await loadMail(pool, id);
  if (before.state === 'confirmed') return undefined;
  const confirmed = edited ?? before.proposal.statements;
  const statements = await revived(pool, before, statementsToEnter(confirmed, now));
  const context = { origin: 'import', author, documentId: before.documentId ?? undefined } as const;
  return orDone(
    invoices.enterStatements(statements, context, async (tx, write) => {
      const mail = await lockMail(tx, id);
      if (mail.state === 'confirmed') throw new AlreadyDone();
      if (mail.state === 'dismissed') throw refuseConflict('id', `mail ${id} was dismissed: undo that first`);
      await refuseCopy(tx, mail);
      if (decision.onlyReadyAs !== undefined) refuseUnlessReadyAs(mail, confirmed, decision.onlyReadyAs);
      const written = await write();
      await tx.query(
        `UPDATE invoice_inbox SET state = 'confirmed', series_ids = $2, decided_by = $3, decided_at = $4,
           decision_note = $5 WHERE id = $1::bigint`,
        [id, [...new Set(written.rows.map(({ seriesId }) => seriesId))], author, now, note ?? null],
      );
      await learn(tx, mail, confirmed, { author, now });
      return written;
    }),
  );
}

/** The same mail twice is one invoice, under whatever number the first was entered. */
async function refuseCopy(tx: Queryable, { id, isCopy, duplicateOf }: StoredMail): Promise<void> {
  if (!isCopy || duplicateOf === null) return;
  const first = await lockMail(tx, duplicateOf);
  if (first.state === 'confirmed')
    throw refuseConflict('id', `mail ${id} is a copy of mail ${first.id}, which is confirmed: undo that first`);
}

/** Nothing is confirmed in bulk that is not what the reviewer had before them. */
function refuseUnlessReadyAs(
  { id, state, proposal }: StoredMail,
  confirmed: readonly ProposedStatement[],
  shown: readonly ProposedStatement[],
): void {
  if (state !== 'ready')
    throw refuseConflict('id', `mail ${id} is not ready any more: look at it and confirm it by itself`);
  const text = JSON.stringify(shown);
  if (JSON.stringify(proposal.statements) !== text || JSON.stringify(confirmed) !== text)
    throw refuseConflict('id', `mail ${id} proposes something else now: look at it again`);
}

/** A confirmation that was undone left voided invoices, which are taken up again. */
export async function revived(
  db: Queryable,
  { seriesIds }: Pick<StoredMail, 'seriesIds'>,
  statements: readonly InvoiceStatement[],
): Promise<readonly InvoiceStatement[]> {
  const series = await Promise.all(seriesIds.map((one) => newestOfSeries(db, one)));
  const isVoided = ({ provider, invoiceNumber, line }: InvoiceStatement): boolean =>
    series.some(
      (one) =>
        one?.action === 'void' &&
        one.line === line &&
        vendorKey(one.provider) === vendorKey(provider) &&
        one.invoiceNumber !== null &&
        invoiceNumber !== null &&
        numberKey(one.invoiceNumber) === numberKey(invoiceNumber),
    );
  return statements.map((one) => (isVoided(one) ? { ...one, additional: true } : one));
}

async function learn(
  tx: Queryable,
  { proposal, from }: StoredMail,
  confirmed: readonly ProposedStatement[],
  by: { readonly author: string; readonly now: Date },
): Promise<void> {
  const [read] = proposal.read;
  const [statement] = confirmed;
  const key = correctionKey(proposal, from);
  // Of several statements each may have been wrong in its own way: a vendor has one correction.
  if (key === null || read === undefined || statement === undefined) return;
  if (proposal.read.length !== 1 || confirmed.length !== 1) return;
  const known = (await loadCorrections(tx, [key])).get(key);
  await rememberCorrection(tx, key, learnCorrection(read, statement, known), by);
}

/** Nothing of the mail is wanted. Dismissing twice is once; what waited behind it waits itself. */
export async function dismissMail({ transaction }: Deciding, id: string, decision: Decision): Promise<void> {
  await transaction(async (tx) => {
    const mail = await lockMail(tx, id);
    if (mail.state === 'dismissed') return;
    if (mail.state === 'confirmed') throw refuseConflict('id', `mail ${id} was confirmed: undo that first`);
    await tx.query(
      `UPDATE invoice_inbox SET state = 'dismissed', decided_by = $2, decided_at = $3, decision_note = $4
       WHERE id = $1::bigint`,
      [id, decision.author, decision.now, decision.note ?? null],
    );
    await tx.query(
      `UPDATE invoice_inbox SET state = 'new', duplicate_of = NULL
       WHERE duplicate_of = $1::bigint AND NOT is_copy AND state = 'duplicate'`,
      [id],
    );
  });
}

/**
 * Takes a decision back: the entries of a confirmed mail are voided in the same transaction. Undoing twice is once.
 * Throws InvoiceRefusal where one of them was corrected since.
 */
export async function undoMail(
  { pool, invoices, transaction }: Deciding,
  id: string,
  decision: Decision,
): Promise<void> {
  const { state, seriesIds } = await loadMail(pool, id);
  const reset = async (tx: Queryable, from: StoredMail['state']): Promise<void> => {
    const mail = await lockMail(tx, id);
    if (mail.state !== from) throw new AlreadyDone();
    const key = from === 'confirmed' ? correctionKey(mail.proposal, mail.from) : null;
    if (key !== null) await forgetCorrection(tx, key, id);
    await tx.query(
      `UPDATE invoice_inbox SET state = CASE WHEN is_copy THEN 'duplicate' ELSE 'new' END, decided_by = NULL,
         decided_at = NULL, decision_note = NULL WHERE id = $1::bigint`,
      [id],
    );
  };
  if (state === 'dismissed') await orDone(transaction((tx) => reset(tx, state)));
  if (state !== 'confirmed') return;
  const series = await Promise.all(seriesIds.map((one) => newestOfSeries(pool, one)));
  const entries = series.flatMap((one) => (one === undefined || one.action === 'void' ? [] : [uncorrected(one)]));
  await orDone(
    invoices.voidAll(entries, `mail ${id} of the inbox: confirmation undone`, decision.author, async (tx, write) => {
      await reset(tx, state);
      return write();
    }),
  );
}

function uncorrected({ id, action, replaces, createdBy, additional }: Adjustment): string {
  // An entry that took up a voided number again is a correction by its form.
  if (action === 'correction' && !(additional && replaces !== null))
    throw refuseConflict(
      'id',
      `entry ${id} was corrected by ${createdBy} since: void it on the page of the invoices`,
      id,
    );
  return id;
}

async function orDone<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AlreadyDone) return undefined;
    throw error;
  }
}

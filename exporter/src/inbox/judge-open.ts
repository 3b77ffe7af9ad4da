import type { Queryable } from '../database/queryable.ts';
import { checkStatements } from '../imports/check-statements.ts';
import type { InTransaction } from '../invoices/service.ts';
import { confirmedBefore } from './confirmed-before.ts';
import { applyCorrection, correctionKey } from './corrections.ts';
import { loadCorrections } from './correction-store.ts';
import { effectOf } from './effect.ts';
import type { StoredMail } from './inbox-row.ts';
import { compareWaiting, judgeMail, type Verdict } from './judge.ts';
import { openMails, updateVerdict, type MailVerdict } from './mail-store.ts';
import type { Previewing } from './previews.ts';
import type { Proposal } from './proposal.ts';
import { checkSender, type SenderRules } from './sender.ts';

export interface Judging {
  readonly pool: Queryable;
  readonly transaction: InTransaction;
  readonly invoices: Previewing;
  readonly rules: SenderRules;
  readonly now: Date;
  /** The one mail whose entering is tried; every other that would be ready keeps its state. Default: all are tried. */
  readonly only?: string | undefined;
}

/**
 * Judges every mail that waits by what is stored, trusted and remembered now: an invoice that was typed in meanwhile
 * makes its mail a duplicate, and one that was voided makes it wait again.
 */
export async function judgeOpen({ pool, transaction, invoices, rules, now, only }: Judging): Promise<void> {
  const mails = await withCorrections(pool, await openMails(pool));
  const checks = await checkStatements(
    pool,
    {
      statements: mails.flatMap(({ proposal }) => proposal.statements),
      origins: mails.flatMap(({ proposal }) => proposal.origins),
    },
    now,
  );
  const confirmed = await confirmedBefore(pool, mails);
  let place = 0;
  const judged = mails.map(({ id, from, subject, sender, proposal }) => {
    const own = checks.slice(place, (place += proposal.statements.length));
    const verdict = judgeMail({
      from,
      subject,
      sender: checkSender(from, sender.trace, rules),
      proposal,
      checks: own,
      confirmed: confirmed.get(id) ?? [],
    });
    return { id, statements: proposal.statements, verdict };
  });
  const changed: MailVerdict[] = [];
  for (const [index, { id, verdict, duplicateOf, statements }] of compareWaiting(judged).entries()) {
    const mail = mails[index];
    if (mail === undefined) continue;
    if (verdict.state === 'ready' && only !== undefined && id !== only) continue;
    const { state, reasons } = verdict.state === 'ready' ? await entered(invoices, statements, now) : verdict;
    const next: MailVerdict = { id, state, reasons, duplicateOf, proposal: mail.proposal };
    if (isSame(mail, next)) continue;
    changed.push(next);
  }
  // In a transaction, so that the other exporters hear of it.
  if (changed.length > 0)
    await transaction(async (tx) => {
      for (const next of changed) await updateVerdict(tx, next);
    });
}

async function withCorrections(
  db: Queryable,
  mails: readonly StoredMail[],
): Promise<(StoredMail & { readonly before: Proposal })[]> {
  // A correction was learnt from a mail of one statement and says nothing about one of several.
  const keyOf = ({ proposal, from }: StoredMail): string | null =>
    proposal.read.length === 1 ? correctionKey(proposal, from) : null;
  const keys = mails.flatMap((mail) => keyOf(mail) ?? []);
  const corrections = await loadCorrections(db, [...new Set(keys)]);
  return mails.map((mail) => {
    const correction = corrections.get(keyOf(mail) ?? '') ?? {};
    const applied = mail.proposal.read.map((read) => applyCorrection(read, correction));
    const proposal = {
      ...mail.proposal,
      statements: applied.map(({ statement }) => statement),
      corrected: [...new Set(applied.flatMap(({ changed }) => changed))],
    };
    return { ...mail, proposal, before: mail.proposal };
  });
}

/** What entering it would say: ready only where it would be stored without a word. */
async function entered(
  invoices: Previewing,
  statements: Proposal['statements'],
  now: Date,
): Promise<Pick<Verdict, 'state' | 'reasons'>> {
  const { refusal, warnings } = await effectOf(invoices, statements, now);
  const said = [...(refusal === null ? [] : [refusal]), ...warnings.map(({ message }) => message)];
  if (said.length === 0) return { state: 'ready', reasons: [] };
  return {
    state: 'needs_attention',
    reasons: said.map((detail) => ({ code: refusal === null ? 'read_warning' : 'conflict', field: null, detail })),
  };
}

function isSame(mail: StoredMail & { readonly before: Proposal }, next: MailVerdict): boolean {
  const text = (one: Omit<MailVerdict, 'id'>): string =>
    JSON.stringify([one.state, one.reasons, one.duplicateOf, one.proposal.statements, one.proposal.corrected]);
  return text({ ...mail, proposal: mail.before }) === text(next);
}

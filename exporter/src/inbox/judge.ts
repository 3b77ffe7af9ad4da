import type { InboxReason, InboxReasonCode, InboxState, SenderChecks } from '../contract/inbox.ts';
import type { Found, ProposedStatement, ReadDocument, StatementCheck } from '../contract/imports.ts';
import { COSTLESS } from '../imports/document-type.ts';
import { numberKey, vendorKey } from '../invoices/names.ts';
import { parseMicros } from '../money/micros.ts';
import type { Proposal } from './proposal.ts';

export interface JudgedMail {
  readonly from: string | null;
  readonly subject: string | null;
  readonly sender: SenderChecks;
  readonly proposal: Proposal;
  /** Parallel to the proposal's statements: what is stored already, and the rules of a typed invoice. */
  readonly checks: readonly StatementCheck[];
}

export interface Verdict {
  readonly state: Extract<InboxState, 'ready' | 'needs_attention' | 'not_an_invoice' | 'duplicate'>;
  readonly reasons: readonly InboxReason[];
}

const INVOICE_WORDS =
  /\b(?:invoices?|receipts?|bills?|billing statements?|factures?|re[cç]us?|\w*rechnung(?:en)?|zahlungsbelege?|facturas?|fattur[ae])\b/i;
/** Said by a reason of its own. */
const SAID_OTHERWISE = ['lines_do_not_match_total', 'period_missing', 'fields_missing', 'nothing_found'];

/**
 * What a mail is. `ready` only where every figure is sure or nearly, nothing was warned of, nothing of it is stored,
 * and the sender is known and signed: what a person would confirm without opening it. Pure.
 */
export function judgeMail(mail: JudgedMail): Verdict {
  const { proposal, checks } = mail;
  if (proposal.statements.length === 0) return withoutStatements(mail);
  if (checks.length > 0 && checks.every(({ status }) => status === 'duplicate'))
    return {
      state: 'duplicate',
      reasons: checks.map(({ existing }) => reason('stored_already', null, existing?.id ?? null)),
    };
  const reasons = [
    ...figureReasons(proposal),
    ...checkReasons(proposal, checks),
    ...warningReasons(proposal),
    ...senderReasons(mail),
  ];
  return { state: reasons.length === 0 ? 'ready' : 'needs_attention', reasons: distinct(reasons) };
}

function withoutStatements({ proposal, subject }: JudgedMail): Verdict {
  const { refusal, documents, warnings } = proposal;
  if (refusal !== null)
    return {
      state: 'needs_attention',
      reasons: [reason(refusal.code === 'too_large' ? 'too_large' : 'unreadable', null, refusal.message)],
    };
  // Something is attached that may be the invoice.
  const unread = warnings.filter(({ code }) => code.startsWith('attachment'));
  if (unread.length > 0)
    return { state: 'needs_attention', reasons: unread.map(({ message }) => reason('unreadable', null, message)) };
  const costless = documents.flatMap(({ documentType }) => COSTLESS[documentType] ?? []);
  if (costless.length > 0)
    return { state: 'not_an_invoice', reasons: distinct(costless.map((what) => reason('document_is', null, what))) };
  if (documents.some(({ type }) => type !== 'mail'))
    return { state: 'needs_attention', reasons: [reason('field_missing', 'amount', 'amount')] };
  return INVOICE_WORDS.test(subject ?? '')
    ? { state: 'needs_attention', reasons: [reason('behind_link')] }
    : { state: 'not_an_invoice', reasons: [reason('no_amount')] };
}

function figureReasons({ statements, documents, origins, corrected }: Proposal): InboxReason[] {
  return statements.flatMap((statement, index) => {
    const document = documents[origins[index]?.document ?? -1];
    if (document === undefined) return [reason('field_unsure', null, 'document')];
    const isCorrected = (field: string): boolean => corrected.includes(field);
    const of = (field: keyof ProposedStatement, value: string | null, found: Found | null): InboxReason[] => {
      if (value === null) return [reason('field_missing', field, field)];
      // What an administrator corrected before is as sure as what is printed.
      return isCorrected(field) || (found !== null && found.confidence !== 'low')
        ? []
        : [reason('field_unsure', field, field)];
    };
    const total = document.total ?? document.amountDue ?? document.amountPaid;
    return [
      ...of('provider', statement.provider, document.provider),
      ...of('invoiceNumber', statement.invoiceNumber, document.invoiceNumber),
      ...of('billingDate', statement.billingDate, document.billingDate),
      ...of('amount', statement.amount, total),
      ...of('currency', statement.currency, document.currency),
      ...of('periodStart', statement.periodStart, foundAs(statement.periodStart, document, 'periodStart')),
      ...of('periodEnd', statement.periodEnd, foundAs(statement.periodEnd, document, 'periodEnd')),
      ...(document.linesMatchTotal === false ? [reason('lines_do_not_match')] : []),
    ];
  });
}

/** The best place that prints this end of the period: the document, or one of its lines. */
function foundAs(value: string | null, document: ReadDocument, end: 'periodStart' | 'periodEnd'): Found | null {
  const places = [document[end], ...document.lines.map((line) => line[end])].filter((found) => found?.value === value);
  return places.find((found) => found?.confidence !== 'low') ?? places[0] ?? null;
}

function checkReasons({ statements }: Proposal, checks: readonly StatementCheck[]): InboxReason[] {
  return checks.flatMap(({ status, message, problems }, index) => [
    ...(status === 'conflict' || status === 'duplicate' ? [reason('conflict', null, message)] : []),
    ...problems
      .filter(({ field }) => !isMissing(statements[index], field))
      .map(({ field, message: text }) => reason('field_invalid', field, `${field} ${text}`)),
  ]);
}

/** Named by a reason of its own. */
function isMissing(statement: ProposedStatement | undefined, field: string): boolean {
  return statement !== undefined && Object.entries(statement).some(([name, value]) => name === field && value === null);
}

function warningReasons({ warnings }: Proposal): InboxReason[] {
  return warnings
    .filter(({ code }) => !SAID_OTHERWISE.includes(code))
    .map(({ code, message }) => reason(code.startsWith('attachment') ? 'unreadable' : 'read_warning', null, message));
}

function senderReasons({ from, sender }: JudgedMail): InboxReason[] {
  if (sender.trusted === null || sender.signed === null) return [reason('senders_not_set')];
  if (!sender.trusted) return [reason('unknown_sender', null, from ?? 'The sender')];
  return sender.signed ? [] : [reason('unsigned_sender', null, from)];
}

function reason(code: InboxReasonCode, field: string | null = null, detail: string | null = null): InboxReason {
  return { code, field, detail };
}

function distinct(reasons: readonly InboxReason[]): InboxReason[] {
  return [...new Map(reasons.map((one) => [JSON.stringify(one), one])).values()];
}

export interface Waiting {
  readonly id: string;
  readonly statements: readonly ProposedStatement[];
  readonly verdict: Verdict;
}

/**
 * Mails that wait, oldest first, against each other: the same invoice once more is a duplicate of the first that is
 * ready, and one number with two figures is a question. Pure.
 */
export function compareWaiting(waiting: readonly Waiting[]): (Waiting & { readonly duplicateOf: string | null })[] {
  const ready = new Map<string, string>();
  const byNumber = Map.groupBy(
    waiting.flatMap((mail) => mail.statements.flatMap((one) => numberOf(one).map((number) => ({ number, mail })))),
    ({ number }) => number,
  );
  return waiting.map((mail) => {
    if (mail.statements.length === 0) return { ...mail, duplicateOf: null };
    const figures = figuresOf(mail.statements);
    const first = figures === undefined ? undefined : ready.get(figures);
    if (first !== undefined)
      return {
        ...mail,
        duplicateOf: first,
        verdict: { state: 'duplicate', reasons: [reason('same_invoice', null, first)] },
      };
    const others = mail.statements
      .flatMap(numberOf)
      .flatMap((number) => byNumber.get(number) ?? [])
      .filter(({ mail: other }) => other.id !== mail.id && figuresOf(other.statements) !== figures)
      .map(({ mail: other }) => reason('other_figures', 'invoiceNumber', other.id));
    if (others.length > 0 && mail.verdict.state !== 'duplicate')
      return {
        ...mail,
        duplicateOf: null,
        verdict: { state: 'needs_attention', reasons: distinct([...mail.verdict.reasons, ...others]) },
      };
    if (mail.verdict.state === 'ready' && figures !== undefined) ready.set(figures, mail.id);
    return { ...mail, duplicateOf: null };
  });
}

function numberOf({ provider, invoiceNumber }: ProposedStatement): string[] {
  return provider === null || invoiceNumber === null ? [] : [`${vendorKey(provider)} ${numberKey(invoiceNumber)}`];
}

/** Equal for two readings of one invoice; undefined where it has no number. */
function figuresOf(statements: readonly ProposedStatement[]): string | undefined {
  const keys = statements.map((one) => {
    const [number] = numberOf(one);
    if (number === undefined || one.amount === null) return undefined;
    return [number, parseMicros(one.amount), one.currency, one.periodStart, one.periodEnd].join(' ');
  });
  return keys.includes(undefined) ? undefined : keys.sort().join('\n');
}

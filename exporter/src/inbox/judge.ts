import type { InboxReason, InboxReasonCode, InboxState, SenderChecks } from '../contract/inbox.ts';
import type { Found, ProposedStatement, ReadDocument, StatementCheck } from '../contract/imports.ts';
import { COSTLESS } from '../imports/document-type.ts';
import { numberKey, vendorKey } from '../invoices/names.ts';
import { daysBetween } from '../money/days.ts';
import { parseMicros } from '../money/micros.ts';
import type { Proposal } from './proposal.ts';

export interface JudgedMail {
  readonly from: string | null;
  readonly subject: string | null;
  readonly sender: SenderChecks;
  readonly proposal: Proposal;
  /** Parallel to the proposal's statements: what is stored already, and the rules of a typed invoice. */
  readonly checks: readonly StatementCheck[];
  /** Mails that were confirmed already with what was read here. */
  readonly confirmed?: readonly InboxReason[];
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
    ...(mail.confirmed ?? []),
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

function figureReasons({ statements, read, documents, origins, corrected }: Proposal): InboxReason[] {
  return statements.flatMap((statement, index) => {
    const document = documents[origins[index]?.document ?? -1];
    if (document === undefined) return [reason('field_unsure', null, 'document')];
    const isCorrected = (field: string): boolean => corrected.includes(field);
    const was = read[index];
    const of = (field: CheckedField, value: string | null, found: Found | null): InboxReason[] => {
      if (value === null) return [reason('field_missing', field, field)];
      const isSure = found !== null && found.confidence !== 'low';
      if (!isCorrected(field)) return isSure ? [] : [reason('field_unsure', field, field)];
      // What an administrator corrected before fills in what is unclear; against what is printed clearly it is a question.
      return isSure && was !== undefined ? overruled(field, was[field], value) : [];
    };
    const total = document.total ?? document.amountDue ?? document.amountPaid;
    return [
      ...of('provider', statement.provider, document.provider),
      ...of('invoiceNumber', statement.invoiceNumber, document.invoiceNumber),
      ...of('billingDate', statement.billingDate, document.billingDate),
      ...of('amount', statement.amount, total),
      ...of('currency', statement.currency, document.currency),
      ...of('periodStart', statement.periodStart, foundAs(was?.periodStart ?? null, document, 'periodStart')),
      ...of('periodEnd', statement.periodEnd, foundAs(was?.periodEnd ?? null, document, 'periodEnd')),
      ...(was !== undefined && isCorrected('component')
        ? overruled('component', was.component, statement.component ?? 'none')
        : []),
      ...implausible(statement),
      ...(document.linesMatchTotal === false ? [reason('lines_do_not_match')] : []),
    ];
  });
}

type CheckedField = 'provider' | 'invoiceNumber' | 'billingDate' | 'amount' | 'currency' | 'periodStart' | 'periodEnd';

function overruled(field: string, read: string | null, corrected: string): InboxReason[] {
  if (read === null) return [];
  const text = `${field} was read as ${read}; the last correction of this vendor makes it ${corrected}.`;
  return [reason('read_warning', field, text)];
}

const DAYS_OF_A_YEAR = 366;

/** What may be right, and is more often read wrongly. */
function implausible({ amount, billingDate, periodStart, periodEnd }: ProposedStatement): InboxReason[] {
  const isNothing = amount !== null && parseMicros(amount) === 0n;
  const isFar =
    billingDate !== null &&
    ((periodStart !== null && daysBetween(billingDate, periodStart) > DAYS_OF_A_YEAR) ||
      (periodEnd !== null && daysBetween(periodEnd, billingDate) > DAYS_OF_A_YEAR));
  return [
    ...(isNothing ? [reason('read_warning', 'amount', 'The total is 0.')] : []),
    ...(isFar
      ? [reason('read_warning', 'periodStart', 'The period is more than 12 months away from the billing date.')]
      : []),
  ];
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
    // One that is stored already is compared with the entry.
    waiting
      .filter(({ verdict }) => verdict.state !== 'duplicate')
      .flatMap((mail) => mail.statements.flatMap((one) => numberOf(one).map((number) => ({ number, mail })))),
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
export function figuresOf(statements: readonly ProposedStatement[]): string | undefined {
  const keys = statements.map((one) => {
    const [number] = numberOf(one);
    if (number === undefined || one.amount === null) return undefined;
    return [number, parseMicros(one.amount), one.currency, one.periodStart, one.periodEnd].join(' ');
  });
  return keys.includes(undefined) ? undefined : keys.sort().join('\n');
}

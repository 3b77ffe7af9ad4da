/**
 * Mails that may hold an invoice, waiting for a click. Shared by exporter and plugin; free of dependencies. Nothing of
 * a mail counts in any figure before it is confirmed.
 */
import type { BillingPreviewRow } from './billing.ts';
import type { ProposedStatement, ReadDocument } from './imports.ts';

export const INBOX_SOURCES = ['imap', 'webhook'] as const;
export type InboxSource = (typeof INBOX_SOURCES)[number];

/**
 * `new`: stored, not judged yet. `ready`: confirming it as it is needs no look at the document. `needs_attention`: see
 * `reasons`. `not_an_invoice`, `duplicate`: proposes nothing. `confirmed`, `dismissed`: decided by a person.
 */
export const INBOX_STATES = [
  'new',
  'ready',
  'needs_attention',
  'not_an_invoice',
  'duplicate',
  'confirmed',
  'dismissed',
] as const;
export type InboxState = (typeof INBOX_STATES)[number];

/** Waiting for a person. */
export const OPEN_STATES = ['new', 'ready', 'needs_attention'] as const satisfies readonly InboxState[];

/** Why a mail has its state, as an English sentence; `{detail}` is what the reason names. */
export const INBOX_REASONS = {
  senders_not_set: 'No sender is trusted yet: set INBOX_TRUSTED_SENDERS and INBOX_AUTHSERV_ID.',
  unknown_sender: '{detail} is not one of the trusted senders.',
  unsigned_sender: 'Your mail server did not confirm that the mail is from {detail}.',
  field_missing: 'Not found: {detail}.',
  field_unsure: 'Read with doubt: {detail}.',
  lines_do_not_match: 'The lines do not add up to the total.',
  read_warning: '{detail}',
  field_invalid: '{detail}',
  conflict: '{detail}',
  too_large: 'The mail is too large to be read: {detail}.',
  unreadable: '{detail}',
  behind_link: 'The invoice is not in the mail, only a link to it: download it and import the file.',
  document_is: 'It is no cost: {detail}.',
  no_amount: 'No amount was found in it.',
  same_mail: 'The same mail is stored already as {detail}.',
  same_invoice: 'The same invoice waits or was confirmed already in mail {detail}.',
  other_figures: 'Mail {detail} has the same invoice number with other figures.',
  stored_already: 'The invoice is stored already as entry {detail}.',
} as const;
export type InboxReasonCode = keyof typeof INBOX_REASONS;

export interface InboxReason {
  readonly code: InboxReasonCode;
  /** The field of the statement that is meant, such as `periodStart`; null where it is the whole mail. */
  readonly field: string | null;
  /** A name, an id, a size, or for some codes the whole sentence. */
  readonly detail: string | null;
}

/** The reason as an English sentence. */
export function inboxReasonText({ code, detail }: Pick<InboxReason, 'code' | 'detail'>): string {
  return INBOX_REASONS[code].replace('{detail}', () => detail ?? '');
}

/** What is known about who sent it. */
export interface SenderChecks {
  /** Of the address in From: among INBOX_TRUSTED_SENDERS. Null where that is not set. */
  readonly trusted: boolean | null;
  /** The server named by INBOX_AUTHSERV_ID confirmed the domain of From. Null where that is not set. */
  readonly signed: boolean | null;
  /** What confirmed it, such as `dkim=pass header.d=stripe.com`. */
  readonly evidence: string | null;
}

export interface InboxRow {
  readonly id: string;
  readonly source: InboxSource;
  readonly state: InboxState;
  readonly reasons: readonly InboxReason[];
  /** ISO times. */
  readonly receivedAt: string;
  readonly storedAt: string;
  readonly from: string | null;
  readonly subject: string | null;
  readonly sender: SenderChecks;
  /** What confirm enters: with the vendor's remembered corrections. */
  readonly statements: readonly ProposedStatement[];
  /** Each value with where it was found and how sure that is. */
  readonly documents: readonly ReadDocument[];
  /** Fields of the statements that a remembered correction changed. */
  readonly corrected: readonly string[];
  /** The mail that came first. */
  readonly duplicateOf: string | null;
  /** The mail itself is stored and can be opened. */
  readonly hasDocument: boolean;
  /** The series of the entries that confirming it made. */
  readonly seriesIds: readonly string[];
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly note: string | null;
}

/** What confirming a mail as it is would change; null where it would be refused or the mail does not wait. */
export interface InboxEffect {
  readonly months: readonly BillingPreviewRow[] | null;
  /** Why it would be refused. */
  readonly refusal: string | null;
}

export type InboxCounts = Readonly<Record<InboxState, number>>;

export const PERIOD_RULES = ['billing_month', 'month_before', 'end_inclusive', 'month_from_billing_date'] as const;
export type PeriodRule = (typeof PERIOD_RULES)[number];

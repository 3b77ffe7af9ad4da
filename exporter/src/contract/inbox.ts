/**
 * Mails that may hold an invoice, waiting for a click. Shared by exporter and plugin; free of dependencies. Nothing of
 * a mail counts in any figure before it is confirmed.
 */
import type { ApiWarning } from './answers.ts';
import type { BillingAdjustmentRow, BillingPreviewRow } from './billing.ts';
import type { ProposedStatement, ReadDocument } from './imports.ts';

/** Paths below `/api/v1`. */
export const INBOX_PATHS = {
  /** GET `?state=&limit=&cursor=` → InboxAnswer. */
  list: '/admin/inbox',
  /** GET → InboxCountAnswer; for viewers too, since it names nothing. */
  count: '/inbox/count',
  /** POST `{statements?, note?}` → 201 InboxConfirmAnswer. */
  confirm: '/admin/inbox/{id}/confirm',
  /** POST `{ids}` → 200 InboxConfirmManyAnswer. */
  confirmMany: '/admin/inbox/confirm',
  /** POST `{reason}` → 200 InboxRowAnswer. */
  dismiss: '/admin/inbox/{id}/dismiss',
  /** POST → 200 InboxRowAnswer. */
  undo: '/admin/inbox/{id}/undo',
  /** GET → the mail, as an attachment. */
  document: '/admin/inbox/{id}/document',
} as const;

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

export interface InboxEntry extends InboxRow {
  /** Null where the mail is decided or proposes nothing. */
  readonly effect: InboxEffect | null;
}

export interface InboxAnswer {
  /** Newest first. */
  readonly data: readonly InboxEntry[];
  readonly nextCursor: string | null;
  /** By which ways mails come. */
  readonly sources: readonly InboxSource[];
}

export interface InboxCountAnswer {
  readonly data: InboxCounts;
}

export interface InboxRowAnswer {
  readonly data: InboxRow;
}

export interface InboxConfirmAnswer {
  readonly data: InboxRow;
  /** What was entered now; empty where the mail was confirmed before. */
  readonly entries: readonly BillingAdjustmentRow[];
  readonly warnings: readonly ApiWarning[];
}

export interface InboxConfirmOutcome {
  readonly id: string;
  readonly outcome: 'confirmed' | 'refused';
  /** Why it was refused. */
  readonly message: string | null;
}

export interface InboxConfirmManyAnswer {
  /** One for each id. */
  readonly data: readonly InboxConfirmOutcome[];
}

export type InboxCounts = Readonly<Record<InboxState, number>>;

export const PERIOD_RULES = ['billing_month', 'month_before', 'end_inclusive', 'month_from_billing_date'] as const;
export type PeriodRule = (typeof PERIOD_RULES)[number];

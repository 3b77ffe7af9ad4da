/**
 * What an uploaded invoice, receipt, mail or CSV is previewed as. Shared with the billing page, so free of
 * dependencies.
 * No figure of it is stored: `statements` is what `…/import/confirm` takes, edited or as it is. The file itself is
 * stored encrypted, and deleted after a day unless it is confirmed.
 */

export type Confidence = 'high' | 'medium' | 'low';

/** A value that was read, the text it stands in, and how sure the reader is. */
export interface Found {
  readonly value: string;
  /** Page and row of the document, quoted. Never holds a link. */
  readonly found: string;
  readonly confidence: Confidence;
}

export interface ReadLine {
  readonly description: string;
  /** As printed. */
  readonly quantity: string | null;
  /** Decimal string, negative for a credit. */
  readonly amount: Found;
  readonly periodStart: Found | null;
  /** Exclusive. */
  readonly periodEnd: Found | null;
  /** A discount (or charge) on the whole invoice, not one line: shared among the periods by what they cost. */
  readonly discount: boolean;
}

/**
 * What a document is. Of a quote, an estimate, a pro forma, a draft, a voided invoice, a refund, a statement of account,
 * a reminder, a failed payment, an upcoming invoice and an order no cost is proposed. `mail`: the text of a mail.
 */
export const DOCUMENT_TYPES = [
  'invoice',
  'receipt',
  'credit_note',
  'mail',
  'quote',
  'estimate',
  'pro_forma',
  'draft',
  'void',
  'refund',
  'statement',
  'reminder',
  'failed_payment',
  'upcoming',
  'order',
] as const;
export type DocumentType = (typeof DOCUMENT_TYPES)[number];

/** One document of the upload; invoice and receipt of one payment are one. What was not found is null. */
export interface ReadDocument {
  /** How it was read: as which of the four kinds of document with amounts. */
  readonly type: 'invoice' | 'receipt' | 'credit_note' | 'mail';
  /** What it is. */
  readonly documentType: DocumentType;
  /** Where it was: the file, an attachment by name, the mail's text. Several after a merge. */
  readonly parts: readonly string[];
  readonly vendor: Found | null;
  readonly provider: Found | null;
  readonly invoiceNumber: Found | null;
  readonly receiptNumber: Found | null;
  readonly billingDate: Found | null;
  readonly currency: Found | null;
  readonly periodStart: Found | null;
  /** Exclusive. */
  readonly periodEnd: Found | null;
  readonly subtotal: Found | null;
  readonly tax: Found | null;
  readonly total: Found | null;
  readonly amountDue: Found | null;
  readonly amountPaid: Found | null;
  readonly lines: readonly ReadLine[];
  /** Whether lines, discount and tax add up to the total; null where there is nothing to compare. */
  readonly linesMatchTotal: boolean | null;
}

/**
 * A statement as confirm takes it: the fields of a typed invoice and the line of the document it stands for. Null:
 * not found.
 */
export interface ProposedStatement {
  readonly provider: string | null;
  readonly component: string | null;
  readonly invoiceNumber: string | null;
  /** 0, 1, … share one invoice number, each with its own period. */
  readonly line: number;
  readonly billingDate: string | null;
  readonly periodStart: string | null;
  readonly periodEnd: string | null;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly fxRate: string | null;
  readonly taxAmount: string | null;
  readonly notes: string | null;
  readonly kind: 'invoice' | 'credit';
  readonly additional: boolean;
}

/** The row already stored that a statement meets. */
export interface ExistingInvoice {
  readonly id: string;
  readonly invoiceNumber: string | null;
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly amount: string;
  readonly currency: string;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly voided: boolean;
}

/** What the database and the rules of a typed invoice say about the statement at the same index. */
export interface StatementCheck {
  /** `duplicate`: stored already, the same. `conflict`: meets another stored figure. `invalid`: see `problems`. */
  readonly status: 'new' | 'duplicate' | 'conflict' | 'invalid';
  readonly message: string | null;
  readonly problems: readonly { readonly field: string; readonly message: string }[];
  readonly existing: ExistingInvoice | null;
  /** Index in `documents`; null for CSV. */
  readonly document: number | null;
  /** Line of the CSV file; null for documents. */
  readonly row: number | null;
}

export interface ImportWarning {
  readonly code: string;
  readonly message: string;
}

export interface RowError {
  /** Line of the file, from 1. */
  readonly row: number;
  readonly field: string;
  readonly message: string;
}

export type ImportKind = 'pdf' | 'mail' | 'csv' | 'xml';

/** What the reader alone can say, without the database. */
export interface ReadUpload {
  readonly kind: ImportKind;
  readonly documents: readonly ReadDocument[];
  readonly statements: readonly ProposedStatement[];
  /** Parallel to `statements`. */
  readonly origins: readonly { readonly document: number | null; readonly row: number | null }[];
  readonly rowErrors: readonly RowError[];
  readonly warnings: readonly ImportWarning[];
}

export interface ImportPreview extends Omit<ReadUpload, 'origins'> {
  readonly fileName: string | null;
  /** The stored file, to be sent to confirm; null where it is not stored. */
  readonly documentId: string | null;
  /** Parallel to `statements`. */
  readonly checks: readonly StatementCheck[];
}

/**
 * The invoices of the REST API: what is sent, what is answered. Shared by exporter and plugin; free of dependencies.
 * Amounts are decimal strings in the invoice's own currency; fields ending in `Usd` are in USD; `periodEnd` is
 * exclusive.
 */
import type { CostSource, InvoiceField } from './providers.ts';
import type { ApiWarning } from './answers.ts';

export const INVOICE_KINDS = ['invoice', 'credit'] as const;
export const ADJUSTMENT_ACTIONS = ['entry', 'correction', 'void'] as const;
export const INVOICE_ORIGINS = ['form', 'api', 'import'] as const;

/** Paths below `/api/v1`. */
export const BILLING_PATHS = {
  /** POST BillingFormEntry or BillingInvoiceEntry → 201 BillingEntryAnswer. */
  entry: '/admin/billing-adjustment',
  /** POST the same → 200 BillingPreviewAnswer; nothing is stored. */
  preview: '/admin/billing-adjustment/preview',
  /** GET → BillingAdjustmentsAnswer. */
  history: '/admin/billing-adjustments',
  /** POST BillingCorrection → 201 BillingEntryAnswer. */
  correction: '/admin/billing-adjustments/{id}/correction',
  /** POST BillingCorrection → 200 BillingPreviewAnswer; nothing is stored. */
  correctionPreview: '/admin/billing-adjustments/{id}/correction/preview',
  /** POST BillingVoid → 201 BillingEntryAnswer. */
  void: '/admin/billing-adjustments/{id}/void',
  /** GET → the uploaded file that the entry was confirmed from, as an attachment. */
  document: '/admin/billing-adjustments/{id}/document',
  /** POST a file (or JSON `{fileName, contentBase64}`) → 200 ImportPreview of `imports.ts`; books nothing. */
  import: '/admin/billing-adjustments/import',
  /** POST `{statements, documentId}` of an ImportPreview, edited or not → 201 BillingEntryAnswer. */
  importConfirm: '/admin/billing-adjustments/import/confirm',
} as const;

/**
 * One month of the providers without a billing API (`supabaseUsd`, `weaviateUsd`): one row is stored for each amount.
 */
export interface BillingFormEntry extends Readonly<Partial<Record<InvoiceField, string>>> {
  readonly billingDate: string;
  /** `2026-03`: the month that is billed; without it that of the billing date. */
  readonly month?: string;
  readonly notes?: string;
  /** Adds to what is stored for the period instead of conflicting with it. */
  readonly additional?: boolean;
}

export interface BillingInvoiceEntry {
  readonly provider: string;
  readonly component?: string;
  readonly invoiceNumber?: string;
  readonly billingDate?: string;
  /** Without a period: the calendar month of the billing date. */
  readonly periodStart?: string;
  readonly periodEnd?: string;
  readonly amount: string;
  /** USD when left out. */
  readonly currency?: string;
  /** USD for one unit of the currency. */
  readonly fxRate?: string;
  readonly taxAmount?: string;
  readonly notes?: string;
  readonly kind?: (typeof INVOICE_KINDS)[number];
  readonly additional?: boolean;
}

/** Only what changes; null takes a value away. */
export interface BillingCorrection {
  readonly billingDate?: string;
  readonly periodStart?: string;
  readonly periodEnd?: string;
  readonly amount?: string;
  readonly currency?: string;
  readonly fxRate?: string | null;
  readonly taxAmount?: string | null;
  readonly invoiceNumber?: string | null;
  readonly notes?: string | null;
}

export interface BillingVoid {
  readonly reason: string;
}

/** One stored version. All versions of one invoice share `seriesId`, the id of the first. */
export interface BillingAdjustmentRow {
  readonly id: string;
  readonly seriesId: string;
  readonly version: number;
  readonly action: (typeof ADJUSTMENT_ACTIONS)[number];
  /** The id of the version before. */
  readonly replaces: string | null;
  /** The newest version of an invoice that is not voided: the one that counts, and that can be corrected or voided. */
  readonly current: boolean;
  /** The whole invoice was taken out of the books (true on all of its versions). */
  readonly voided: boolean;
  readonly provider: string;
  readonly component: string;
  readonly kind: (typeof INVOICE_KINDS)[number];
  readonly invoiceNumber: string | null;
  /** Line of an invoice with a period per line, from 1; 0 where there is one amount. */
  readonly line: number;
  readonly billingDate: string;
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly amount: string;
  readonly currency: string;
  readonly fxRate: string | null;
  /** Null without a rate: outside all USD totals. */
  readonly amountUsd: string | null;
  readonly taxAmount: string | null;
  readonly notes: string | null;
  readonly reason: string | null;
  readonly additional: boolean;
  readonly origin: (typeof INVOICE_ORIGINS)[number];
  /** The uploaded file is stored and can be opened by an administrator. */
  readonly hasDocument: boolean;
  /** Null for viewers, like `notes` and `reason`: they see the money, not the people. */
  readonly createdBy: string | null;
  readonly createdAt: string;
}

export interface BillingEntryAnswer {
  /** The rows that were stored now. */
  readonly data: readonly BillingAdjustmentRow[];
  readonly warnings: readonly ApiWarning[];
}

export interface BillingAdjustmentsAnswer {
  /** Newest first. */
  readonly data: readonly BillingAdjustmentRow[];
  readonly nextCursor: string | null;
}

/** What an entry does to one month of one provider, and to the whole month. */
export interface BillingPreviewRow {
  readonly month: string;
  readonly provider: string;
  readonly beforeUsd: string | null;
  readonly afterUsd: string | null;
  readonly totalBeforeUsd: string | null;
  readonly totalAfterUsd: string | null;
}

export interface BillingPreviewAnswer {
  readonly data: readonly BillingPreviewRow[];
  readonly warnings: readonly ApiWarning[];
}

/** What each source says about one provider's month, side by side. */
export interface ReconciliationRow {
  readonly provider: string;
  readonly month: string;
  /** What counts in every total. */
  readonly countedUsd: string | null;
  /** Where `countedUsd` comes from; `mixed` where days or components have different sources. */
  readonly source: CostSource | 'mixed' | null;
  readonly invoiceUsd: string | null;
  readonly providerInvoiceUsd: string | null;
  readonly usageUsd: string | null;
  /** Days of the month with usage figures. */
  readonly usageDays: number;
  readonly daysInMonth: number;
  readonly fixedUsd: string | null;
  readonly estimateUsd: string | null;
  /**
   * The best source minus the next best known one (invoice, the provider's invoice, its usage); null where only one
   * is known.
   */
  readonly driftUsd: string | null;
  /** `driftUsd` over the best source's figure. */
  readonly driftRatio: number | null;
  /** More than 1 % apart. */
  readonly drifts: boolean;
}

/** A stretch of days, at most a month, for which a provider that is known only by invoice has none. */
export interface MissingInvoiceRow {
  readonly provider: string;
  /** The month of `from`. */
  readonly month: string;
  readonly from: string;
  /** Exclusive: 9 July to 9 August is one billing period. */
  readonly to: string;
}

export interface MissingInvoiceWithMail extends MissingInvoiceRow {
  /** The id of a mail in the inbox that proposes an invoice for these days; null where none waits. */
  readonly waitingMail: string | null;
}

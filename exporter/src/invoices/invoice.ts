import type { ADJUSTMENT_ACTIONS, INVOICE_KINDS, INVOICE_ORIGINS } from '../contract/billing.ts';

export type InvoiceKind = (typeof INVOICE_KINDS)[number];
export type InvoiceOrigin = (typeof INVOICE_ORIGINS)[number];

/** What a new version states; the rest is given by the store. Amounts are decimal strings. */
export interface InvoiceStatement {
  readonly kind: InvoiceKind;
  readonly provider: string;
  readonly component: string;
  readonly invoiceNumber: string | null;
  readonly line: number;
  readonly billingDate: string;
  readonly periodStart: string;
  /** Exclusive. */
  readonly periodEnd: string;
  readonly amount: string;
  readonly currency: string;
  readonly fxRate: string | null;
  /** Reclaimable tax beside the amount; never cost. */
  readonly taxAmount: string | null;
  readonly notes: string | null;
  readonly additional: boolean;
}

/** One stored version of an invoice or credit (`manual_billing_adjustments`). */
export interface Adjustment extends InvoiceStatement {
  readonly id: string;
  readonly seriesId: string;
  readonly version: number;
  readonly action: (typeof ADJUSTMENT_ACTIONS)[number];
  readonly replaces: string | null;
  /** NULL where there is no rate: the amount is then outside all USD totals. */
  readonly amountUsd: string | null;
  readonly reason: string | null;
  readonly origin: InvoiceOrigin;
  /** Invented, by DEMO. */
  readonly demo: boolean;
  readonly createdBy: string;
  /** ISO time. */
  readonly createdAt: string;
}

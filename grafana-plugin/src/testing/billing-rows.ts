import type { BillingAdjustmentRow } from '../../../exporter/src/contract/billing.ts';

/** One stored invoice; a test overrides the fields that matter to it. */
export function storedInvoice(changes: Partial<BillingAdjustmentRow> = {}): BillingAdjustmentRow {
  return {
    id: '11',
    seriesId: '11',
    version: 1,
    action: 'entry',
    replaces: null,
    current: true,
    voided: false,
    provider: 'hetzner',
    component: 'all',
    kind: 'invoice',
    invoiceNumber: 'R-100',
    line: 0,
    billingDate: '2026-03-31',
    periodStart: '2026-03-01',
    periodEnd: '2026-04-01',
    amount: '25.000000',
    currency: 'USD',
    fxRate: '1',
    amountUsd: '25.000000',
    taxAmount: null,
    notes: null,
    reason: null,
    additional: false,
    origin: 'form',
    hasDocument: false,
    createdBy: 'ada',
    createdAt: '2026-04-02T08:00:00.000Z',
    ...changes,
  };
}

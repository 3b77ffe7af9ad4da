import type { ImportPreview, ProposedStatement, StatementCheck } from '../../../exporter/src/contract/imports.ts';
import { addDays, isDay } from './days.ts';
import { entryOfInvoice, type InvoiceDraft } from './invoice-draft.ts';

/** One proposed statement under review: what was read, as it is edited. */
export interface Review {
  readonly proposed: ProposedStatement;
  readonly check: StatementCheck;
  readonly draft: InvoiceDraft;
  readonly chosen: boolean;
}

/** What was not found stays empty: the person fills it in. */
export function draftOfProposed(proposed: ProposedStatement): InvoiceDraft {
  const { periodEnd } = proposed;
  return {
    provider: proposed.provider ?? '',
    kind: proposed.kind,
    invoiceNumber: proposed.invoiceNumber ?? '',
    billingDate: proposed.billingDate ?? '',
    firstDay: proposed.periodStart ?? '',
    lastDay: periodEnd !== null && isDay(periodEnd) ? addDays(periodEnd, -1) : '',
    amount: (proposed.amount ?? '').replace(/^-/, proposed.kind === 'credit' ? '' : '-'),
    currency: proposed.currency ?? '',
    fxRate: proposed.fxRate ?? '',
    tax: proposed.taxAmount ?? '',
    notes: proposed.notes ?? '',
    additional: proposed.additional,
  };
}

/** Statements that are stored already are left out unless somebody asks for them. */
export function reviewsOf(preview: ImportPreview): Review[] {
  return preview.statements.flatMap((proposed, index) => {
    const check = preview.checks[index];
    return check === undefined
      ? []
      : [{ proposed, check, draft: draftOfProposed(proposed), chosen: check.status !== 'duplicate' }];
  });
}

/** What confirm takes; `undefined` while a box is empty that must not be, or cannot be read. */
export function statementOfReview({ proposed, draft }: Review): ProposedStatement | undefined {
  const entry = entryOfInvoice(draft);
  if (entry === undefined) return undefined;
  return {
    provider: entry.provider,
    component: proposed.component,
    invoiceNumber: entry.invoiceNumber ?? null,
    line: proposed.line,
    billingDate: entry.billingDate ?? null,
    periodStart: entry.periodStart ?? null,
    periodEnd: entry.periodEnd ?? null,
    amount: entry.amount,
    currency: entry.currency ?? null,
    fxRate: entry.fxRate ?? null,
    taxAmount: entry.taxAmount ?? null,
    notes: entry.notes ?? null,
    kind: entry.kind ?? 'invoice',
    additional: entry.additional ?? false,
  };
}

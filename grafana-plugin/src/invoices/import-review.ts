import type { ImportPreview, ProposedStatement, StatementCheck } from '../../../exporter/src/contract/imports.ts';
import { addDays, isDay } from '../shared/days.ts';
import type { RequestProblem } from '../shared/problem.ts';
import { entryOfInvoice, type InvoiceDraft } from './invoice-draft.ts';

/** One proposed statement under review: what was read, as it is edited. */
export interface Review {
  readonly proposed: ProposedStatement;
  readonly check: StatementCheck;
  readonly draft: InvoiceDraft;
  readonly chosen: boolean;
}

/** A value that was not found is empty, for the user to fill in. */
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

/** Statements that are already stored are not selected by default. */
export function reviewsOf(preview: ImportPreview): Review[] {
  return preview.statements.flatMap((proposed, index) => {
    const check = preview.checks[index];
    return check === undefined
      ? []
      : [{ proposed, check, draft: draftOfProposed(proposed), chosen: check.status !== 'duplicate' }];
  });
}

/** The body of the confirm request; `undefined` while a required field is empty or a value is invalid. */
export function statementOfReview({
  proposed,
  draft,
}: Pick<Review, 'proposed' | 'draft'>): ProposedStatement | undefined {
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

const STATEMENTS = 'statements.';

/** What a refusal says about the sent statement at `index`: it names `statements.<index>.<field>`. */
export function problemOfStatement(problem: RequestProblem | undefined, index: number): RequestProblem | undefined {
  const prefix = `${STATEMENTS}${index}.`;
  return (
    problem && {
      ...problem,
      fields: problem.fields.flatMap(({ field, message }) =>
        field.startsWith(prefix) ? [{ field: field.slice(prefix.length), message }] : [],
      ),
    }
  );
}

/** The fields of a refusal that the statements show themselves. */
export const fieldsOfStatements = (problem: RequestProblem | undefined): readonly string[] =>
  (problem?.fields ?? []).map(({ field }) => field).filter((field) => field.startsWith(STATEMENTS));

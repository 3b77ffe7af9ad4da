import type { ExistingInvoice, ProposedStatement, ReadUpload, StatementCheck } from '../contract/imports.ts';
import { findStored } from './find-stored.ts';
import { loadStoredClaims } from '../invoices/conflicts.ts';
import type { Adjustment, InvoiceStatement } from '../invoices/invoice.ts';
import { dayOf } from '../money/days.ts';
import type { Queryable } from '../database/queryable.ts';
import { fieldErrors } from '../process/field-errors.ts';
import { confirmStatement, problemsOf, statementOf } from './confirm-statements.ts';

/** Each proposed statement against the rules of a typed invoice and against what is stored. */
export async function checkStatements(
  db: Queryable,
  { statements, origins }: Pick<ReadUpload, 'statements' | 'origins'>,
  now: Date,
): Promise<StatementCheck[]> {
  const judged = statements.map((proposed) => judge(proposed, now));
  const stored = await loadStoredClaims(
    db,
    judged.flatMap(({ statement }) => (statement === undefined ? [] : [statement])),
  );
  return judged.map(({ statement, problems }, index) => {
    const origin = origins[index] ?? { document: null, row: null };
    const match = statement === undefined ? undefined : findStored(statement, stored);
    const found = {
      status: match?.status ?? 'new',
      message: match?.message ?? null,
      existing: match === undefined ? null : existingOf(match.stored),
    } as const;
    // A duplicate is a duplicate, whatever else is wrong with it.
    if (problems.length > 0 && match === undefined) return { ...found, status: 'invalid', problems, ...origin };
    return { ...found, problems, ...origin };
  });
}

function judge(
  proposed: ProposedStatement,
  now: Date,
): { statement: InvoiceStatement | undefined; problems: StatementCheck['problems'] } {
  const parsed = confirmStatement.safeParse(proposed);
  if (!parsed.success) return { statement: undefined, problems: fieldErrors(parsed.error, 'statement') };
  const problems = problemsOf(parsed.data, now);
  return { statement: statementOf(parsed.data, dayOf(now)), problems };
}

function existingOf({
  id,
  invoiceNumber,
  periodStart,
  periodEnd,
  amount,
  currency,
  createdBy,
  createdAt,
  action,
}: Adjustment): ExistingInvoice {
  return {
    id,
    invoiceNumber,
    periodStart,
    periodEnd,
    amount,
    currency,
    createdBy,
    createdAt,
    voided: action === 'void',
  };
}

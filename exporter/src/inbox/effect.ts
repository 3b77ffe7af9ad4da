import type { ApiWarning } from '../contract/datasets.ts';
import type { ProposedStatement } from '../contract/imports.ts';
import type { InboxEffect } from '../contract/inbox.ts';
import { confirmStatement, prepareStatements } from '../imports/confirm-statements.ts';
import type { InvoiceStatement } from '../invoices/invoice.ts';
import { InvoiceRefusal, refuseInvalid } from '../invoices/refusal.ts';
import { fieldErrors } from '../process/field-errors.ts';
import type { Previewing } from './previews.ts';

/** What confirming these statements, as `adapt` enters them, would change, or why it would be refused; stores nothing. */
export async function effectOf(
  invoices: Previewing,
  statements: readonly ProposedStatement[],
  now: Date,
  adapt: (entered: readonly InvoiceStatement[]) => Promise<readonly InvoiceStatement[]> = async (entered) => entered,
): Promise<InboxEffect & { readonly warnings: readonly ApiWarning[] }> {
  try {
    const { rows, warnings } = await invoices.previewStatements(await adapt(statementsToEnter(statements, now)));
    return { months: rows, refusal: null, warnings };
  } catch (error) {
    if (!(error instanceof InvoiceRefusal)) throw error;
    return { months: null, refusal: refusalText(error), warnings: [] };
  }
}

/** The statements as they are entered, by the rules of an uploaded document. Throws InvoiceRefusal. */
export function statementsToEnter(proposed: readonly ProposedStatement[], now: Date): readonly InvoiceStatement[] {
  if (proposed.length === 0)
    throw refuseInvalid([{ field: 'statements', message: 'must be given: nothing is proposed for this mail' }]);
  const parsed = proposed.map((one) => confirmStatement.safeParse(one));
  const unreadable = parsed.flatMap(({ error }, index) =>
    error === undefined
      ? []
      : fieldErrors(error, 'statement').map((one) => ({ ...one, field: `statements.${index}.${one.field}` })),
  );
  if (unreadable.length > 0) throw refuseInvalid(unreadable);
  const { statements, errors } = prepareStatements(
    parsed.flatMap(({ data }) => data ?? []),
    now,
  );
  if (errors.length > 0) throw refuseInvalid(errors);
  return statements;
}

/** For a person: which field, and what is wrong with it. */
export function refusalText({ message, details }: InvoiceRefusal): string {
  return details.kind === 'invalid'
    ? (details.errors ?? []).map((one) => `${one.field} ${one.message}`).join('; ') || message
    : message;
}

import type { ExistingInvoice, ProposedStatement, ReadUpload, StatementCheck } from '../../../contract/imports.ts';
import { comparable } from '../../../imports/merge-documents.ts';
import { collides } from '../../../invoices/conflicts.ts';
import type { Adjustment, InvoiceStatement } from '../../../invoices/invoice.ts';
import { invoicedProvidersAt, ledgerPlace } from '../../../ledger/ledger-key.ts';
import { ADJUSTMENT_COLUMNS, parseAdjustments } from '../../../invoices/store.ts';
import { parseMicros } from '../../../money/micros.ts';
import type { Queryable } from '../../../database/queryable.ts';
import { fieldErrors } from '../../http/problem.ts';
import { confirmStatement, problemsOf, statementOf } from './confirm.ts';

/** Each proposed statement against the rules of a typed invoice and against what is stored. */
export async function checkStatements(
  db: Queryable,
  { statements, origins }: ReadUpload,
  today: string,
): Promise<StatementCheck[]> {
  const judged = statements.map((proposed) => judge(proposed, today));
  const stored = await newestOf(
    db,
    judged.flatMap(({ statement }) => (statement === undefined ? [] : [statement])),
  );
  return judged.map(({ statement, problems }, index) => {
    const origin = origins[index] ?? { document: null, row: null };
    const met = statement === undefined ? undefined : meets(statement, stored);
    const found = {
      status: met?.status ?? 'new',
      message: met?.message ?? null,
      existing: met === undefined ? null : existingOf(met.stored),
    } as const;
    // A duplicate is a duplicate, whatever else is wrong with it.
    if (problems.length > 0 && met === undefined) return { ...found, status: 'invalid', problems, ...origin };
    return { ...found, problems, ...origin };
  });
}

function judge(
  proposed: ProposedStatement,
  today: string,
): { statement: InvoiceStatement | undefined; problems: StatementCheck['problems'] } {
  const parsed = confirmStatement.safeParse(proposed);
  if (!parsed.success) return { statement: undefined, problems: fieldErrors(parsed.error, 'statement') };
  const problems = problemsOf(parsed.data, today);
  return { statement: statementOf(parsed.data, today), problems };
}

/** The newest version of every invoice, voided ones too, of the vendors that could be met. */
async function newestOf(db: Queryable, statements: readonly InvoiceStatement[]): Promise<Adjustment[]> {
  const providers = new Set(
    statements.flatMap(({ provider, component }) => [
      provider,
      ...invoicedProvidersAt(ledgerPlace(provider, component).provider),
    ]),
  );
  if (providers.size === 0) return [];
  const { rows } = await db.query(
    `SELECT ${ADJUSTMENT_COLUMNS} FROM manual_billing_adjustments a
     WHERE a.provider = ANY($1) AND NOT EXISTS (SELECT 1 FROM manual_billing_adjustments later WHERE later.replaces = a.id) ORDER BY a.id`,
    [[...providers]],
  );
  return parseAdjustments(rows);
}

interface Meeting {
  readonly status: 'duplicate' | 'conflict';
  readonly message: string;
  readonly stored: Adjustment;
}

function meets(statement: InvoiceStatement, all: readonly Adjustment[]): Meeting | undefined {
  const { invoiceNumber } = statement;
  const numbered =
    invoiceNumber === null
      ? []
      : all.filter(
          (one) =>
            one.provider === statement.provider &&
            one.invoiceNumber !== null &&
            comparable(one.invoiceNumber) === comparable(invoiceNumber),
        );
  const same = numbered.find((one) => one.action !== 'void' && sameFigures(statement, one));
  if (same !== undefined)
    return {
      status: 'duplicate',
      message: `${same.invoiceNumber ?? ''} is stored already as entry ${same.id}: leave it out.`,
      stored: same,
    };
  const [other] = numbered;
  if (other?.action === 'void')
    return {
      status: 'conflict',
      message: `${other.invoiceNumber ?? ''} was entered and voided (entry ${other.id}): send "additional": true to take it into the books again.`,
      stored: other,
    };
  if (other !== undefined)
    return {
      status: 'conflict',
      message: `${other.invoiceNumber ?? ''} is stored already as entry ${other.id} with other figures: correct that one if it is wrong.`,
      stored: other,
    };
  const overlap = all.find((one) => one.action !== 'void' && collides(statement, one));
  if (overlap === undefined) return undefined;
  return {
    status: 'conflict',
    message: `Entry ${overlap.id} of ${overlap.provider} covers some of the same days and one of the two has no number: correct that one, or send "additional": true if this comes on top of it.`,
    stored: overlap,
  };
}

function sameFigures(statement: InvoiceStatement, stored: Adjustment): boolean {
  return (
    stored.currency === statement.currency &&
    parseMicros(stored.amount) === parseMicros(statement.amount) &&
    stored.periodStart === statement.periodStart &&
    stored.periodEnd === statement.periodEnd
  );
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

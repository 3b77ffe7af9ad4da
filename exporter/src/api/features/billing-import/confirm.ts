import { z } from 'zod';
import {
  currencySchema,
  invoiceEntrySchema,
  refusalsOf,
  statementOfInvoice,
  type FieldError,
} from '../../../invoices/entry-schema.ts';
import { numberKey } from '../../../invoices/names.ts';
import type { InvoiceStatement } from '../../../invoices/invoice.ts';
import { MAX_CSV_ROWS } from '../../../imports/limits.ts';

const { shape } = invoiceEntrySchema;

/**
 * A previewed statement, edited or not: the fields of a typed invoice, null where one is left out. The currency is
 * never guessed.
 */
export const confirmStatement = z.strictObject({
  provider: shape.provider,
  component: shape.component.nullable(),
  invoiceNumber: shape.invoiceNumber.nullable(),
  line: z.int('must be a whole number').min(0, 'must not be negative').max(999, 'must be at most 999').default(0),
  billingDate: shape.billingDate.nullable(),
  periodStart: shape.periodStart.nullable(),
  periodEnd: shape.periodEnd.nullable(),
  amount: shape.amount,
  currency: currencySchema,
  fxRate: shape.fxRate.nullable(),
  taxAmount: shape.taxAmount.nullable(),
  notes: shape.notes.nullable(),
  kind: shape.kind,
  additional: shape.additional.nullable(),
});
export type ConfirmStatement = z.output<typeof confirmStatement>;

export const confirmBody = z.strictObject({
  statements: z
    .array(confirmStatement)
    .min(1, 'must hold at least one statement')
    .max(MAX_CSV_ROWS, `must hold at most ${MAX_CSV_ROWS} statements`),
});

/** What is stored for a confirmed statement: without a period, the calendar month of the billing date. */
export function statementOf(confirmed: ConfirmStatement, today: string): InvoiceStatement {
  const { line, ...fields } = confirmed;
  const entry = {
    ...fields,
    component: fields.component ?? undefined,
    invoiceNumber: fields.invoiceNumber ?? undefined,
    billingDate: fields.billingDate ?? undefined,
    periodStart: fields.periodStart ?? undefined,
    periodEnd: fields.periodEnd ?? undefined,
    fxRate: fields.fxRate ?? undefined,
    taxAmount: fields.taxAmount ?? undefined,
    notes: fields.notes ?? undefined,
    additional: fields.additional ?? undefined,
  };
  return { ...statementOfInvoice(entry, today), line };
}

/** The rules that need more than one field, as for a typed invoice. */
export function problemsOf(confirmed: ConfirmStatement, today: string): FieldError[] {
  const half = (confirmed.periodStart == null) !== (confirmed.periodEnd == null);
  if (half)
    return [
      {
        field: confirmed.periodStart == null ? 'periodStart' : 'periodEnd',
        message: 'must be given with the other end of the period, or both left out',
      },
    ];
  return refusalsOf(statementOf(confirmed, today), today);
}

export interface Prepared {
  readonly statements: readonly InvoiceStatement[];
  readonly errors: readonly FieldError[];
}

/** All statements, their lines numbered from 1 where they share a number; errors name `statements.<index>.<field>`. */
export function prepareStatements(confirmed: readonly ConfirmStatement[], today: string): Prepared {
  const errors = confirmed.flatMap((one, index) =>
    problemsOf(one, today).map(({ field, message }) => ({ field: `statements.${index}.${field}`, message })),
  );
  const statements = confirmed.map((one) => statementOf(one, today));
  const numbered = statements.map((statement, index) => {
    if (statement.invoiceNumber === null) return statement;
    const key = numberKey(statement.invoiceNumber);
    const siblings = statements.flatMap((other, place) =>
      other.provider === statement.provider && other.invoiceNumber !== null && numberKey(other.invoiceNumber) === key
        ? [place]
        : [],
    );
    const twin = siblings.find((place) => place < index && samePart(statements[place], statement));
    if (twin !== undefined)
      errors.push({
        field: `statements.${index}.invoiceNumber`,
        message: `repeats statements.${twin}: the same number and period; send one of them`,
      });
    return siblings.length === 1 ? { ...statement, line: 0 } : { ...statement, line: siblings.indexOf(index) + 1 };
  });
  return { statements: numbered, errors };
}

function samePart(a: InvoiceStatement | undefined, b: InvoiceStatement): boolean {
  return (
    a?.periodStart === b.periodStart && a.periodEnd === b.periodEnd && a.component === b.component && a.kind === b.kind
  );
}

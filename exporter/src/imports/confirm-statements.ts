import { z } from 'zod';
import {
  currencySchema,
  invoiceEntrySchema,
  refusalsOf,
  statementOfInvoice,
  type FieldError,
} from '../invoices/entry-schema.ts';
import { numberKey } from '../invoices/names.ts';
import type { InvoiceStatement } from '../invoices/invoice.ts';
import { dayOf } from '../money/days.ts';
import { MAX_CSV_ROWS } from './limits.ts';

const { shape } = invoiceEntrySchema;

/**
 * A previewed statement, edited or not: the fields of a typed invoice, null where one is left out. The currency is
 * never guessed.
 */
export const confirmStatement = z.strictObject({
  provider: shape.provider,
  component: shape.component.nullable(),
  invoiceNumber: shape.invoiceNumber.nullable(),
  line: z
    .int('must be a whole number')
    .min(0, 'must not be negative')
    .max(MAX_CSV_ROWS, `must be at most ${MAX_CSV_ROWS}`)
    .default(0),
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
  /** Of the preview: keeps the uploaded file with the entries. */
  documentId: z
    .string()
    .regex(/^[1-9]\d{0,17}$/, 'must be the documentId of a preview')
    .nullish(),
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
export function problemsOf(confirmed: ConfirmStatement, now: Date): FieldError[] {
  const half = (confirmed.periodStart == null) !== (confirmed.periodEnd == null);
  if (half)
    return [
      {
        field: confirmed.periodStart == null ? 'periodStart' : 'periodEnd',
        message: 'must be given with the other end of the period, or both left out',
      },
    ];
  return refusalsOf(statementOf(confirmed, dayOf(now)), now);
}

export interface Prepared {
  readonly statements: readonly InvoiceStatement[];
  readonly errors: readonly FieldError[];
}

/** All statements, their lines numbered from 1 where they share a number; errors name `statements.<index>.<field>`. */
export function prepareStatements(confirmed: readonly ConfirmStatement[], now: Date): Prepared {
  const errors = confirmed.flatMap((one, index) =>
    problemsOf(one, now).map(({ field, message }) => ({ field: `statements.${index}.${field}`, message })),
  );
  const statements = confirmed.map((one) => statementOf(one, dayOf(now)));
  const numbered = [...statements];
  const invoices = Map.groupBy(statements.keys(), (index) => {
    const { provider, invoiceNumber } = statements[index] ?? { provider: '', invoiceNumber: null };
    return invoiceNumber === null ? null : `${provider} ${numberKey(invoiceNumber)}`;
  });
  for (const [key, places] of invoices) {
    if (key === null) continue;
    const seen = new Map<string, number>();
    for (const [position, place] of places.entries()) {
      const statement = statements[place];
      if (statement === undefined) continue;
      // Equal in every field; two amounts of one period are two lines, and add up.
      const text = JSON.stringify({ ...statement, line: 0 });
      const twin = seen.get(text);
      if (twin === undefined) seen.set(text, place);
      else
        errors.push({
          field: `statements.${place}.invoiceNumber`,
          message: `repeats statements.${twin} in every field; send one of them`,
        });
      numbered[place] = { ...statement, line: places.length === 1 ? 0 : position + 1 };
    }
  }
  return { statements: numbered, errors };
}

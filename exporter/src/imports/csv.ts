import { z } from 'zod';
import type { ProposedStatement, ReadUpload, RowError } from '../contract/imports.ts';
import { currencyDigits, isCurrency } from '../money/currency.ts';
import { isDay } from '../money/days.ts';
import { decimalOf } from './amounts.ts';
import { MAX_CSV_ROWS } from './limits.ts';
import { numberLines, type ReadRow } from './csv-lines.ts';
import { decodeCsv, parseCsv } from './csv-text.ts';
import { ImportRefused } from './refusal.ts';
import { folded } from './text.ts';

/** The columns in the order of the documentation, and other names that they go by (folded, without separators). */
const COLUMNS = {
  provider: ['fournisseur', 'vendor'],
  invoice_number: ['numerodefacture', 'numerofacture', 'nofacture', 'invoiceno'],
  period_start: ['debutperiode', 'debutdeperiode', 'debut', 'periodedebut'],
  period_end: ['finperiode', 'findeperiode', 'fin', 'periodefin'],
  amount: ['montant', 'montantht'],
  currency: ['devise', 'monnaie'],
  notes: ['note', 'commentaire', 'commentaires', 'remarque', 'remarques'],
  billing_date: ['datedefacture', 'datefacture', 'datedefacturation', 'invoicedate'],
  tax_amount: ['tva', 'taxe', 'tax', 'montanttva'],
  fx_rate: ['taux', 'tauxdechange'],
  kind: ['type', 'nature'],
  component: ['composant'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
type Column = keyof typeof COLUMNS;
const NAMES = z.enum([
  'provider',
  'invoice_number',
  'period_start',
  'period_end',
  'amount',
  'currency',
  'notes',
  'billing_date',
  'tax_amount',
  'fx_rate',
  'kind',
  'component',
]);
const REQUIRED: readonly Column[] = ['provider', 'period_start', 'period_end', 'amount', 'currency'];
export const EXPECTED_HEADER = 'provider,invoice_number,period_start,period_end,amount,currency,notes';

/**
 * A table of invoices: `EXPECTED_HEADER` and optionally more columns; comma, semicolon, tab or bar; decimal
 * points or commas; `period_end` exclusive.
 */
export function readCsv(bytes: Uint8Array): ReadUpload {
  const { text, warnings } = decodeCsv(bytes);
  const records = parseCsv(text);
  const [header, ...rows] = records;
  const columns = columnsOf(header?.record ?? []);
  if (rows.length > MAX_CSV_ROWS)
    throw new ImportRefused(
      'too_many_rows',
      `The file has ${rows.length} rows; at most ${MAX_CSV_ROWS} are taken at once: split it.`,
    );
  if (columns.unknown.length > 0)
    warnings.push({ code: 'unknown_columns', message: `Not known and not read: ${columns.unknown.join(', ')}.` });
  const rowErrors: RowError[] = [];
  const read = rows.flatMap(({ record, info }): ReadRow[] => {
    const { statement, errors } = statementOf((column) => record[columns.places.get(column) ?? -1]?.trim() ?? '');
    if (record.length > (header?.record.length ?? 0))
      errors.push({
        field: 'row',
        message:
          `has ${record.length} fields, the header has ${header?.record.length ?? 0}: quote a text or an amount ` +
          'that holds the separator',
      });
    rowErrors.push(...errors.map((error) => ({ row: info.lines, ...error })));
    const fields = record.map((field) => field.trim());
    return errors.length > 0 ? [] : [{ statement, row: info.lines, fields }];
  });
  const numbered = numberLines(read);
  warnings.push(...numbered.warnings);
  if (rows.length === 0) warnings.push({ code: 'no_rows', message: 'The file has a header and no rows.' });
  return {
    kind: 'csv',
    documents: [],
    statements: numbered.rows.map(({ statement }) => statement),
    origins: numbered.rows.map(({ row }) => ({ document: null, row })),
    rowErrors: rowErrors.sort((a, b) => a.row - b.row),
    warnings,
  };
}

function columnsOf(header: readonly string[]): { places: Map<Column, number>; unknown: string[] } {
  const places = new Map<Column, number>();
  const unknown: string[] = [];
  const twice: string[] = [];
  for (const [place, name] of header.entries()) {
    const plain = folded(name).replaceAll(/[^a-z0-9]/g, '');
    const column = NAMES.options.find(
      (one) => one.replaceAll('_', '') === plain || COLUMNS[one].some((other) => other === plain),
    );
    if (column === undefined) unknown.push(name.trim().slice(0, 60) || `(column ${place + 1} has no name)`);
    else if (places.has(column)) twice.push(column);
    else places.set(column, place);
  }
  const missing = REQUIRED.filter((column) => !places.has(column));
  const wrong = [
    ...missing.map((column) => `${column} is missing`),
    ...twice.map((column) => `${column} is there twice`),
  ];
  if (wrong.length > 0) {
    throw new ImportRefused(
      'wrong_header',
      `The header of the CSV is not the expected one: ${wrong.join(', ')}. Expected columns: ${EXPECTED_HEADER} (also ${NAMES.options.slice(7).join(', ')}); found: ${
        header
          .slice(0, 20)
          .map((name) => name.trim().slice(0, 40))
          .join(', ') || 'nothing'
      }.`,
    );
  }
  return { places, unknown };
}

function statementOf(field: (column: Column) => string): {
  statement: ProposedStatement;
  errors: { field: string; message: string }[];
} {
  const errors: { field: string; message: string }[] = [];
  const optional = (column: Column): string | null => field(column) || null;
  const needed = (column: Column): string | null => {
    if (field(column) === '') errors.push({ field: column, message: 'is empty' });
    return optional(column);
  };
  const day = (column: Column, text: string | null): string | null => {
    if (text === null) return null;
    const plain = dayOfTime(text);
    if (plain === undefined)
      errors.push({ field: column, message: `"${text.slice(0, 40)}" is not a day: write it as 2026-03-31` });
    else if (plain === null)
      errors.push({
        field: column,
        message:
          `"${text.slice(0, 40)}" has a time of day or a time zone: write the day alone, as 2026-03-31 (the end of ` +
          'a period is the day after its last one)',
      });
    return plain ?? null;
  };
  const currency = needed('currency')?.toUpperCase() ?? null;
  if (currency !== null && !isCurrency(currency))
    errors.push({
      field: 'currency',
      message: `"${currency.slice(0, 30)}" is not an ISO 4217 code such as USD or EUR`,
    });
  const digits = currency !== null && isCurrency(currency) ? currencyDigits(currency) : 2;
  const amount = (column: Column, text: string | null): string | null => {
    const value = text === null ? undefined : plainAmount(text, digits);
    if (text !== null && value === undefined)
      errors.push({ field: column, message: `"${text.slice(0, 30)}" cannot be read for certain: write it as 1234.56` });
    return value ?? null;
  };
  const value = amount('amount', needed('amount'));
  const kind = kindOf(field('kind'), value);
  if (kind === undefined) errors.push({ field: 'kind', message: 'must be invoice or credit' });
  const statement: ProposedStatement = {
    provider: needed('provider'),
    component: optional('component'),
    invoiceNumber: optional('invoice_number'),
    line: 0,
    billingDate: day('billing_date', optional('billing_date')),
    periodStart: day('period_start', needed('period_start')),
    periodEnd: day('period_end', needed('period_end')),
    amount: value,
    currency,
    fxRate: optional('fx_rate')?.replace(',', '.') ?? null,
    taxAmount: amount('tax_amount', optional('tax_amount')),
    notes: optional('notes'),
    kind: kind ?? 'invoice',
    additional: false,
  };
  return { statement, errors };
}

/** A day, also where it is written as its first moment in UTC; null for another time, undefined for anything else. */
function dayOfTime(text: string): string | null | undefined {
  if (isDay(text)) return text;
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?) ?(Z|[+-]\d{2}(?::?\d{2})?)?$/i.exec(
    text,
  );
  const [, day = '', time = '', zone = 'Z'] = match ?? [];
  if (!isDay(day)) return undefined;
  return /[1-9]/.test(time) || /[1-9]/.test(zone) ? null : day;
}

/** Without a kind an amount stays what it says: a negative one needs `credit`, as a typed one does. */
function kindOf(text: string, amount: string | null): 'invoice' | 'credit' | undefined {
  const plain = folded(text);
  if (plain === '') return amount?.startsWith('-') === true ? 'credit' : 'invoice';
  if (['invoice', 'facture'].includes(plain)) return 'invoice';
  return ['credit', 'avoir', 'credit_note'].includes(plain) ? 'credit' : undefined;
}

/** "1234.56", "1 234,56", "-12,00"; undefined for "1,234" (thousands or decimals?) and for anything else. */
export function plainAmount(text: string, digits: number): string | undefined {
  const match = /^(-?)(\d[\d ,.'’]*)$/.exec(
    text
      .replaceAll(/[\u00a0\u202f\u2009]/g, ' ')
      .replaceAll('\u2212', '-')
      .trim(),
  );
  if (!match) return undefined;
  const [, minus = '', number = ''] = match;
  const threeDigits = /^\d{1,3}[.,]\d{3}$/.test(number);
  // Without decimals (yen) three digits are thousands; with three (dinar) a point is the decimal one.
  if (threeDigits && digits !== 0 && !(digits === 3 && number.includes('.'))) return undefined;
  const value = digits !== 0 && /^\d+\.\d{3}$/.test(number) ? number : decimalOf(number, digits);
  return value === undefined ? undefined : `${minus}${value}`;
}

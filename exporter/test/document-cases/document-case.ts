import type { DocumentType, ImportPreview, ProposedStatement, ReadDocument } from '../../src/contract/imports.ts';
import { parseMicros } from '../../src/money/micros.ts';
import { invoicePage, makePdf, type InvoiceText } from '../pdf.ts';

type Field =
  'vendor' | 'provider' | 'invoiceNumber' | 'currency' | 'subtotal' | 'tax' | 'total' | 'amountDue' | 'amountPaid';

/** A document, and what has to be found in it. To add one, add a line to a file of this folder. */
export interface DocumentCase {
  readonly name: string;
  readonly file: () => Buffer;
  /** Values of the first document; null must not be found. */
  readonly fields?: Readonly<Partial<Record<Field, string | null>>>;
  /** Fields that must be sure, and that must not be. */
  readonly sure?: readonly Field[];
  readonly unsure?: readonly Field[];
  /** `invoice` where nothing is said. */
  readonly type?: DocumentType;
  /** Exactly these, in this order. */
  readonly statements: readonly Readonly<Partial<ProposedStatement>>[];
  readonly documents?: number;
  /** Codes of warnings that must be among those given. */
  readonly warnings?: readonly string[];
}

export const MARCH = { periodStart: '2026-03-01', periodEnd: '2026-04-01' } as const;
export const PERIOD = 'Mar 1 – Apr 1, 2026';

const BASE: InvoiceText = {
  head: [
    ['Invoice number', 'INV-0042'],
    ['Date of issue', 'March 1, 2026'],
  ],
  vendor: 'Acme Cloud Inc.',
  lines: [],
  totals: [],
};

/** A PDF of one page; what is not given is the invoice INV-0042 of Acme Cloud Inc. */
export function pdf(text: Partial<InvoiceText>): Buffer {
  return makePdf([invoicePage({ ...BASE, ...text })], { compress: true });
}

/** One line of March whose amount is the total. */
export function simple(amount: string, text: Partial<InvoiceText> = {}): Buffer {
  return pdf({
    lines: [{ description: 'Plan', amount, period: PERIOD }],
    totals: [
      ['Subtotal', amount],
      ['Total', amount],
      ['Amount due', amount],
    ],
    ...text,
  });
}

/** The statement of `simple`. */
export function march(amount: string, currency: string | null): Partial<ProposedStatement> {
  return { ...MARCH, amount, currency };
}

export interface Fault {
  readonly field: string;
  readonly wanted: unknown;
  readonly got: unknown;
  /** A wrong amount that the preview calls sure, or proposes to store. */
  readonly surelyWrong: boolean;
}

/** How many fields of a case were judged, and which of them are wrong. */
export function judge(
  one: DocumentCase,
  preview: Pick<ImportPreview, 'documents' | 'statements' | 'warnings'>,
): { readonly judged: number; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  let judged = 0;
  const check = (field: string, wanted: unknown, got: unknown, sure = false): void => {
    judged += 1;
    if (!same(wanted, got)) faults.push({ field, wanted, got, surelyWrong: sure && got !== null && got !== undefined });
  };
  const [document] = preview.documents;
  const found = (field: Field): ReadDocument[Field] => document?.[field] ?? null;
  if (one.documents !== undefined) check('documents', one.documents, preview.documents.length);
  check('documentType', one.type ?? 'invoice', document?.documentType);
  for (const [field, wanted] of Object.entries(one.fields ?? {})) {
    const value = document === undefined ? null : valueOf(document, field);
    check(field, wanted, value?.value ?? null, value?.confidence === 'high');
  }
  for (const field of one.sure ?? []) check(`${field} is sure`, 'high', found(field)?.confidence);
  for (const field of one.unsure ?? []) check(`${field} is not sure`, false, found(field)?.confidence === 'high');
  check(
    'statements',
    one.statements.length,
    preview.statements.length,
    preview.statements.length > one.statements.length,
  );
  for (const [index, wanted] of one.statements.entries()) {
    const got = preview.statements[index];
    for (const [field, value] of Object.entries(wanted)) {
      const actual = got === undefined ? undefined : Object.entries(got).find(([name]) => name === field)?.[1];
      check(`statements.${index}.${field}`, value, actual, field === 'amount' || field === 'currency');
    }
  }
  for (const code of one.warnings ?? [])
    check(
      `warning ${code}`,
      true,
      preview.warnings.some((warning) => warning.code === code),
    );
  return { judged, faults };
}

/** Amounts are compared as numbers: a statement writes 1234.50 where the page has 1234.500. */
function same(wanted: unknown, got: unknown): boolean {
  const both = [wanted, got].map((one) => (typeof one === 'string' && /^-?\d+(?:\.\d+)?$/.test(one) ? one : undefined));
  const [a, b] = both;
  return a !== undefined && b !== undefined ? parseMicros(a) === parseMicros(b) : wanted === got;
}

function valueOf(document: ReadDocument, field: string): { value: string; confidence: string } | null {
  const value: unknown = Object.entries(document).find(([name]) => name === field)?.[1];
  return typeof value === 'object' && value !== null && 'value' in value && 'confidence' in value
    ? { value: String(value.value), confidence: String(value.confidence) }
    : null;
}

import { z } from 'zod';
import { DOCUMENT_TYPES, type ImportPreview, type ReadUpload } from '../contract/imports.ts';

const confidence = z.enum(['high', 'medium', 'low']);
const found = z.object({
  value: z.string(),
  found: z.string().meta({ description: 'Page and row, quoted.' }),
  confidence,
});
const foundOrNull = found.nullable();

const line = z.object({
  description: z.string(),
  quantity: z.string().nullable(),
  amount: found,
  periodStart: foundOrNull,
  periodEnd: foundOrNull,
  discount: z.boolean().meta({ description: 'Reduces the whole invoice, not one line.' }),
});

const document = z.object({
  type: z.enum(['invoice', 'receipt', 'credit_note', 'mail']),
  documentType: z.enum(DOCUMENT_TYPES).meta({
    description: 'What it is. A quote, a draft, a voided invoice, a refund and so on propose no statement.',
  }),
  parts: z
    .array(z.string())
    .meta({ description: 'What it was read from; invoice and receipt of one payment are one document.' }),
  vendor: foundOrNull,
  provider: foundOrNull,
  invoiceNumber: foundOrNull,
  receiptNumber: foundOrNull,
  billingDate: foundOrNull,
  currency: foundOrNull,
  periodStart: foundOrNull,
  periodEnd: foundOrNull,
  subtotal: foundOrNull,
  tax: foundOrNull,
  total: foundOrNull,
  amountDue: foundOrNull,
  amountPaid: foundOrNull,
  lines: z.array(line),
  linesMatchTotal: z.boolean().nullable(),
});

const text = z.string().nullable();
export const proposedStatement = z.object({
  provider: text,
  component: text,
  invoiceNumber: text,
  line: z.int(),
  billingDate: text,
  periodStart: text,
  periodEnd: text.meta({ description: 'Exclusive.' }),
  amount: text,
  currency: text,
  fxRate: text,
  taxAmount: text,
  notes: text,
  kind: z.enum(['invoice', 'credit']),
  additional: z.boolean(),
});

const warning = z.object({ code: z.string(), message: z.string() });
const place = { document: z.int().nullable(), row: z.int().nullable() };
const read = {
  kind: z.enum(['pdf', 'mail', 'csv', 'xml']),
  documents: z.array(document),
  statements: z
    .array(proposedStatement)
    .meta({ description: 'What confirm takes, edited or as it is. Null: not found.' }),
  rowErrors: z.array(z.object({ row: z.int(), field: z.string(), message: z.string() })),
  warnings: z.array(warning),
};

export const readUploadSchema = z.object({
  ...read,
  origins: z.array(z.object(place)),
}) satisfies z.ZodType<ReadUpload>;

const existing = z.object({
  id: z.string(),
  invoiceNumber: text,
  periodStart: z.string(),
  periodEnd: z.string(),
  amount: z.string(),
  currency: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
  voided: z.boolean(),
});
const check = z.object({
  status: z.enum(['new', 'duplicate', 'conflict', 'invalid']),
  message: text,
  problems: z.array(z.object({ field: z.string(), message: z.string() })),
  existing: existing.nullable(),
  ...place,
});
export const importPreviewSchema = z.object({
  ...read,
  fileName: text,
  documentId: text.meta({ description: 'The stored file, for confirm; null where documents are not stored.' }),
  checks: z.array(check).meta({ description: 'One for each statement, in the same order.' }),
}) satisfies z.ZodType<ImportPreview>;

import { z } from 'zod';
import {
  ADJUSTMENT_ACTIONS,
  INVOICE_KINDS,
  INVOICE_ORIGINS,
  type BillingAdjustmentRow,
  type BillingAdjustmentsAnswer,
  type BillingEntryAnswer,
  type BillingPreviewAnswer,
  type BillingPreviewRow,
} from '../../../contract/billing.ts';
import { INVOICE_FIELDS } from '../../../contract/providers.ts';
import {
  formEntrySchema,
  invoiceEntrySchema,
  type FormEntry,
  type InvoiceEntry,
} from '../../../invoices/entry-schema.ts';
import { jsonBodyOf, type BodyReader } from '../../http/body.ts';
import {
  day,
  nameParameter,
  period,
  providerParameter,
  time,
  usdOrNull,
  warningsSchema,
  wholeNumber,
} from '../../shared/schemas.ts';

export type EntryBody = FormEntry | InvoiceEntry;

const formBody = formEntrySchema.refine((form) => INVOICE_FIELDS.some((field) => form[field] !== undefined), {
  path: INVOICE_FIELDS.slice(0, 1),
  message: `${INVOICE_FIELDS.slice(1)
    .map((field) => `or ${field}`)
    .join(' ')} must be given; another vendor's invoice is sent with \`provider\` and \`amount\``,
});

/** Which of the two shapes somebody means, so that the errors are about that one. */
function shapeOf(body: unknown): z.ZodType<EntryBody> {
  const fields = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  const invoice = ['provider', 'amount', 'periodStart', 'invoiceNumber'].some((field) => fields.includes(field));
  return invoice ? invoiceEntrySchema : formBody;
}

/** Takes 4 MB, so that overlong notes are named. */
export const entryBody: BodyReader<EntryBody> = jsonBodyOf(z.union([formEntrySchema, invoiceEntrySchema]), shapeOf, {
  required: true,
  large: true,
});

export const idParams = z.strictObject({ id: z.string().regex(/^[1-9]\d{0,17}$/, 'must be the id of an entry') });

export const historyQuery = z.strictObject({
  ...period,
  provider: providerParameter.optional(),
  view: z
    .enum(['all', 'current'], 'must be all or current')
    .optional()
    .meta({ description: '`all` (default): every version; `current`: what counts now.' }),
  limit: wholeNumber(1, 500).optional(),
  cursor: nameParameter.optional(),
});

const amountOrNull = z.string().nullable();

const adjustmentRow = z.object({
  id: z.string(),
  seriesId: z.string(),
  version: z.int(),
  action: z.enum(ADJUSTMENT_ACTIONS),
  replaces: z.string().nullable(),
  current: z.boolean(),
  voided: z.boolean(),
  provider: z.string(),
  component: z.string(),
  kind: z.enum(INVOICE_KINDS),
  invoiceNumber: z.string().nullable(),
  line: z.int(),
  billingDate: day,
  periodStart: day,
  periodEnd: day.meta({ format: 'date', description: 'Exclusive.' }),
  amount: z.string(),
  currency: z.string(),
  fxRate: amountOrNull,
  amountUsd: usdOrNull,
  taxAmount: amountOrNull,
  notes: z.string().nullable(),
  reason: z.string().nullable(),
  additional: z.boolean(),
  origin: z.enum(INVOICE_ORIGINS),
  hasDocument: z.boolean().meta({ description: 'Whether the uploaded file can be opened.' }),
  createdBy: z.string().nullable(),
  createdAt: time,
}) satisfies z.ZodType<BillingAdjustmentRow>;

export const entryAnswer = z.object({
  data: z.array(adjustmentRow),
  warnings: warningsSchema,
}) satisfies z.ZodType<BillingEntryAnswer>;
export const historyAnswer = z.object({
  data: z.array(adjustmentRow),
  nextCursor: z.string().nullable(),
}) satisfies z.ZodType<BillingAdjustmentsAnswer>;

export const previewRow = z.object({
  month: z.string(),
  provider: z.string(),
  beforeUsd: usdOrNull,
  afterUsd: usdOrNull,
  totalBeforeUsd: usdOrNull,
  totalAfterUsd: usdOrNull,
}) satisfies z.ZodType<BillingPreviewRow>;
export const previewAnswer = z.object({
  data: z.array(previewRow),
  warnings: warningsSchema,
}) satisfies z.ZodType<BillingPreviewAnswer>;

import { z } from 'zod';
import { isDay } from '../../money/days.ts';
import { parseMicros } from '../../money/micros.ts';
import { decimalText, wholeNumber } from '../decimal.ts';

/**
 * What is read of DigitalOcean's answers, and nothing else: the bodies of databases and invoices hold passwords and
 * addresses, which these schemas strip before anything can log or store them.
 */

/** USD to micro-units: a decimal string, as DigitalOcean describes it, or the same as a JSON number. */
const amount = z.unknown().transform((value, { addIssue }) => {
  const decimal = decimalText(value);
  if (decimal !== undefined) return parseMicros(decimal);
  addIssue({ code: 'custom', message: 'must be a decimal amount' });
  return z.NEVER;
});
/** A day, also as the time of its midnight. */
const day = z
  .string()
  .transform((value) => value.replace(/T00:00:00(\.0+)?(Z|\+00:00)$/, ''))
  .refine(isDay, 'must be a day');
/** Names a thing and never decides about an amount: what is not a text costs nothing but the name. */
const text = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''));
const count = z.unknown().transform((value, { addIssue }) => {
  const whole = wholeNumber(value);
  if (whole !== undefined) return whole;
  addIssue({ code: 'custom', message: 'must be a count' });
  return z.NEVER;
});

const links = z.object({ pages: z.object({ next: z.string().nullish() }).nullish() }).nullish();
/** The end of every list that is paged by links. */
const paged = { links };

export const insightsPage = z.object({
  data_points: z.array(
    z.object({
      start_date: day,
      /** Null where it cannot be used: its day is then unknown, and only its day. */
      total_amount: amount.nullable().catch(null),
      sku: text,
      description: text,
      group_description: text,
    }),
  ),
  total_items: count,
  total_pages: count,
  current_page: count,
});
export type DataPoint = z.output<typeof insightsPage>['data_points'][number];

export const account = z.object({
  account: z.object({ status: text, team: z.object({ uuid: z.string().regex(/^[0-9A-Za-z-]+$/) }).nullish() }),
});

/** What was used can never be below zero; a difference to such a reading would be a cost that nobody had. */
export const balance = z.object({
  month_to_date_usage: amount.refine((usage) => usage >= 0n, 'must not be negative'),
  generated_at: z.iso.datetime({ offset: true }).transform((value) => new Date(value)),
});

const uuid = z.string().regex(/^[0-9A-Za-z-]{1,64}$/, 'must be an invoice uuid');
const period = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month');

/** Null where a field cannot be used: such an invoice costs only itself, or its month where that is known. */
const listedInvoice = z.object({
  invoice_uuid: uuid.nullable().catch(null),
  invoice_period: period.nullable().catch(null),
  amount: amount.nullable().catch(null),
});
export type ListedInvoice = z.output<typeof listedInvoice>;

function isUsable({ invoice_uuid, invoice_period }: ListedInvoice): boolean {
  return invoice_uuid !== null && invoice_period !== null;
}

/** Only the issued invoices: `invoice_preview`, the running month, is left out on purpose. */
export const invoicesPage = z.object({
  invoices: z.array(listedInvoice).refine((rows) => rows.length === 0 || rows.some(isUsable), 'has no usable invoice'),
  ...paged,
});

/** Null where it is not said or cannot be used; only the tax decides about the cost. */
const part = z
  .object({ amount })
  .nullable()
  .catch(null)
  .transform((value) => value?.amount ?? null);
export const invoiceSummary = z.object({
  billing_period: period,
  amount,
  product_charges: part,
  overages: part,
  taxes: part,
  credits_and_adjustments: part,
});

export type InvoiceSummary = z.output<typeof invoiceSummary>;

export const invoiceItemsPage = z.object({
  invoice_items: z.array(
    z.object({
      product: text,
      description: text,
      group_description: text,
      resource_id: text,
      resource_uuid: text,
    }),
  ),
  ...paged,
});
export type InvoiceItem = z.output<typeof invoiceItemsPage>['invoice_items'][number];

/** DigitalOcean leaves `apps` out when there are none; with a total above zero that would be an undercount. */
export const appsPage = z
  .object({
    apps: z.array(z.object({ id: text })).optional(),
    meta: z.object({ total: count }).optional(),
    ...paged,
  })
  .refine((page) => page.apps !== undefined || page.meta?.total === 0, { path: ['apps'], error: 'must be a list' })
  .transform((page) => ({ ...page, apps: page.apps ?? [] }));

export const databases = z.object({ databases: z.array(z.object({ id: text })) });

export const registries = z.object({
  registries: z.array(
    z.object({ name: z.string().regex(/^[a-z0-9-]{1,63}$/), storage_usage_bytes: count.nullable().catch(null) }),
  ),
});

export const GARBAGE_COLLECTION_STATES = [
  'requested',
  'waiting for write JWTs to expire',
  'scanning manifests',
  'deleting unreferenced blobs',
  'cancelling',
  'failed',
  'succeeded',
  'cancelled',
] as const;

/** A state that is not known yet becomes `other`. */
export const garbageCollection = z.object({
  garbage_collection: z.object({
    status: z.enum(GARBAGE_COLLECTION_STATES).or(z.string().transform(() => 'other' as const)),
  }),
});

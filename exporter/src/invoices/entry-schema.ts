import { z } from 'zod';
import type { ApiWarning } from '../contract/datasets.ts';
import { INVOICE_FIELDS, INVOICE_ONLY_PROVIDERS, PROVIDERS, recordOf, WHOLE_PROVIDER } from '../contract/providers.ts';
import { currencyDigits, isCurrency } from '../money/currency.ts';
import { addDays, addMonths, dayOf, daysBetween, isDay, monthStart, nextMonthStart } from '../money/days.ts';
import type { InvoiceStatement } from './invoice.ts';
import { canonicalProvider, plainNumber } from './names.ts';

/** Invoices far longer than this are typing errors (a wrong year). */
const MAX_PERIOD_DAYS = 1_100;
/** A subscription is billed ahead, but not by more than this. */
const MAX_START_DAYS_AHEAD = 62;
const EARLIEST_DAY = '2000-01-01';
export const MAX_NOTES = 2_000;

const RESERVED_PROVIDERS = ['all', 'other', 'total'];

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

const plainText = (longest: number) =>
  z
    .string()
    .max(longest, `must be at most ${longest} characters`)
    .refine((text) => !CONTROL.test(text), 'must not contain control characters');

export const notesSchema = plainText(MAX_NOTES);
export const reasonSchema = plainText(500).refine((text) => text.trim() !== '', 'must say why');

export const daySchema = z
  .string()
  .refine(isDay, 'must be a day that exists, such as 2026-03-31')
  .refine((day) => !isDay(day) || day >= EARLIEST_DAY, `must not be before ${EARLIEST_DAY}`);

/** A JSON number is refused with the same words: it may have lost digits on its way. */
const decimalString = (pattern: RegExp, message: string) => z.string(message).regex(pattern, message);

/** Up to three decimals here; how many the currency has is checked with the currency. */
export const signedAmountSchema = decimalString(
  /^-?\d{1,9}(\.\d{1,3})?$/,
  'must be a decimal string such as "25.00" (no currency sign, no exponent, at most nine digits before the point)',
);
const usdAmountSchema = decimalString(
  /^\d{1,9}(\.\d{1,2})?$/,
  'must be a decimal string in USD such as "25.00": not negative, at most two decimals ' +
    '(a credit is entered with kind "credit")',
);

export const currencySchema = z.string().refine(isCurrency, 'must be an ISO 4217 code in capitals, such as USD or EUR');
export const fxRateSchema = z
  .string()
  .regex(
    /^\d{1,6}(\.\d{1,8})?$/,
    'must be a decimal string such as "1.08": USD for one unit of the currency, at most eight decimals',
  )
  .refine((rate) => Number(rate) > 0, 'must be above zero');

export const invoiceNumberSchema = plainText(100)
  .transform(plainNumber)
  .pipe(z.string().min(1, 'must not be empty; leave it out when the invoice has no number'));

export const providerSchema = z
  .string()
  .max(200, 'must be at most 200 characters')
  .transform(canonicalProvider)
  .pipe(
    z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9_-]{0,39}$/,
        'must be a short name of letters, digits, - or _ (at most 40), such as supabase or hetzner',
      )
      .refine((name) => !RESERVED_PROVIDERS.includes(name), 'is a reserved name; name the vendor'),
  );

export const componentSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, 'must be a short name of letters, digits, - or _');

/** The month that the invoices of the monthly form are for. */
const monthSchema = z
  .string()
  .refine((month) => isDay(`${month}-01`), 'must be a month such as 2026-03')
  .refine((month) => !isDay(`${month}-01`) || `${month}-01` >= EARLIEST_DAY, `must not be before ${EARLIEST_DAY}`)
  .meta({ example: '2026-03', description: 'The month that is billed; without it that of the billing date.' });

/**
 * `{billingDate, month?, supabaseUsd?, weaviateUsd?, notes?}`, an amount for each provider without a billing API: the monthly
 * form.
 */
export const formEntrySchema = z.strictObject({
  billingDate: daySchema,
  month: monthSchema.optional(),
  ...recordOf(INVOICE_FIELDS, () => usdAmountSchema.optional()),
  notes: notesSchema.optional(),
  additional: z.boolean().optional(),
});
export type FormEntry = z.output<typeof formEntrySchema>;

/** Any provider's invoice or credit. */
export const invoiceEntrySchema = z.strictObject({
  provider: providerSchema,
  component: componentSchema.optional(),
  invoiceNumber: invoiceNumberSchema.optional(),
  billingDate: daySchema.optional(),
  periodStart: daySchema.optional(),
  periodEnd: daySchema.optional(),
  amount: signedAmountSchema,
  currency: currencySchema.default('USD'),
  fxRate: fxRateSchema.optional(),
  taxAmount: signedAmountSchema.optional(),
  notes: notesSchema.optional(),
  kind: z.enum(['invoice', 'credit'], 'must be invoice or credit').default('invoice'),
  additional: z.boolean().optional(),
});
export type InvoiceEntry = z.output<typeof invoiceEntrySchema>;

/** The fields of an invoice that a correction may change, and why it does. */
export const correctionSchema = z.strictObject({
  billingDate: daySchema.optional(),
  periodStart: daySchema.optional(),
  periodEnd: daySchema.optional(),
  amount: signedAmountSchema.optional(),
  currency: currencySchema.optional(),
  fxRate: fxRateSchema.nullable().optional(),
  taxAmount: signedAmountSchema.nullable().optional(),
  invoiceNumber: invoiceNumberSchema.nullable().optional(),
  notes: notesSchema.nullable().optional(),
});
export type Correction = z.output<typeof correctionSchema>;

export const voidSchema = z.strictObject({ reason: reasonSchema });

/** Something wrong with one field of an entry. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** The statements of one form entry: one row for each amount, over its month, else that of the billing date. */
export function statementsOfForm(form: FormEntry): InvoiceStatement[] {
  const first = form.month === undefined ? monthStart(form.billingDate) : `${form.month}-01`;
  const month = { periodStart: first, periodEnd: nextMonthStart(first) };
  const amounts = INVOICE_ONLY_PROVIDERS.map((provider) => ({
    provider,
    amount: form[PROVIDERS[provider].cost.field],
  }));
  return amounts.flatMap(({ provider, amount }) =>
    amount === undefined
      ? []
      : [
          {
            ...NOTHING_MORE,
            ...month,
            provider,
            amount,
            billingDate: form.billingDate,
            currency: 'USD',
            notes: form.notes ?? null,
            additional: form.additional ?? false,
          },
        ],
  );
}

/** Invoices of a month come in the first days of the next. */
const LAST_DOUBTFUL_DAY = 5;

/** Asks which month is meant, where neither month nor period is given and the billing date is one of the first days. */
export function monthWarning({
  billingDate,
  given,
}: {
  readonly billingDate: string | undefined;
  readonly given: boolean;
}): ApiWarning[] {
  if (given || billingDate === undefined || Number(billingDate.slice(8)) > LAST_DOUBTFUL_DAY) return [];
  const [month, before] = [billingDate.slice(0, 7), addMonths(billingDate, -1).slice(0, 7)];
  return [
    {
      code: 'month_not_given',
      message:
        `Is the invoice of ${billingDate} for ${before}? It is taken for ${month}, the month of its date: give the ` +
        'month (`month`, or `periodStart` and `periodEnd`) to be sure.',
    },
  ];
}

/**
 * One invoice: without a period, the calendar month of the billing date; without a billing date, the first day of the
 * period, today where that is ahead.
 */
export function statementOfInvoice(entry: InvoiceEntry, today: string): InvoiceStatement {
  const billingDate =
    entry.billingDate ?? (entry.periodStart !== undefined && entry.periodStart < today ? entry.periodStart : today);
  return {
    ...NOTHING_MORE,
    provider: entry.provider,
    component: entry.component ?? WHOLE_PROVIDER,
    kind: entry.kind,
    invoiceNumber: entry.invoiceNumber ?? null,
    billingDate,
    periodStart: entry.periodStart ?? monthStart(billingDate),
    periodEnd: entry.periodEnd ?? nextMonthStart(billingDate),
    amount: entry.amount,
    currency: entry.currency,
    fxRate: entry.fxRate ?? null,
    taxAmount: entry.taxAmount ?? null,
    notes: entry.notes ?? null,
    additional: entry.additional ?? false,
  };
}

const NOTHING_MORE = {
  kind: 'invoice',
  component: WHOLE_PROVIDER,
  invoiceNumber: null,
  line: 0,
  fxRate: null,
  taxAmount: null,
  notes: null,
  additional: false,
} as const;

/** The clocks of the world are at most this far ahead of UTC: what is dated tomorrow is dated today in Sydney. */
const MAX_HOURS_AHEAD = 14;

function latestToday(now: Date): string {
  return dayOf(new Date(now.getTime() + MAX_HOURS_AHEAD * 3_600_000));
}

function decimalsOf(amount: string): number {
  return (amount.split('.')[1] ?? '').length;
}

/** "1000.00" yen: cents that are not there. "1.000" may be a thousand and stays refused. */
function isWholeWithCents(amount: string, decimals: number): boolean {
  return decimals === 0 && /\.0{1,2}$/.test(amount);
}

/** What no single field can tell: the period, the currency's decimals, the sign. Empty when all is well. */
export function refusalsOf(statement: InvoiceStatement, now: Date): FieldError[] {
  const today = dayOf(now);
  const errors: FieldError[] = [];
  const refuse = (field: string, message: string) => errors.push({ field, message });
  const { periodStart, periodEnd, billingDate, amount, currency, kind } = statement;
  const days = daysBetween(periodStart, periodEnd);
  if (days <= 0)
    refuse(
      'periodEnd',
      `must be after periodStart (${periodStart}): ` +
        `the end is exclusive, so one day is ${periodStart} to ${addDays(periodStart, 1)}`,
    );
  else if (days > MAX_PERIOD_DAYS)
    refuse('periodEnd', `makes a period of ${days} days; at most ${MAX_PERIOD_DAYS} are taken`);
  if (periodStart > addDays(today, MAX_START_DAYS_AHEAD))
    refuse('periodStart', `is more than ${MAX_START_DAYS_AHEAD} days ahead of today (${today}, UTC)`);
  if (billingDate > latestToday(now)) refuse('billingDate', `is in the future: today is ${today} (UTC)`);
  const decimals = currencyDigits(currency);
  for (const [field, value] of [
    ['amount', amount],
    ['taxAmount', statement.taxAmount],
  ] as const) {
    if (value !== null && decimalsOf(value) > decimals && !isWholeWithCents(value, decimals))
      refuse(field, `has more decimals than ${currency} (${decimals})`);
  }
  if (kind === 'invoice' && amount.startsWith('-'))
    refuse('amount', 'is negative: a credit is entered with kind "credit"');
  if (kind === 'credit' && !amount.startsWith('-') && /[1-9]/.test(amount))
    refuse('amount', 'must be negative for a credit');
  if (kind === 'invoice' && statement.taxAmount?.startsWith('-') === true)
    refuse('taxAmount', 'is negative: only a credit has negative tax');
  if (currency === 'USD' && statement.fxRate !== null && Number(statement.fxRate) !== 1)
    refuse('fxRate', 'must be left out for USD');
  return errors;
}

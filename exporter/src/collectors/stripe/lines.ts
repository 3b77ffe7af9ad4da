import { addDays } from '../../money/days.ts';
import { dayOfSeconds, creditPeriod, earningPeriod, type DayRange } from '../../money/recognised-revenue.ts';
import { divideRounded } from '../../money/micros.ts';
import { splitByWeight } from '../../money/allocation.ts';
import type { CreditNote, CreditNoteLine, Invoice, InvoiceLine } from './schema.ts';

/**
 * Something that is earned, as it is stored: a line of a finalised invoice or of a credit note, what a refund, dispute
 * or bad debt takes back of a line, a payment without an invoice. Minor units without tax; what is taken back is
 * negative.
 */
export interface RevenueLine {
  readonly id: string;
  readonly invoiceId: string;
  readonly kind: RevenueKind;
  readonly customer: string;
  readonly status: string;
  readonly finalisedOn: string;
  /** `[start, end)` in UTC days. */
  readonly start: string;
  readonly end: string;
  /** The period that it is spread over, where it counts only from `start` on. */
  readonly spread?: DayRange | undefined;
  readonly minor: bigint;
  readonly currency: string;
  /** The line that it takes back, wholly or in part. */
  readonly reversedLine?: string | undefined;
}

export const REVENUE_KINDS = [
  'invoice_line',
  'credit_note_line',
  'refund',
  'dispute',
  'bad_debt',
  'payment',
  'platform_fee',
  'prepaid',
] as const;
export type RevenueKind = (typeof REVENUE_KINDS)[number];

export const UNKNOWN_CUSTOMER = 'unknown';
export const DRAFT = 'draft';
export const VOID = 'void';

/**
 * The rows of one invoice; `lines` are all of them, paged to the end. Their sum is the invoice's total without tax,
 * to the minor unit. A draft gives one empty row, which remembers to look again; a void keeps its rows, marked.
 */
export function linesOfInvoice(invoice: Invoice, lines: readonly InvoiceLine[]): RevenueLine[] {
  const status = invoice.status ?? DRAFT;
  const finalisedOn = dayOfSeconds(invoice.status_transitions?.finalized_at ?? invoice.created);
  const own = {
    invoiceId: invoice.id,
    kind: 'invoice_line' as const,
    customer: invoice.customer ?? UNKNOWN_CUSTOMER,
    status,
    finalisedOn,
    currency: invoice.currency,
  };
  if (status === DRAFT) return [{ ...own, ...oneDay(finalisedOn), id: invoice.id, minor: 0n }];
  const shipping = invoice.shipping_cost?.amount_subtotal ?? 0n;
  const parts = lines.map((line) => ({
    id: line.id,
    minor: withoutTax(line),
    ...earningPeriod(line.period.start, line.period.end),
  }));
  const rest = oneDay(finalisedOn);
  const target = invoice.total_excluding_tax ?? undefined;
  return [
    ...balanced(parts, target === undefined ? undefined : target - shipping, { id: `${invoice.id}:rest`, ...rest }).map(
      (part) => ({ ...own, ...part }),
    ),
    ...(shipping === 0n ? [] : [{ ...own, id: `${invoice.id}:shipping`, minor: shipping, ...rest }]),
  ];
}

/** A line of an invoice, as credit notes refer to it. */
export interface CreditedLine extends DayRange {
  readonly id: string;
  readonly minor: bigint;
}

/**
 * The rows of one credit note: each line of it takes back what the credited line had earned on the day of the note, and
 * then each day what that day would have earned. A line that names no invoice line is shared over all of them.
 */
export function linesOfCreditNote(
  note: CreditNote,
  lines: readonly CreditNoteLine[],
  invoiceLines: readonly CreditedLine[],
): RevenueLine[] {
  const issuedOn = dayOfSeconds(note.created);
  const own = {
    invoiceId: note.invoice,
    kind: 'credit_note_line' as const,
    customer: note.customer ?? UNKNOWN_CUSTOMER,
    status: note.status,
    finalisedOn: issuedOn,
    currency: note.currency,
  };
  const parts = lines.map((line) => ({
    id: line.id,
    credits: line.invoice_line_item ?? undefined,
    minor: -(line.amount - (line.discount_amount ?? 0n) - inclusive(line) - billingCredits(line)),
    ...oneDay(issuedOn),
  }));
  const target = note.total_excluding_tax ?? undefined;
  const byId = new Map(invoiceLines.map((line) => [line.id, line]));
  return balanced(parts, target === undefined ? undefined : -target, {
    id: `${note.id}:rest`,
    ...oneDay(issuedOn),
  }).flatMap(({ id, credits, minor }) => {
    const credited = credits === undefined ? undefined : byId.get(credits);
    if (credited !== undefined)
      return [{ ...own, id, minor, reversedLine: credited.id, ...creditPeriod(issuedOn, credited) }];
    const shares = sharedOver(minor, invoiceLines);
    if (shares.length === 0) return [{ ...own, id, minor, ...oneDay(issuedOn) }];
    return shares.map(({ line, minor: share }) => ({
      ...own,
      id: `${id}:${line.id}`,
      minor: share,
      reversedLine: line.id,
      ...creditPeriod(issuedOn, line),
    }));
  });
}

/** Shares an amount over lines in proportion, negative lines included; the shares add up to it. */
function sharedOver(
  minor: bigint,
  lines: readonly CreditedLine[],
): { readonly line: CreditedLine; readonly minor: bigint }[] {
  const total = lines.reduce((acc, line) => acc + line.minor, 0n);
  if (total <= 0n) return [];
  let cumulated = 0n;
  return lines.flatMap((line) => {
    const before = divideRounded(minor * cumulated, total);
    cumulated += line.minor;
    const share = divideRounded(minor * cumulated, total) - before;
    return share === 0n ? [] : [{ line, minor: share }];
  });
}

/**
 * What was credited by the invoice's own account, where the notes themselves may not be read; tax taken out in
 * proportion.
 */
export function creditsByInvoice(invoice: Invoice): RevenueLine[] {
  const credited = creditedOn(invoice);
  const total = invoice.total ?? 0n;
  if (credited === 0n || total <= 0n) return [];
  const minor = -divideRounded(credited * (invoice.total_excluding_tax ?? total), total);
  const day = dayOfSeconds(invoice.status_transitions?.finalized_at ?? invoice.created);
  return [
    {
      id: `${invoice.id}:credits`,
      invoiceId: invoice.id,
      kind: 'credit_note_line',
      customer: invoice.customer ?? UNKNOWN_CUSTOMER,
      status: invoice.status ?? DRAFT,
      finalisedOn: day,
      ...oneDay(day),
      minor,
      currency: invoice.currency,
    },
  ];
}

export function creditedOn(invoice: Invoice): bigint {
  return (invoice.pre_payment_credit_notes_amount ?? 0n) + (invoice.post_payment_credit_notes_amount ?? 0n);
}

interface Part extends DayRange {
  readonly id: string;
  readonly minor: bigint;
  /** The invoice line that a line of a credit note names. */
  readonly credits?: string | undefined;
}

/**
 * Makes parts sum to `target`: a difference (rounding, an amount that no line shows) is shared out, or else is a part
 * of its own.
 */
function balanced(parts: readonly Part[], target: bigint | undefined, rest: Omit<Part, 'minor'>): Part[] {
  const total = parts.reduce((acc, { minor }) => acc + minor, 0n);
  const difference = target === undefined ? 0n : target - total;
  if (difference === 0n) return [...parts];
  const weights = new Map(
    parts.filter(({ minor }) => minor !== 0n).map(({ id, minor }) => [id, minor < 0n ? -minor : minor]),
  );
  if (weights.size === 0) return [...parts, { ...rest, minor: difference }];
  const shares = splitByWeight(difference, weights);
  return parts.map((part) => ({ ...part, minor: part.minor + (shares.get(part.id) ?? 0n) }));
}

function oneDay(day: string): { start: string; end: string } {
  return { start: day, end: addDays(day, 1) };
}

function withoutTax(line: InvoiceLine): bigint {
  const discounts = (line.discount_amounts ?? []).reduce((acc, { amount }) => acc + amount, 0n);
  return line.amount - discounts - inclusive(line) - billingCredits(line);
}

function inclusive({ taxes }: Pick<InvoiceLine, 'taxes'>): bigint {
  return (taxes ?? [])
    .filter(({ tax_behavior: behaviour }) => behaviour === 'inclusive')
    .reduce((acc, { amount }) => acc + amount, 0n);
}

/** Billing credits are taken off before tax; the discounts in the same list are in `discount_amounts` already. */
export function billingCredits({ pretax_credit_amounts: credits }: Pick<InvoiceLine, 'pretax_credit_amounts'>): bigint {
  return (credits ?? [])
    .filter(({ type }) => type === 'credit_balance_transaction')
    .reduce((acc, { amount }) => acc + amount, 0n);
}

export function sumOfLines(lines: readonly RevenueLine[]): bigint {
  return lines.reduce((acc, { minor }) => acc + minor, 0n);
}

import { daysBetween } from '../../money/days.ts';
import { convert } from '../../ledger/fx-rates.ts';
import { minorToMicros } from '../../money/minor-units.ts';

/** A payment in the balance of which Stripe did not say what it is for. */
export interface OpenPayment {
  readonly id: string;
  readonly source: string | undefined;
  readonly day: string;
  readonly minor: bigint;
  readonly currency: string;
  readonly customer: string | undefined;
  readonly exchangeRate: string | undefined;
}

/** Money that an invoice received and that no payment was found for. */
export interface OpenInvoicePayment {
  readonly invoiceId: string;
  readonly day: string;
  readonly minor: bigint;
  readonly currency: string;
  readonly customer: string | null;
}

/** A payment that was made on one day may be booked some days later (bank debits, time zones). */
const MAX_DAYS = 5;

/**
 * Which payment belongs to which invoice, where charges cannot be read: the same amount within a few days, each used
 * once, nearest first. The rest are payments without an invoice.
 */
export function matchPayments(
  payments: readonly OpenPayment[],
  invoices: readonly OpenInvoicePayment[],
): Map<string, OpenInvoicePayment> {
  const open = Map.groupBy(invoices, ({ minor }) => minor);
  const pairs = payments.flatMap((payment) => {
    const candidates =
      payment.exchangeRate === undefined
        ? (open.get(payment.minor) ?? []).filter(({ currency }) => currency === payment.currency)
        : invoices.filter((one) => isConverted(one, payment));
    return candidates
      .filter(({ customer }) => !customer || !payment.customer || customer === payment.customer)
      .map((invoice) => ({ payment, invoice, distance: distanceOf(payment, invoice) }));
  });
  const matched = new Map<string, OpenInvoicePayment>();
  const used = new Set<OpenInvoicePayment>();
  for (const { payment, invoice, distance } of pairs.sort(byDistance)) {
    if (distance > MAX_DAYS || matched.has(payment.id) || used.has(invoice)) continue;
    matched.set(payment.id, invoice);
    used.add(invoice);
  }
  return matched;
}

/** Converted by Stripe: its rate is from the payment's currency, which the balance does not name. */
function isConverted(invoice: OpenInvoicePayment, { exchangeRate, minor, currency }: OpenPayment): boolean {
  if (exchangeRate === undefined || invoice.currency === currency) return false;
  const expected = convert(minorToMicros(invoice.minor, invoice.currency), exchangeRate);
  const difference = expected - minorToMicros(minor, currency);
  const unit = minorToMicros(1n, currency);
  return difference >= -unit && difference <= unit;
}

function distanceOf(payment: OpenPayment, invoice: OpenInvoicePayment): number {
  return Math.abs(daysBetween(invoice.day, payment.day));
}

function byDistance(
  a: { distance: number; payment: OpenPayment; invoice: OpenInvoicePayment },
  b: { distance: number; payment: OpenPayment; invoice: OpenInvoicePayment },
): number {
  const key = (one: typeof a): string => `${one.payment.day} ${one.payment.id} ${one.invoice.invoiceId}`;
  return a.distance - b.distance || (key(a) < key(b) ? -1 : 1);
}

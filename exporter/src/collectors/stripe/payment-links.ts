import { addDays } from '../../money/days.ts';
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
 * Which payment belongs to which invoice, where Stripe does not say: the same amount within a few days, each used once,
 * nearest first. The rest are payments without an invoice.
 */
export function matchPayments(
  payments: readonly OpenPayment[],
  invoices: readonly OpenInvoicePayment[],
): Map<string, OpenInvoicePayment> {
  const byDay = indexByDay(invoices);
  const currencies = [...new Set(invoices.map(({ currency }) => currency))];
  const matched = new Map<string, OpenInvoicePayment>();
  const used = new Set<OpenInvoicePayment>();
  const inOrder = [...payments].sort((a, b) => (`${a.day} ${a.id}` < `${b.day} ${b.id}` ? -1 : 1));
  // Day by day away from each payment, so that an account with one price for everybody is no square of its payments.
  for (let distance = 0; distance <= MAX_DAYS; distance += 1) {
    for (const payment of inOrder) {
      if (matched.has(payment.id)) continue;
      const days = new Set([addDays(payment.day, -distance), addDays(payment.day, distance)]);
      const candidates = currencies
        .flatMap((currency) =>
          [...days].flatMap((day) => sameAmount(byDay.get(`${currency} ${day}`), currency, payment)),
        )
        .filter((one) => !used.has(one) && isOfCustomer(one, payment));
      const invoice = candidates.reduce<OpenInvoicePayment | undefined>(
        (first, one) => (first === undefined || one.invoiceId < first.invoiceId ? one : first),
        undefined,
      );
      if (invoice === undefined) continue;
      matched.set(payment.id, invoice);
      used.add(invoice);
    }
  }
  return matched;
}

/** By currency and day, each sorted by amount. */
function indexByDay(invoices: readonly OpenInvoicePayment[]): Map<string, OpenInvoicePayment[]> {
  const byDay = Map.groupBy(invoices, ({ currency, day }) => `${currency} ${day}`);
  for (const list of byDay.values()) list.sort((a, b) => (a.minor < b.minor ? -1 : a.minor > b.minor ? 1 : 0));
  return byDay;
}

function isOfCustomer({ customer }: OpenInvoicePayment, payment: OpenPayment): boolean {
  return !customer || !payment.customer || customer === payment.customer;
}

/** Invoices of a day and currency with the payment's amount; where Stripe converted, with what became that amount. */
function sameAmount(
  list: readonly OpenInvoicePayment[] | undefined,
  currency: string,
  payment: OpenPayment,
): readonly OpenInvoicePayment[] {
  if (list === undefined) return [];
  const { exchangeRate, minor } = payment;
  if (exchangeRate === undefined) return currency === payment.currency ? between(list, minor, minor) : [];
  // Its rate is from the currency of the charge, which the balance does not name.
  if (currency === payment.currency) return [];
  const unit = convert(minorToMicros(1_000_000n, currency), exchangeRate);
  if (unit <= 0n) return [];
  const [target, tolerance] = [minorToMicros(minor, payment.currency), minorToMicros(1n, payment.currency)];
  const native = (micros: bigint): bigint => (micros * 1_000_000n) / unit;
  return between(list, native(target - tolerance) - 1n, native(target + tolerance) + 1n).filter((one) =>
    isConverted(one, payment),
  );
}

/** The part of a sorted list with amounts from `lowest` to `highest`. */
function between(list: readonly OpenInvoicePayment[], lowest: bigint, highest: bigint): readonly OpenInvoicePayment[] {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.minor ?? 0n) < lowest) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < list.length && (list[end]?.minor ?? 0n) <= highest) end += 1;
  return list.slice(low, end);
}

function isConverted(invoice: OpenInvoicePayment, { exchangeRate, minor, currency }: OpenPayment): boolean {
  if (exchangeRate === undefined) return false;
  const expected = convert(minorToMicros(invoice.minor, invoice.currency), exchangeRate);
  const difference = expected - minorToMicros(minor, currency);
  const unit = minorToMicros(1n, currency);
  return difference >= -unit && difference <= unit;
}

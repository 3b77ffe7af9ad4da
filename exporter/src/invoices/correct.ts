import { parseMicros } from '../money/micros.ts';
import type { Correction } from './entry-schema.ts';
import type { Adjustment, InvoiceStatement } from './invoice.ts';

/**
 * The statement with its corrections. A rate stays as it was stored, unless it or the currency is what changes. Pure.
 */
export function correctedStatement(before: Adjustment, correction: Correction): InvoiceStatement {
  const { kind, provider, component, line, additional } = before;
  const currency = correction.currency ?? before.currency;
  const storedRate = currency === before.currency ? before.fxRate : null;
  const plain = (amount: string): string => amount.replace(/\.0+$|(\.\d*?)0+$/, '$1');
  const given = <Value>(changed: Value | undefined, old: Value): Value => (changed === undefined ? old : changed);
  return {
    kind,
    provider,
    component,
    line,
    additional,
    currency,
    invoiceNumber: given(correction.invoiceNumber, before.invoiceNumber),
    billingDate: given(correction.billingDate, before.billingDate),
    periodStart: given(correction.periodStart, before.periodStart),
    periodEnd: given(correction.periodEnd, before.periodEnd),
    amount: given(correction.amount, plain(before.amount)),
    fxRate: given(correction.fxRate, storedRate),
    taxAmount: given(correction.taxAmount, before.taxAmount === null ? null : plain(before.taxAmount)),
    notes: given(correction.notes, before.notes),
  };
}

type Compared = InvoiceStatement & Pick<Adjustment, 'amountUsd'>;

/** "25.0" and "25.00" are the same amount. */
export function sameStatement(a: Compared, b: Compared): boolean {
  const money = (text: string | null): bigint | null => (text === null ? null : parseMicros(text));
  const rate = (text: string | null): string | null =>
    text === null ? null : text.replace(/(\.\d*?)0*$/, '$1').replace(/\.$/, '');
  return (
    money(a.amount) === money(b.amount) &&
    money(a.amountUsd) === money(b.amountUsd) &&
    money(a.taxAmount) === money(b.taxAmount) &&
    rate(a.fxRate) === rate(b.fxRate) &&
    a.currency === b.currency &&
    a.invoiceNumber === b.invoiceNumber &&
    a.billingDate === b.billingDate &&
    a.periodStart === b.periodStart &&
    a.periodEnd === b.periodEnd &&
    (a.notes ?? '') === (b.notes ?? '')
  );
}

import type { Found, ReadLine } from '../contract/imports.ts';
import { cellAmount } from './amounts.ts';
import { LABELS } from './labels.ts';
import { amountLabelOf, isHeading, taxRowAt } from './layout.ts';
import { folded, quoted, type Row } from './text.ts';
import type { Totals } from './totals.ts';

/** Whether a row calls itself a discount: "Discount", "LOYAL (20% off)", "Remise". */
export function isDiscount(text: string): boolean {
  return LABELS.discount.test(folded(text));
}

/** "Shipping", "Late fee": named charges only, since any other amount there may be a sum. */
const CHARGE =
  /^(?:shipping|delivery|handling|postage|freight|late (?:payment )?fee|(?:service|processing|platform|transaction) fee|surcharge|rounding|frais (?:de (?:port|livraison|service|dossier|gestion)|bancaires)|livraison|penalites?(?: de retard)?|arrondi)\b/;

/**
 * Discounts and charges on the whole invoice stand between subtotal and total: lines of their own here, without a
 * period.
 */
export function discountsOf(rows: readonly Row[], { rows: stated }: Totals): ReadLine[] {
  const start = stated.find(({ label }) => label === 'subtotal' || label === 'totalExcludingTax')?.index;
  if (start === undefined) return [];
  const end = stated.find(({ label, index }) => index > start && (label === 'total' || label === 'grandTotal'))?.index;
  return rows.slice(start + 1, end).flatMap((row, offset): ReadLine[] => {
    const label = row.cells[0]?.text ?? '';
    const money = cellAmount(row.cells.at(-1)?.text ?? '');
    if (row.cells.length < 2 || money === undefined || isHeading(row) || amountLabelOf(label) !== undefined) return [];
    if (taxRowAt(row, start + 1 + offset, true) !== undefined) return [];
    const negative = money.amount.startsWith('-');
    if (!negative && CHARGE.test(folded(label)))
      return [wholeInvoiceLine(label, { value: money.amount, found: quoted(row), confidence: 'high' })];
    // Without its name it is a discount by its sign alone, and only before the total.
    if (!isDiscount(label) && !(negative && end !== undefined)) return [];
    const found = negative ? quoted(row) : `${quoted(row)} (a discount: its minus sign was lost)`;
    const value = `-${money.amount.replace(/^-/, '')}`;
    return [wholeInvoiceLine(label, { value, found, confidence: negative ? 'high' : 'medium' })];
  });
}

function wholeInvoiceLine(label: string, amount: Found): ReadLine {
  return {
    description: label.slice(0, 300),
    quantity: null,
    amount,
    periodStart: null,
    periodEnd: null,
    discount: true,
  };
}

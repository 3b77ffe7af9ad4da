import type { ReadLine } from '../contract/imports.ts';
import { cellAmount } from './amounts.ts';
import { LABELS } from './labels.ts';
import { amountLabelOf, isHeading, taxRowAt } from './layout.ts';
import { folded, quoted, type Row } from './text.ts';
import type { Totals } from './totals.ts';

/** Whether a row calls itself a discount: "Discount", "LOYAL (20% off)", "Remise". */
export function isDiscount(text: string): boolean {
  return LABELS.discount.test(folded(text));
}

/** Discounts on the whole invoice stand between subtotal and total: lines of their own here, without a period. */
export function discountsOf(rows: readonly Row[], { rows: stated }: Totals): ReadLine[] {
  const start = stated.find(({ label }) => label === 'subtotal')?.index;
  if (start === undefined) return [];
  const end = stated.find(({ label, index }) => index > start && (label === 'total' || label === 'grandTotal'))?.index;
  return rows.slice(start + 1, end).flatMap((row, offset): ReadLine[] => {
    const label = row.cells[0]?.text ?? '';
    const money = cellAmount(row.cells.at(-1)?.text ?? '');
    if (row.cells.length < 2 || money === undefined || isHeading(row) || amountLabelOf(label) !== undefined) return [];
    if (taxRowAt(row, start + 1 + offset, true) !== undefined) return [];
    const negative = money.amount.startsWith('-');
    // Without its name it is a discount by its sign alone, and only before the total.
    if (!isDiscount(label) && !(negative && end !== undefined)) return [];
    const found = negative ? quoted(row) : `${quoted(row)} (a discount: its minus sign was lost)`;
    return [
      {
        description: label.slice(0, 300),
        quantity: null,
        amount: { value: `-${money.amount.replace(/^-/, '')}`, found, confidence: negative ? 'high' : 'medium' },
        periodStart: null,
        periodEnd: null,
        discount: true,
      },
    ];
  });
}

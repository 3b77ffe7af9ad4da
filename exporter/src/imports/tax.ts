import type { ImportWarning } from '../contract/imports.ts';
import { formatMicros, parseMicros, sumMicros, type Micros } from '../money/micros.ts';
import { cellAmount } from './amounts.ts';
import { isHeading, taxRowAt, type TaxRow } from './layout.ts';
import { quoted, type Row } from './text.ts';
import type { FoundMoney, Totals } from './totals.ts';

export interface ReadTax {
  readonly tax: FoundMoney | null;
  readonly warnings: readonly ImportWarning[];
}

/** Rounding of a rate: half a cent for each of a few lines. */
const TOLERANCE: Micros = 20_000n;
/** A row "of which VAT" may stand under the total. */
const ROWS_AFTER_TOTAL = 3;

/**
 * The tax between the subtotal and the total. It is taken only if the document adds up with it: subtotal (or total
 * without tax, or the sum of lines) + tax = total, or a printed rate gives it. Else it is null, with a warning.
 */
export function taxOf(
  rows: readonly Row[],
  totals: Totals,
  sums: { readonly lines: Micros | null; readonly discounts: Micros },
): ReadTax {
  const total = totals.total ?? totals.amountDue ?? totals.amountPaid;
  const candidates = taxRows(rows, totals);
  if (candidates.length === 0) return { tax: null, warnings: [] };
  const gross = total === null ? null : parseMicros(total.value);
  const nets = netAmounts(totals, sums);
  const chosen = gross === null ? undefined : groupsOf(candidates).find((group) => addsUp(group, gross, nets));
  if (chosen !== undefined) return { tax: foundSum(chosen), warnings: [] };
  const confirmed = gross === null ? undefined : candidates.filter((one) => isNetPrinted(one, gross, rows));
  if (confirmed?.length === 1) {
    const tax = foundSum(confirmed);
    return { tax: tax === null ? null : { ...tax, confidence: 'medium' }, warnings: [] };
  }
  if (candidates.every(({ money }) => parseMicros(money.amount) === 0n))
    return { tax: foundSum(candidates.slice(0, 1)), warnings: [] };
  const names = candidates.map(({ row }) => quoted(row)).join('; ');
  return {
    tax: null,
    warnings: [
      {
        code: 'tax_unclear',
        message: `No tax is taken, since the total does not add up with it: ${names}. Compare with the original.`,
      },
    ],
  };
}

function taxRows(rows: readonly Row[], { rows: stated }: Totals): TaxRow[] {
  const starts = stated.filter(({ label }) => label === 'subtotal' || label === 'totalExcludingTax');
  const ends = stated.filter(({ label }) => ['total', 'grandTotal', 'amountDue', 'amountPaid'].includes(label));
  const heading = rows.findIndex(isHeading);
  const start = starts[0]?.index ?? heading;
  const end = ends.findLast(({ label }) => label === 'total' || label === 'grandTotal')?.index ?? ends.at(-1)?.index;
  if (end === undefined) return [];
  return rows.flatMap((row, index) => {
    const besideTotals = stated.some((one) => one.below && one.index === index);
    if ((index <= start && !besideTotals) || index > end + ROWS_AFTER_TOTAL || isHeading(row)) return [];
    const among = besideTotals || (starts.length > 0 && index < end);
    const found = taxRowAt(row, index, among, besideTotals ? rows[index + 1] : undefined);
    return found === undefined || (index > end && !found.included) ? [] : [found];
  });
}

function netAmounts(
  { subtotal, totalExcludingTax }: Totals,
  { lines, discounts }: { readonly lines: Micros | null; readonly discounts: Micros },
): readonly Micros[] {
  const printed = subtotal === null ? null : parseMicros(subtotal.value);
  return [
    totalExcludingTax === null ? null : parseMicros(totalExcludingTax.value),
    printed,
    printed === null ? null : printed + discounts,
    totalExcludingTax === null && printed === null ? lines : null,
  ].filter((amount) => amount !== null);
}

/** All rows, then the row that calls itself the sum, then each alone: breakdowns print a tax twice. */
function groupsOf(candidates: readonly TaxRow[]): readonly (readonly TaxRow[])[] {
  return [candidates, candidates.filter(({ sum }) => sum), ...candidates.map((one) => [one])].filter(
    (group) => group.length > 0,
  );
}

function addsUp(group: readonly TaxRow[], gross: Micros, nets: readonly Micros[]): boolean {
  const tax = sumMicros(group.map(({ money }) => parseMicros(money.amount)));
  if (absolute(tax) > absolute(gross)) return false;
  if (nets.some((net) => net + tax === gross)) return true;
  const [only, ...more] = group;
  if (only === undefined || more.length > 0) return false;
  const fits = only.rate !== null && isShare(tax, gross, only.rate);
  return only.included ? only.rate === null || fits : nets.length === 0 && fits;
}

/** What is left of the total stands above the tax under a name of its own: "AWS service charges". */
function isNetPrinted({ index, money }: TaxRow, gross: Micros, rows: readonly Row[]): boolean {
  const net = gross - parseMicros(money.amount);
  return (
    net !== gross &&
    rows.slice(0, index).some(({ cells }) => {
      const amount = cells.length < 2 ? undefined : cellAmount(cells.at(-1)?.text ?? '');
      return amount !== undefined && parseMicros(amount.amount) === net;
    })
  );
}

/** Whether the tax is `rate` per cent of what is left of the gross amount without it. */
function isShare(tax: Micros, gross: Micros, rate: string): boolean {
  const perHundred = parseMicros(rate);
  return absolute(((gross - tax) * perHundred) / 100_000_000n - tax) <= TOLERANCE;
}

function foundSum(group: readonly TaxRow[]): FoundMoney | null {
  const [first, ...more] = group;
  if (first === undefined) return null;
  if (more.length === 0)
    return { value: first.money.amount, found: quoted(first.row), confidence: 'high', money: first.money };
  const value = formatMicros(sumMicros(group.map(({ money }) => parseMicros(money.amount))));
  const found = group.map(({ row }) => quoted(row)).join(' + ');
  return { value, found, confidence: 'medium', money: { ...first.money, amount: value } };
}

function absolute(amount: Micros): Micros {
  return amount < 0n ? -amount : amount;
}

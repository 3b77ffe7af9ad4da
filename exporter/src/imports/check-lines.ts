import type { ImportWarning, ReadLine } from '../contract/imports.ts';
import { formatMicros, parseMicros, sumMicros, type Micros } from '../money/micros.ts';
import { signed } from './amounts.ts';
import { folded } from './text.ts';

const CREDIT = /\b(?:credits?|discount|refund|unused|rebate|coupon|avoir|remise|remboursement|rabais|inutilise)/;
/** More sums than this are not tried: the lines are then shown as they were read. */
const MAX_SUMS = 20_000;

export interface CheckedLines {
  readonly lines: readonly ReadLine[];
  readonly matches: boolean;
  /** Descriptions of the lines whose lost minus sign was put back. */
  readonly flipped: readonly string[];
}

/**
 * The lines against the sum that the document prints. Extraction loses minus signs: where exactly one choice of credit
 * lines makes the sum right, those are negative; a line that calls itself a credit goes before one that does not.
 */
export function checkLines(lines: readonly ReadLine[], printed: string): CheckedLines {
  const target = parseMicros(printed);
  const amounts = lines.map(({ amount }) => parseMicros(amount.value));
  const excess = sumMicros(amounts) - target;
  if (excess === 0n) return { lines, matches: true, flipped: [] };
  const chosen = excess > 0n && excess % 2n === 0n ? linesToFlip(lines, amounts, excess / 2n) : undefined;
  if (chosen === undefined) return { lines, matches: false, flipped: [] };
  const mended = lines.map((line, index): ReadLine =>
    chosen.has(index)
      ? {
          ...line,
          amount: {
            value: signed(line.amount.value, true),
            found:
              `${line.amount.found} (its minus sign was lost: only so do the lines add up to ` +
              `${formatMicros(target)})`,
            confidence: 'medium',
          },
        }
      : line,
  );
  return { lines: mended, matches: true, flipped: [...chosen].map((index) => lines[index]?.description ?? '') };
}

function linesToFlip(
  lines: readonly ReadLine[],
  amounts: readonly Micros[],
  sum: Micros,
): ReadonlySet<number> | undefined {
  const positive = amounts.flatMap((amount, index) => (amount > 0n ? [{ index, amount }] : []));
  const named = positive.filter(({ index }) => CREDIT.test(folded(lines[index]?.description ?? '')));
  return uniqueSubset(named, sum) ?? uniqueSubset(positive, sum);
}

/** The only subset with this sum; undefined where there is none or more than one. */
function uniqueSubset(
  items: readonly { index: number; amount: Micros }[],
  sum: Micros,
): ReadonlySet<number> | undefined {
  let sums = new Map<Micros, readonly number[] | 'several'>([[0n, []]]);
  for (const { index, amount } of items) {
    const next = new Map(sums);
    for (const [reached, way] of sums) {
      const to = reached + amount;
      if (to <= sum) next.set(to, next.has(to) || way === 'several' ? 'several' : [...way, index]);
    }
    if (next.size > MAX_SUMS) return undefined;
    sums = next;
  }
  const way = sums.get(sum);
  return way === undefined || way === 'several' ? undefined : new Set(way);
}

interface Printed {
  readonly subtotal: string | undefined;
  readonly total: string | undefined;
  readonly tax: string | undefined;
  /** The lines hold discounts that the subtotal does not. */
  readonly discounted: boolean;
}

/** Lines against the sum that includes them: the total without tax, the total, or (before a discount) the subtotal. */
export function compareLines(
  lines: readonly ReadLine[],
  { subtotal, total, tax, discounted }: Printed,
): { checked: readonly ReadLine[]; linesMatchTotal: boolean | null; warnings: ImportWarning[] } {
  if (lines.length === 0 || total === undefined) return { checked: lines, linesMatchTotal: null, warnings: [] };
  const withoutTax = formatMicros(parseMicros(total) - parseMicros(tax ?? '0'));
  const goals = [...new Set([withoutTax, total])];
  const plain = goals
    .map((goal) => checkLines(lines, goal))
    .find(({ matches, flipped }) => matches && flipped.length === 0);
  const mended = plain ?? goals.map((goal) => checkLines(lines, goal)).find(({ matches }) => matches);
  if (mended !== undefined)
    return { checked: mended.lines, linesMatchTotal: true, warnings: flippedWarning(mended.flipped) };
  const bySubtotal = subtotal === undefined || discounted ? undefined : checkLines(lines, subtotal);
  const sum = formatMicros(sumMicros((bySubtotal?.lines ?? lines).map(({ amount }) => parseMicros(amount.value))));
  const taxed = tax === undefined ? '' : ` with ${tax} of tax`;
  const message =
    `The lines add up to ${sum}, the total is ${total}${taxed}: one of them was read wrongly, or the document is ` +
    'wrong. Compare with the original before confirming.';
  return {
    checked: bySubtotal?.lines ?? lines,
    linesMatchTotal: false,
    warnings: [...flippedWarning(bySubtotal?.flipped ?? []), { code: 'lines_do_not_match_total', message }],
  };
}

function flippedWarning(descriptions: readonly string[]): ImportWarning[] {
  return descriptions.length === 0
    ? []
    : [
        {
          code: 'sign_inferred',
          message: `Taken as credits, since only so do the lines add up: ${descriptions.join('; ')}.`,
        },
      ];
}

import type { Confidence, Found, ImportWarning } from '../contract/imports.ts';
import { formatMicros, parseMicros, sumMicros, type Micros } from '../money/micros.ts';
import type { Money } from './amounts.ts';
import { lowered } from './fields.ts';
import type { AmountLabel } from './labels.ts';
import { totalRows, type TotalRow } from './layout.ts';
import { quoted, type Row } from './text.ts';

export interface FoundMoney extends Found {
  readonly money: Money;
}

export interface Totals {
  /** Every row that states a total of some kind, from top to bottom. */
  readonly rows: readonly TotalRow[];
  readonly subtotal: FoundMoney | null;
  readonly totalExcludingTax: FoundMoney | null;
  readonly total: FoundMoney | null;
  readonly amountDue: FoundMoney | null;
  readonly amountPaid: FoundMoney | null;
  readonly warnings: readonly ImportWarning[];
}

/** What the document says that it comes to. The cost is the total: what is still to be paid is not. */
export function totalsOf(rows: readonly Row[]): Totals {
  const all = totalRows(rows);
  const clear = all.filter(({ conflict }) => !conflict);
  const of = (label: AmountLabel): readonly TotalRow[] => clear.filter((row) => row.label === label);
  const parts = {
    subtotal: lastOf(of('subtotal')),
    totalExcludingTax: lastOf(of('totalExcludingTax')),
    amountDue: lastOf(of('amountDue')),
    amountPaid: lastOf(of('amountPaid')),
  };
  const totals = of('grandTotal').length > 0 ? of('grandTotal') : of('total');
  const chosen = chosenTotal(totals, parts);
  const total = chosen.total ?? derivedTotal(parts, lastOf(of('appliedBalance')), lastOf(of('previousBalance')));
  const mixed = all.filter(({ conflict }) => conflict);
  const warnings = mixed.map(({ row }) => ({
    code: 'currency_unclear',
    message: `Two currencies stand on one row, so none of its amounts is taken: ${quoted(row)}.`,
  }));
  return { rows: all, ...parts, total, warnings: [...warnings, ...chosen.warnings] };
}

/** The last row: totals stand at the end, and a page's carry-over before it. */
function lastOf(rows: readonly TotalRow[]): FoundMoney | null {
  const last = rows.at(-1);
  return last === undefined ? null : foundIn(last, lowered('high', last.below));
}

function foundIn({ row, money }: TotalRow, confidence: Confidence): FoundMoney {
  return { value: money.amount, found: quoted(row), confidence, money };
}

type Parts = Pick<Totals, 'subtotal' | 'totalExcludingTax' | 'amountDue' | 'amountPaid'>;

/** Several totals that differ: the one that another row confirms, else the last with a warning. */
function chosenTotal(
  totals: readonly TotalRow[],
  { amountDue, amountPaid }: Parts,
): { total: FoundMoney | null; warnings: readonly ImportWarning[] } {
  const values = new Set(totals.map(({ money }) => parseMicros(money.amount)));
  if (values.size < 2) return { total: lastOf(totals), warnings: [] };
  const stated = [amountDue, amountPaid].flatMap((one) => (one === null ? [] : [parseMicros(one.value)]));
  const confirmed = totals.findLast(({ money }) => stated.includes(parseMicros(money.amount)));
  if (confirmed !== undefined) return { total: foundIn(confirmed, 'medium'), warnings: [] };
  const last = totals.at(-1);
  const names = totals.map(({ row }) => quoted(row)).join('; ');
  return {
    total: last === undefined ? null : foundIn(last, 'low'),
    warnings: [
      {
        code: 'totals_differ',
        message: `Several rows call themselves total; the last one is proposed. Compare with the original: ${names}.`,
      },
    ],
  };
}

/** Without a row "Total": what is due, plus what was paid or balanced, less what was due before. */
function derivedTotal(
  { amountDue, amountPaid }: Parts,
  applied: FoundMoney | null,
  previous: FoundMoney | null,
): FoundMoney | null {
  const moved = [amountPaid, applied, previous].filter((one) => one !== null);
  if (amountDue === null || moved.length === 0) return null;
  const size = (one: FoundMoney): Micros =>
    parseMicros(one.value) < 0n ? -parseMicros(one.value) : parseMicros(one.value);
  const sum = sumMicros([
    parseMicros(amountDue.value),
    ...moved.map((one) => (one === previous ? -parseMicros(one.value) : size(one))),
  ]);
  const value = formatMicros(sum);
  const found = [amountDue, ...moved].map((one) => one.found).join(' with ');
  return { value, found, confidence: 'medium', money: { ...amountDue.money, amount: value } };
}

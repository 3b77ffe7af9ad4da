import type { Found, ImportWarning } from '../contract/imports.ts';
import { isCurrency } from '../money/currency.ts';
import { cellAmount, moneyIn, type Money } from './amounts.ts';
import { refines } from './currency-signs.ts';
import { isHeading, type TotalRow } from './layout.ts';
import { folded, quoted, type Row } from './text.ts';

export interface ReadCurrency {
  readonly currency: Found | null;
  readonly warnings: readonly ImportWarning[];
}

interface Evidence {
  readonly code: string;
  readonly explicit: boolean;
  readonly found: string;
}

/** "$37.35 USD due March 1, 2026": the headline of Stripe's documents. */
const HEADLINE = /\b(?:due|paid|refunded|dus?|dues?|paye(?:e?s)?|rembourse(?:e?s)?)\b/;
const FIELD =
  /^(?:(?:invoice |billing )?currency|devise|monnaie|all (?:amounts|prices) (?:are )?in|montants (?:exprimes )?en) ?:? ?/;

/**
 * The currency of the totals. A code or a sign such as `€` or `US$` decides; a bare `$` is taken for USD with less
 * confidence, and refined only by a dollar's code beside a total, in the headline or in a field of its own. Null with a
 * warning where the totals contradict each other.
 */
export function currencyOf(rows: readonly Row[], totals: readonly TotalRow[]): ReadCurrency {
  const costs = totals.filter(({ label }) => label !== 'amountPaid' && label !== 'previousBalance');
  const paid = totals.filter(({ label }) => label === 'amountPaid');
  const main = costs.length > 0 ? costs : paid;
  const clashing = main.find(({ money, conflict }) => money.conflict || conflict);
  if (clashing !== undefined) return unclear([quoted(clashing.row)]);
  const evidence = main.flatMap(ofTotal);
  const explicit = codesOf(evidence);
  if (explicit.length > 1) return unclear(evidence.filter((one) => one.explicit).map(({ found }) => found));
  const beside = [...headlines(rows), ...fields(rows), ...paid.filter((row) => !main.includes(row)).flatMap(ofTotal)];
  const vague = evidence.find((one) => !one.explicit);
  const [certain] = evidence.filter((one) => one.explicit);
  if (certain !== undefined) {
    if (vague !== undefined && !refines(certain.code, vague.code)) return unclear([certain.found, vague.found]);
    const settled = sameAmountOtherCurrency(main, paid, certain.code);
    return settled === undefined ? sure(certain, 'high') : unclear([certain.found, quoted(settled.row)]);
  }
  const refining = beside.filter((one) => one.explicit && (vague === undefined || refines(one.code, vague.code)));
  const [refined] = refining;
  if (refined !== undefined && codesOf(refining).length === 1) return sure(refined, 'high');
  if (codesOf(refining).length > 1) return unclear(refining.map(({ found }) => found));
  const other = vague === undefined ? undefined : beside.find((one) => one.explicit);
  if (vague !== undefined && other !== undefined) return unclear([vague.found, other.found]);
  if (vague !== undefined) return sure(vague, 'medium');
  return ofAmounts(rows, main.length > 0);
}

function ofTotal({ money, name, row }: TotalRow): Evidence[] {
  const found = quoted(row);
  const named = /(?:\(| in |^[A-Za-z ]+ )([A-Z]{3})(?:[ )$€£]|$)/.exec(name)?.[1];
  return [
    ...(money.currency === null ? [] : [{ code: money.currency, explicit: money.explicit, found }]),
    ...(named !== undefined && isCurrency(named) ? [{ code: named, explicit: true, found }] : []),
  ];
}

function codesOf(evidence: readonly Evidence[]): string[] {
  return [...new Set(evidence.filter((one) => one.explicit).map(({ code }) => code))];
}

/** "Total €50.00" and "Amount paid $50.00": one of the two signs is wrong. Other figures are a conversion. */
function sameAmountOtherCurrency(
  totals: readonly TotalRow[],
  paid: readonly TotalRow[],
  code: string,
): TotalRow | undefined {
  return paid.find(
    ({ money }) =>
      money.currency !== null &&
      money.currency !== code &&
      (money.explicit || !refines(code, money.currency)) &&
      totals.some((total) => total.money.amount === money.amount),
  );
}

function headlines(rows: readonly Row[]): Evidence[] {
  const heading = rows.findIndex(isHeading);
  return rows.slice(0, heading === -1 ? 40 : heading).flatMap((row) => {
    const [money, ...more] = row.cells.length === 1 && HEADLINE.test(folded(row.text)) ? moneyIn(row.text) : [];
    return money === undefined || more.length > 0 ? [] : evidenceOf(money, row);
  });
}

/** "Currency: AUD", and the code in a column's heading: "Amount (EUR)". */
function fields(rows: readonly Row[]): Evidence[] {
  return rows.flatMap((row) =>
    row.cells.flatMap((cell, index): Evidence[] => {
      const label = FIELD.exec(folded(cell.text));
      const named = label === null ? undefined : cell.text.slice(label[0].length).trim() || row.cells[index + 1]?.text;
      const inHeading = isHeading(row) ? /\(([A-Z]{3})\)$/.exec(cell.text)?.[1] : undefined;
      const code = inHeading ?? /^\(?([A-Z]{3})(?![A-Za-z])/.exec(named ?? '')?.[1];
      return code !== undefined && isCurrency(code) ? [{ code, explicit: true, found: quoted(row) }] : [];
    }),
  );
}

/** Without a total that names one: the one currency of all cells that are nothing but an amount. */
function ofAmounts(rows: readonly Row[], hasTotals: boolean): ReadCurrency {
  const evidence = rows.flatMap((row) =>
    row.cells.flatMap(({ text }) => {
      const money = cellAmount(text);
      return money === undefined ? [] : evidenceOf(money, row);
    }),
  );
  const codes = [...new Set(evidence.map(({ code }) => code))];
  const [first] = evidence;
  return first === undefined || codes.length > 1
    ? { currency: null, warnings: [] }
    : sure(first, first.explicit && !hasTotals ? 'medium' : 'low');
}

function evidenceOf({ currency, explicit }: Money, row: Row): Evidence[] {
  return currency === null ? [] : [{ code: currency, explicit, found: quoted(row) }];
}

function sure({ code, found }: Evidence, confidence: Found['confidence']): ReadCurrency {
  return { currency: { value: code, found, confidence }, warnings: [] };
}

function unclear(found: readonly string[]): ReadCurrency {
  const places = [...new Set(found)].join('; ');
  return {
    currency: null,
    warnings: [
      {
        code: 'currency_unclear',
        message: `The currency is left empty, since the amounts contradict each other: ${places}.`,
      },
    ],
  };
}

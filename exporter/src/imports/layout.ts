import { cellAmount, moneyIn, type Money } from './amounts.ts';
import { nearestBelow } from './fields.ts';
import { AMOUNT_LABELS, LABELS, type AmountLabel } from './labels.ts';
import { folded, type Cell, type Row } from './text.ts';

const ITEM = String.raw`descriptions?|items?|services?|products?|details?|designations?|libelles?|articles?|prestations?|plan|charge(?:s)?|detail`;
const AMOUNT = String.raw`(?:line )?amount|montant|total|price|prix|cost|charges?|subtotal|net|gross`;
const COLUMN_SUFFIX = String.raw`(?: ?\(?(?:[a-z]{3}|[a-z]{0,3}[$€£¥]|ht|ttc|h\.t\.|t\.t\.c\.|excl\.?(?: tax| vat)?|incl\.?(?: tax| vat)?|due)\)?)*`;
const OTHER = String.raw`qty|quantity|quantite|qte|units?|unit(?:e|es)?|hours?|heures?|rate|taux|unit price|price per unit|unit cost|prix unitaire|p\.?u\.?|tax(?:es)?|vat|gst|tva|tax rate|vat rate|% ?(?:tva|vat)|discount|remise|periode?|billing period|dates?|from|to|#|no\.?|n°|ref\.?|sku|hsn|sac|hsn\/sac|usage|id`;
const ITEM_CELL = new RegExp(String.raw`^(?:${ITEM})${COLUMN_SUFFIX}$`);
const AMOUNT_CELL = new RegExp(String.raw`^(?:${AMOUNT})${COLUMN_SUFFIX}$`);
const COLUMN_CELL = new RegExp(String.raw`^(?:${ITEM}|${AMOUNT}|${OTHER})${COLUMN_SUFFIX}$`);
const STRIPE_HEADING = [
  /description/,
  /\b(?:qty|quantity|qte|quantite|unit price|prix unitaire)\b/,
  /amount|montant/,
] as const;

/** The row that names the columns of the table; what stands under it is no value of a label. */
export function isHeading(row: Row): boolean {
  const plain = row.cells.map(({ text }) => folded(text));
  if (row.cells.some(({ text }) => moneyIn(text).length > 0)) return false;
  if (STRIPE_HEADING.every((pattern) => pattern.test(folded(row.text)))) return true;
  if (plain.length < 2 || !plain.some((cell) => AMOUNT_CELL.test(cell))) return false;
  const columns = plain.filter((cell) => COLUMN_CELL.test(cell)).length;
  return plain.some((cell) => ITEM_CELL.test(cell)) && columns >= Math.ceil(plain.length * 0.7);
}

/** An amount beside (or under) its label. */
export interface TotalRow {
  readonly label: AmountLabel;
  readonly index: number;
  readonly row: Row;
  readonly money: Money;
  readonly below: boolean;
  /** The label's cell, which may name the currency: "Total (EUR)". */
  readonly name: string;
  /** Two currencies on one row: none of them is taken. */
  readonly conflict: boolean;
}

/** Every row that states a total of some kind. */
export function totalRows(rows: readonly Row[]): TotalRow[] {
  return rows.flatMap((row, index) =>
    isHeading(row)
      ? []
      : row.cells.flatMap((cell, position): TotalRow[] => {
          const label = amountLabelOf(cell.text);
          if (label === undefined) return [];
          const beside = valuesBeside(row.cells.slice(position + 1));
          const values = label.rest === '' ? beside : [label.rest, ...beside];
          const all = values.flatMap((text) => cellAmount(text) ?? []);
          // Labels beside labels have their amounts in the row below.
          if (all.length === 0 && (label.rest !== '' || beside.some((text) => /\d/.test(text)))) return [];
          const next = rows[index + 1];
          const under = all.length > 0 || next === undefined ? undefined : nearestBelow(next, cell.x);
          const money = all.at(-1) ?? (under === undefined ? undefined : cellAmount(under));
          if (money === undefined) return [];
          const conflict = new Set(all.flatMap(({ currency }) => currency ?? [])).size > 1;
          return [{ label: label.label, index, row, money, below: all.length === 0, name: cell.text, conflict }];
        }),
  );
}

/** The cells up to the next label of the row. */
function valuesBeside(cells: readonly Cell[]): string[] {
  const end = cells.findIndex(({ text }) => amountLabelOf(text) !== undefined);
  return cells.slice(0, end === -1 ? undefined : end).map(({ text }) => text);
}

/** A cell that is a label, or a label and its amount: "Total: $5.00". */
export function amountLabelOf(text: string): { label: AmountLabel; rest: string } | undefined {
  const plain = folded(text);
  for (const label of AMOUNT_LABELS) {
    const match = LABELS[label].exec(plain);
    if (match === null) continue;
    const rest = text
      .slice(match[0].length)
      .replace(/^[ :=.…*]*(?:[-–] (?=\S))?/, '')
      .trim();
    if (rest === '' || cellAmount(rest) !== undefined) return { label, rest };
  }
  return undefined;
}

/** A tax that calls itself nothing else: "VAT", "TVA (20 %)", "Sales tax - NY", "GST 18% on $5.00". */
const TAX_REST = /^(?: ?(?:[:(@–-]|\d|amount|id\b|total\b|$).*| ?[a-z .]{0,30}[ (]?\d[\d.,]* ?%.*)$/;
/** "NY Sales Tax (8.875%)": only between subtotal and total, where it is checked against both. */
const TAX_WITHIN = /^[a-z. -]{1,40}\b(?:tax(?:es)?|vat|gst|hst|pst|qst|tva)(?![a-z0-9])/;
const TAX_ID = /^(?: ?(?:id|number|no\.?|reg|registration|intracommunautaire|n°|identification)\b)/;

export interface TaxRow {
  readonly index: number;
  readonly row: Row;
  readonly money: Money;
  /** Contained in the total, as its label says. */
  readonly included: boolean;
  /** Says that it is the sum of all taxes. */
  readonly sum: boolean;
  /** Printed per cent. */
  readonly rate: string | null;
}

/** The rows that state a tax and are no line of the table: those have a quantity or a price of their own. */
export function taxRowAt(row: Row, index: number, amongTotals: boolean, next?: Row): TaxRow | undefined {
  for (const [position, cell] of row.cells.entries()) {
    const plain = folded(cell.text);
    const match = LABELS.tax.exec(plain) ?? (amongTotals ? TAX_WITHIN.exec(plain) : null);
    if (match === null || amountLabelOf(cell.text) !== undefined) continue;
    const rest = plain.slice(match[0].length);
    if (TAX_ID.test(rest)) return undefined;
    if (!amongTotals && (row.cells.length > position + 2 || !TAX_REST.test(rest))) return undefined;
    const values = row.cells.slice(position + 1).flatMap(({ text }) => cellAmount(text) ?? []);
    const own = cellAmount(cell.text.slice(match[0].length).replace(/^[ :]+|^ ?\([^)]*\) ?:? ?/g, ''));
    const after = /(?:%\)?|:|\)) ?([^%:()]+)$/.exec(cell.text)?.[1];
    const under =
      next === undefined || row.cells.some(({ text }) => moneyIn(text).length > 0)
        ? undefined
        : nearestBelow(next, cell.x);
    const money =
      values.at(-1) ??
      own ??
      (after === undefined ? undefined : cellAmount(after)) ??
      (under === undefined ? undefined : cellAmount(under));
    if (money === undefined) return undefined;
    return {
      index,
      row,
      money,
      included: /\binclu|\bdont\b|\bof which\b|\bincl\b/.test(plain),
      sum: /^(?:total|montant)/.test(plain),
      rate: /(\d{1,2}(?:[.,]\d{1,4})?) ?%/.exec(plain)?.[1]?.replace(',', '.') ?? null,
    };
  }
  return undefined;
}

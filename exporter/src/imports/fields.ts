import type { Confidence, Found } from '../contract/imports.ts';
import { moneyIn, type Money } from './amounts.ts';
import { dateIn } from './periods.ts';
import { folded, quoted, type Row } from './text.ts';

/** English and French, folded: as Stripe's billing prints them. Longer ones stand before those that they begin with. */
export const LABELS = {
  invoiceNumber:
    /^(?:invoice (?:number|no\.?|#)|numero de (?:la )?facture|n° de facture|facture n°|facture (?:numero|no\.?))/,
  receiptNumber: /^(?:receipt (?:number|no\.?|#)|numero (?:de|du) recu|n° de recu|recu n°)/,
  creditNoteNumber: /^(?:credit note (?:number|no\.?)|numero (?:de (?:la note de credit|l'avoir)|d'avoir))/,
  issued:
    /^(?:date of issue|issue date|issued(?: on)?|invoice date|billing date|date d'emission|emise? le|date de (?:la )?facture|date de facturation)/,
  paidOn: /^(?:date paid|payment date|paid on|date (?:de|du) paiement|paye(?:e|es)? le)/,
  period: /^(?:billing period|service period|periode de facturation|periode)/,
  subtotal: /^(?:subtotal|sub-total|sous-total)/,
  totalExcludingTax: /^(?:total excluding tax|total (?:hors taxes?|ht)\b)/,
  total: /^(?:total(?: due)?(?: \([a-z]{3}\))?$|total ttc|montant total|total(?= [^a-z]))/,
  amountDue: /^(?:amount due|balance due|montant du|solde du)/,
  amountPaid: /^(?:amount paid|montant paye|montant regle)/,
  appliedBalance: /^(?:applied balance|solde applique)/,
  discount: /^(?:discount|coupon|promotion|remise|reduction|rabais)|(?:\d% off|de reduction\b)/,
  tax: /^(?:vat|gst|hst|pst|qst|sales tax|tax|tva|tps|tvq|taxes?|taxe sur)\b/,
} as const satisfies Readonly<Record<string, RegExp>>;
export type Label = keyof typeof LABELS;

export interface Labelled {
  readonly row: Row;
  readonly value: string;
  /** The value stood under its label instead of beside it. */
  readonly below: boolean;
}

/** What stands beside each occurrence of a label, or under it in the same column. */
export function labelled(rows: readonly Row[], label: Label): Labelled[] {
  const pattern = LABELS[label];
  return rows.flatMap((row, index) =>
    row.cells.flatMap((cell, position): Labelled[] => {
      const match = pattern.exec(folded(cell.text));
      if (match?.index !== 0) return [];
      const rest = cell.text
        .slice(match[0].length)
        .replace(/^[ :#.]+/, '')
        .trim();
      const beside = row.cells.slice(position + 1).map(({ text }) => text);
      if (rest !== '') return [{ row, value: [rest, ...beside].join('  '), below: false }];
      if (beside[0] !== undefined && !isLabel(beside[0])) return [{ row, value: beside.join('  '), below: false }];
      const next = rows[index + 1]?.cells.toSorted((a, b) => Math.abs(a.x - cell.x) - Math.abs(b.x - cell.x))[0];
      return next === undefined || isLabel(next.text) ? [] : [{ row, value: next.text, below: true }];
    }),
  );
}

export function isLabel(text: string): boolean {
  const plain = folded(text);
  return Object.values(LABELS).some((pattern) => pattern.exec(plain)?.[0] === plain);
}

function lowered(confidence: Confidence, below: boolean): Confidence {
  return below && confidence === 'high' ? 'medium' : confidence;
}

export function dateField(rows: readonly Row[], label: Label): Found | null {
  for (const { row, value, below } of labelled(rows, label)) {
    const day = dateIn(value);
    if (day !== undefined) return { value: day, found: quoted(row), confidence: lowered('high', below) };
  }
  return null;
}

/** Letters and digits with hyphens; a hyphen that the extraction lost is put back, and said so. */
export function numberField(rows: readonly Row[], label: Label): Found | null {
  for (const { row, value, below } of labelled(rows, label)) {
    const [first = ''] = value.split('  ');
    const lost = /^([A-Za-z0-9]{3,12}) (\d{3,6})(?= |$)/.exec(first) ?? /^([A-Z0-9]{8})(\d{4})$/.exec(first);
    if (lost !== null && /\d/.test(first))
      return {
        value: `${lost[1] ?? ''}-${lost[2] ?? ''}`,
        found: `${quoted(row)} (its hyphen was lost and put back)`,
        confidence: 'medium',
      };
    const plain = /^[A-Za-z0-9][A-Za-z0-9_./-]{0,59}(?= |$)/.exec(first)?.[0];
    if (plain !== undefined && /\d/.test(plain))
      return { value: plain, found: quoted(row), confidence: lowered('high', below) };
  }
  return null;
}

export interface FoundMoney extends Found {
  readonly money: Money;
}

/** The last amount of the row: labels such as "VAT (20% on $25.00)" hold others. */
export function moneyFields(rows: readonly Row[], label: Label): FoundMoney[] {
  return labelled(rows, label).flatMap(({ row, value, below }) => {
    const money = moneyIn(value).at(-1);
    return money === undefined
      ? []
      : [{ value: money.amount, found: quoted(row), confidence: lowered('high', below), money }];
  });
}

/** The last row wins: totals stand at the end, and a page's carry-over before it. */
export function moneyField(rows: readonly Row[], label: Label): FoundMoney | null {
  return moneyFields(rows, label).at(-1) ?? null;
}

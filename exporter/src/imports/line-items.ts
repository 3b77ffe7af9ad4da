import type { Found, ReadLine } from '../contract/imports.ts';
import { onlyMoney } from './amounts.ts';
import { LABELS } from './fields.ts';
import { MAX_LINES } from './limits.ts';
import { periodIn, type ReadPeriod } from './periods.ts';
import { folded, quoted, type Row } from './text.ts';

const HEADER = [/description/, /\b(?:qty|quantity|qte|quantite|unit price|prix unitaire)\b/, /amount|montant/] as const;
const PAGE = /^page \d+ (?:of|sur|de) \d+$/;
const END = [LABELS.subtotal, LABELS.totalExcludingTax, LABELS.total, LABELS.amountDue, LABELS.amountPaid];

interface OpenLine {
  description: string;
  readonly quantity: string | null;
  readonly amount: Found;
  period: { start: Found; end: Found } | null;
}

/**
 * The table of an invoice: rows between its heading and the totals. A line takes the period printed under it, or the
 * one that heads its group.
 */
export function lineItems(rows: readonly Row[]): ReadLine[] {
  const heading = rows.findIndex(isHeading);
  if (heading === -1) return [];
  const lines: OpenLine[] = [];
  let group: OpenLine['period'] = null;
  let grouped = false;
  for (const row of rows.slice(heading + 1)) {
    if (END.some((label) => label.test(folded(row.cells[0]?.text ?? '')))) break;
    if (isHeading(row) || PAGE.test(folded(row.text)) || lines.length >= MAX_LINES) continue;
    const last = lines.at(-1);
    const printed = periodIn(row.text) ?? periodIn(row.cells[0]?.text ?? '');
    const money = row.cells.length > 1 ? onlyMoney(row.cells.at(-1)?.text ?? '') : undefined;
    if (money !== undefined) {
      const own = printed === undefined ? null : periodFields(printed, row);
      const quantity = row.cells.length > 2 ? (row.cells[1]?.text ?? null) : null;
      lines.push({
        description: row.cells[0]?.text ?? '',
        quantity,
        amount: { value: money.amount, found: quoted(row), confidence: 'high' },
        period: own ?? group,
      });
    } else if (printed !== undefined) {
      grouped ||= last === undefined;
      if (grouped || last === undefined) group = periodFields(printed, row);
      else last.period ??= periodFields(printed, row);
    } else if (last !== undefined) {
      last.description = `${last.description} ${row.text}`.slice(0, 300);
    }
  }
  return lines.map(({ description, quantity, amount, period }) => ({
    description,
    quantity,
    amount,
    periodStart: period?.start ?? null,
    periodEnd: period?.end ?? null,
  }));
}

const NOTES: Readonly<Record<ReadPeriod['note'], string>> = {
  boundary: 'the end is the day on which the next period begins',
  inclusive: 'the printed end is the last day, so the day after it ends the period',
  dash_lost: 'the dash between the days was lost',
};

export function periodFields(period: ReadPeriod, row: Row): { start: Found; end: Found } {
  const confidence = period.note === 'boundary' ? 'high' : 'medium';
  const found = `${quoted(row)} (${NOTES[period.note]})`;
  return { start: { value: period.start, found, confidence }, end: { value: period.end, found, confidence } };
}

function isHeading(row: Row): boolean {
  const plain = folded(row.text);
  return HEADER.every((pattern) => pattern.test(plain));
}

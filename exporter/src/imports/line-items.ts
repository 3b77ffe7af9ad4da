import type { Found, ReadLine } from '../contract/imports.ts';
import { cellAmount } from './amounts.ts';
import { isDiscount } from './discounts.ts';
import { lowered } from './fields.ts';
import { amountLabelOf, isHeading, taxRowAt } from './layout.ts';
import { MAX_LINES } from './limits.ts';
import { periodIn, type ReadPeriod } from './periods.ts';
import { folded, quoted, type Row } from './text.ts';

/** What a page ends or begins with in the middle of a table: its number, and the sum so far. */
const PAGE =
  /^(?:page \d+(?: ?(?:of|sur|de|\/) ?\d+)?|(?:sub-?total )?(?:carried|brought) forward\b.*|carry[ -]?over\b.*|a reporter\b.*|report (?:de la page|page)\b.*)$/;

interface OpenLine {
  description: string;
  readonly quantity: string | null;
  readonly amount: Found;
  period: Period | null;
}
interface Period {
  readonly start: Found;
  readonly end: Found;
}

/**
 * The table of an invoice: rows between its heading and the totals. A line takes the period printed in or under it, or
 * the one that heads its group; a discount without a period takes that of the line above it.
 */
export function lineItems(rows: readonly Row[]): ReadLine[] {
  const heading = rows.findIndex(isHeading);
  if (heading === -1) return [];
  const lines: OpenLine[] = [];
  let group: Period | null = null;
  let grouped = false;
  for (const [offset, row] of rows.slice(heading + 1).entries()) {
    if (isEnd(row, heading + 1 + offset)) break;
    if (isHeading(row) || PAGE.test(folded(row.text)) || lines.length >= MAX_LINES) continue;
    const last = lines.at(-1);
    const printed = periodOfRow(row);
    const money = row.cells.length > 1 ? cellAmount(row.cells.at(-1)?.text ?? '') : undefined;
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
  sharePeriods(lines);
  return lines.map(({ description, quantity, amount, period }) => ({
    description,
    quantity,
    amount,
    periodStart: period?.start ?? null,
    periodEnd: period?.end ?? null,
    discount: false,
  }));
}

/** The totals begin: in the first column, or in any where the first has none. */
function isEnd(row: Row, index: number): boolean {
  return amountLabelOf(row.cells[0]?.text ?? '') !== undefined || taxRowAt(row, index, false) !== undefined;
}

/** Lines and the discounts under them are for the same days, whichever of them prints those. */
function sharePeriods(lines: readonly OpenLine[]): void {
  let parent: OpenLine | undefined;
  for (const line of lines) {
    const reduces = line.amount.value.startsWith('-') && isDiscount(line.description);
    if (!reduces) parent = line;
    else if (parent !== undefined) {
      parent.period ??= line.period;
      line.period ??= parent.period;
    }
  }
}

function periodOfRow(row: Row): ReadPeriod | undefined {
  const whole = periodIn(row.text);
  if (whole !== undefined) return whole;
  for (const { text } of row.cells) {
    const period = periodIn(text) ?? periodIn(/\(([^()]{8,60})\)$/.exec(text)?.[1] ?? '');
    if (period !== undefined) return period;
  }
  return undefined;
}

/** The one period that a text without a table names, however often; none where it names two. */
export function onlyPeriod(rows: readonly Row[]): { periodStart: Found | null; periodEnd: Found | null } {
  const named = rows.flatMap((row) => {
    const period = periodOfRow(row);
    return period === undefined ? [] : [{ period, row }];
  });
  const [first] = named;
  if (first === undefined || new Set(named.map(({ period: { start, end } }) => `${start}/${end}`)).size > 1)
    return { periodStart: null, periodEnd: null };
  const { start, end } = periodFields(first.period, first.row);
  return {
    periodStart: { ...start, confidence: lowered(start.confidence, true) },
    periodEnd: { ...end, confidence: lowered(end.confidence, true) },
  };
}

const NOTES: Readonly<Record<ReadPeriod['note'], string>> = {
  boundary: 'the end is the day on which the next period begins',
  inclusive: 'the printed end is the last day, so the day after it ends the period',
  dash_lost: 'the dash between the days was lost',
};

export function periodFields(period: ReadPeriod, row: Row): Period {
  const confidence = period.note === 'boundary' ? 'high' : 'medium';
  const found = `${quoted(row)} (${NOTES[period.note]})`;
  return { start: { value: period.start, found, confidence }, end: { value: period.end, found, confidence } };
}

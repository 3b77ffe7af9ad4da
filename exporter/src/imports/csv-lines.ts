import type { ImportWarning, ProposedStatement } from '../contract/imports.ts';
import { lastDayNotCovered } from '../invoices/period-end.ts';
import { numberKey, plainNumber, vendorKey } from '../invoices/names.ts';

/** A row that was read: its statement, its line, and its fields as they stand in the file. */
export interface ReadRow {
  readonly statement: ProposedStatement;
  readonly row: number;
  readonly fields: readonly string[];
}

/** Named in one warning; more are counted. */
const MAX_NAMED = 10;

/**
 * Rows that are equal in every column are one row; all others add up. Rows with one number are the lines of one
 * invoice. Rows without a number that share a vendor and days are lines, too, so that the confirmation does not take
 * one for the other; what is stored already still collides with them. Pure.
 */
export function numberLines(read: readonly ReadRow[]): { rows: ReadRow[]; warnings: ImportWarning[] } {
  const { unique, warnings } = withoutRepeated(read);
  const groups = Map.groupBy(unique, ({ statement: { provider, invoiceNumber } }) => {
    const vendor = vendorKey(provider ?? '');
    return invoiceNumber === null ? `${vendor} without` : `${vendor} number ${numberKey(plainNumber(invoiceNumber))}`;
  });
  const rows = [...groups.values()].flatMap((group) => {
    const numbered = group[0]?.statement.invoiceNumber != null;
    const lines = group.length > 1 && (numbered || overlap(group));
    return group.map((one, index) => ({ ...one, statement: { ...one.statement, line: lines ? index + 1 : 0 } }));
  });
  return { rows: rows.sort((a, b) => a.row - b.row), warnings: [...warnings, ...uncoveredDays(rows)] };
}

function withoutRepeated(read: readonly ReadRow[]): { unique: ReadRow[]; warnings: ImportWarning[] } {
  const first = new Map<string, ReadRow>();
  const repeated: string[] = [];
  for (const one of read) {
    const key = JSON.stringify(one.fields);
    const twin = first.get(key);
    if (twin === undefined) first.set(key, one);
    else repeated.push(`${one.row} repeats line ${twin.row}`);
  }
  if (repeated.length === 0) return { unique: [...first.values()], warnings: [] };
  const more = repeated.length > MAX_NAMED ? ` and ${repeated.length - MAX_NAMED} more` : '';
  const message = `Line ${repeated.slice(0, MAX_NAMED).join(', line ')}${more}: equal in every column, so each counts once.`;
  return { unique: [...first.values()], warnings: [{ code: 'row_repeated', message }] };
}

/** Whether two of the rows share a day in the same place. */
function overlap(rows: readonly ReadRow[]): boolean {
  const places = Map.groupBy(rows, ({ statement: { component, kind } }) => `${kind} ${component ?? ''}`);
  return [...places.values()].some((place) => {
    const periods = place.map(({ statement }) => [statement.periodStart ?? '', statement.periodEnd ?? ''] as const);
    let end = '';
    for (const [from, to] of periods.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
      if (from < end) return true;
      if (to > end) end = to;
    }
    return false;
  });
}

/** One warning for each period whose last day was probably typed as its end. */
function uncoveredDays(rows: readonly ReadRow[]): ImportWarning[] {
  const found = rows.flatMap(({ statement: { periodStart, periodEnd }, row }) => {
    const message = periodStart === null || periodEnd === null ? null : lastDayNotCovered(periodStart, periodEnd);
    return message === null ? [] : [{ message, row }];
  });
  return [...Map.groupBy(found, ({ message }) => message)].map(([message, lines]) => {
    const named = lines.slice(0, MAX_NAMED).map(({ row }) => row);
    const more = lines.length > named.length ? ` and ${lines.length - named.length} more` : '';
    return {
      code: 'period_end_not_covered',
      message: `${named.length === 1 ? 'Line' : 'Lines'} ${named.join(', ')}${more}: ${message}`,
    };
  });
}

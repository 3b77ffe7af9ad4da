import { stringify } from 'csv-stringify/sync';

/**
 * A cell: free text that a person or a provider wrote, a value that this program wrote (numbers, days, names of a
 * closed set), or nothing.
 */
export type Cell = { readonly free: string | null } | string | null;

/**
 * RFC 4180 with a header and CRLF. Free text that a spreadsheet would evaluate as a formula gets an apostrophe in
 * front, as OWASP recommends against CSV injection; values of this program do not, so that an amount of −5 stays a
 * number.
 */
export function toCsv(header: readonly string[], rows: Iterable<readonly Cell[]>): string {
  const records = [header, ...Array.from(rows, (row) => row.map(cellText))];
  return stringify(records, { record_delimiter: '\r\n' });
}

export function free(text: string | null): Cell {
  return { free: text };
}

function cellText(cell: Cell): string | null {
  return cell === null || typeof cell === 'string' ? cell : withoutFormula(cell.free ?? '');
}

// The option escape_formulas of csv-stringify looks at the first character only, and would quote negative amounts.
// Spreadsheets skip blanks, control and zero-width characters before a formula, and read full-width and small forms of
// = + - @ as the plain ones.
const FORMULA_START = /^[\s\p{Cc}\p{Cf}]*[=+\-@|%\t\r\u2212\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20]/u;

function withoutFormula(text: string): string {
  return FORMULA_START.test(text) ? `'${text}` : text;
}

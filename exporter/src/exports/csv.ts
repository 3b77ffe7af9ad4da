/** A cell: text that a person or a provider wrote, something that this program made (numbers, days, closed names), or nothing. */
export type Cell = { readonly free: string | null } | string | null;

/**
 * RFC 4180 with a header. Free text that a spreadsheet would take for a formula gets an apostrophe in front: an amount
 * of −5 stays a number, a note "=1+1" stays a note.
 */
export function toCsv(header: readonly string[], rows: Iterable<readonly Cell[]>): string {
  const lines = [header.join(',')];
  for (const row of rows) lines.push(row.map(cellText).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

export function free(text: string | null): Cell {
  return { free: text };
}

function cellText(cell: Cell): string {
  const text = cell === null || typeof cell === 'string' ? (cell ?? '') : inert(cell.free ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function inert(text: string): string {
  return /^\s*[=+\-@\t\r|%]/.test(text) ? `'${text}` : text;
}

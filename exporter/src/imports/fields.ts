import type { Confidence, Found } from '../contract/imports.ts';
import { LABELS, type Label } from './labels.ts';
import { dateIn } from './periods.ts';
import { folded, quoted, type Row } from './text.ts';

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
      const next = nearestBelow(rows[index + 1], cell.x);
      return next === undefined || isLabel(next) ? [] : [{ row, value: next, below: true }];
    }),
  );
}

/** The cell of the row below that stands nearest to a column. */
export function nearestBelow(row: Row | undefined, x: number): string | undefined {
  return row?.cells.toSorted((a, b) => Math.abs(a.x - x) - Math.abs(b.x - x))[0]?.text;
}

export function isLabel(text: string): boolean {
  const plain = folded(text).replace(/ ?:$/, '');
  return Object.values(LABELS).some((pattern) => pattern.exec(plain)?.[0] === plain);
}

export function lowered(confidence: Confidence, below: boolean): Confidence {
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

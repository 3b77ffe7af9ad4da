import { z } from 'zod';
import type { Cell } from './csv.ts';

/** A row of a dataset as cells; the columns are names of its fields. */
export function cellsOf(row: object, columns: readonly string[]): Cell[] {
  const values = new Map<string, unknown>(Object.entries(row));
  return columns.map((column) => cellOf(values.get(column)));
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String).nullable();

/** Nothing for what is not known; amounts without a rate as JSON. */
function cellOf(value: unknown): Cell {
  const one = scalar.safeParse(value);
  if (one.success) return one.data;
  const text = JSON.stringify(value);
  return text === '{}' ? null : text;
}

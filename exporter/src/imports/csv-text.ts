import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { ImportWarning } from '../contract/imports.ts';
import { ImportRefused } from './refusal.ts';

const recordsSchema = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }));
/** The fields of a row and its line in the file, from 1. */
export type CsvRecord = z.output<typeof recordsSchema>[number];

const DELIMITERS = [',', ';', '\t', '|'];

/** Excel's first line that names the separator: `sep=;`. */
const SEPARATOR_LINE = /^"?sep=(.)"?[ \t]*(?=\n|$)/i;

/** UTF-8, UTF-16 in both byte orders with and without a mark, else Windows-1252 with a warning. */
export function decodeCsv(bytes: Uint8Array): { text: string; warnings: ImportWarning[] } {
  const wide = utf16Of(bytes);
  if (wide !== undefined) return { text: new TextDecoder(wide).decode(bytes), warnings: [] };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), warnings: [] };
  } catch {
    return {
      text: new TextDecoder('windows-1252').decode(bytes),
      warnings: [
        {
          code: 'not_utf8',
          message: 'The file is not UTF-8; it was read as Windows-1252. Check accents and currency signs.',
        },
      ],
    };
  }
}

/** Which UTF-16 the bytes are; a table begins with ASCII letters, so that every other byte is 0. */
export function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const [first, second, third, fourth] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const letter = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x20 && byte < 0x7f;
  if (letter(first) && second === 0 && letter(third) && fourth === 0) return 'utf-16le';
  if (first === 0 && letter(second) && third === 0 && letter(fourth)) return 'utf-16be';
  return undefined;
}

/** Rows with their lines. The separator is the one that `sep=` names, else the most frequent of the first line. */
export function parseCsv(text: string): CsvRecord[] {
  // One kind of line end: the parser counts lines by the first one that it meets.
  const plain = text.replace(/^\ufeff/, '').replaceAll(/\r\n?/g, '\n');
  const named = SEPARATOR_LINE.exec(plain);
  // The line stays, empty, so that the numbers of the other lines are those of the file.
  const table = named === null ? plain : plain.slice(named[0].length);
  const first = /[^\n]+/.exec(table)?.[0] ?? '';
  const delimiter =
    named?.[1] ?? DELIMITERS.toSorted((a, b) => first.split(b).length - first.split(a).length)[0] ?? ',';
  try {
    return recordsSchema.parse(
      parse(table, {
        delimiter,
        info: true,
        relax_column_count: true,
        skip_empty_lines: true,
        skip_records_with_empty_values: true,
        max_record_size: 100_000,
      }),
    );
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new ImportRefused('unreadable', `The CSV cannot be read: ${error.message.slice(0, 200)}.`);
  }
}

import { describe, expect, it } from 'vitest';
import { readCsv } from './csv.ts';
import { kindOf } from './kind.ts';

const HEADER = 'provider,invoice_number,period_start,period_end,amount,currency,notes';
const ROW = 'hetzner,R-1,2026-03-01,2026-04-01,62.50,EUR,été';
const TABLE = `${HEADER}\r\n${ROW}\r\n`;

function utf16(text: string, { big, mark }: { readonly big: boolean; readonly mark: boolean }): Uint8Array {
  const bytes = Buffer.from((mark ? '\ufeff' : '') + text, 'utf16le');
  return big ? bytes.swap16() : bytes;
}
const separated = (separator: string): string =>
  TABLE.replaceAll(',', separator).replace('62.50', separator === ';' ? '62,50' : '62.50');

/** Files as spreadsheets and programs write them; all of them say the same. */
const FILES: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ['UTF-8', Buffer.from(TABLE)],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${TABLE}`)],
  ['UTF-16, little end first', utf16(TABLE, { big: false, mark: true })],
  ['UTF-16, big end first', utf16(TABLE, { big: true, mark: true })],
  ['UTF-16 without a mark', utf16(TABLE, { big: false, mark: false })],
  ['UTF-16, big end first, without a mark', utf16(TABLE, { big: true, mark: false })],
  ['semicolons', Buffer.from(separated(';'))],
  ['tabs', Buffer.from(separated('\t'))],
  ['bars', Buffer.from(separated('|'))],
  ['sep=;', Buffer.from(`sep=;\r\n${separated(';')}`)],
  ['sep=| with a mark', Buffer.from(`\ufeffsep=|\r\n${separated('|')}`)],
  ['"sep=," quoted', Buffer.from(`"sep=,"\n${TABLE}`)],
  ['sep= in UTF-16', utf16(`sep=\t\r\n${separated('\t')}`, { big: false, mark: true })],
  ['times in UTC', Buffer.from(TABLE.replace('2026-03-01', '2026-03-01T00:00:00Z'))],
  ['times as a database writes them', Buffer.from(TABLE.replace('2026-04-01', '2026-04-01 00:00:00.000+00:00'))],
];

describe('files', () => {
  it.each(FILES)('%s', (_name, bytes) => {
    expect(kindOf(bytes)).toBe('csv');
    const read = readCsv(bytes);
    expect(read).toMatchObject({ rowErrors: [], warnings: [] });
    expect(read.statements).toMatchObject([
      {
        provider: 'hetzner',
        invoiceNumber: 'R-1',
        periodStart: '2026-03-01',
        periodEnd: '2026-04-01',
        amount: '62.50',
        currency: 'EUR',
        notes: 'été',
        line: 0,
      },
    ]);
  });

  it.each(['2026-03-31T23:59:59Z', '2026-04-01T00:00:00+02:00', '2026-04-01T10:00'])(
    'a time that is no day is refused with what to do: %s',
    (time) => {
      const { rowErrors } = readCsv(Buffer.from(`sep=,\n${TABLE.replace('2026-04-01', time)}`));
      expect(rowErrors).toEqual([
        { row: 3, field: 'period_end', message: expect.stringContaining('write the day alone, as 2026-03-31') },
      ]);
    },
  );
});

interface Case {
  readonly name: string;
  readonly rows: readonly string[];
  /** Amount and line of each statement. */
  readonly statements: readonly (readonly [amount: string, line: number])[];
  readonly warnings: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: 'equal in every column: one row',
    rows: [ROW, ROW],
    statements: [['62.50', 0]],
    warnings: ['row_repeated'],
  },
  {
    name: 'equal but for the notes: two rows that add up',
    rows: [ROW, ROW.replace('été', 'second server')],
    statements: [
      ['62.50', 1],
      ['62.50', 2],
    ],
    warnings: [],
  },
  {
    name: 'without a number, the same vendor and days: they add up',
    rows: ['acme,,2026-03-01,2026-04-01,5.00,USD,a', 'Acme Ltd,,2026-03-15,2026-04-01,5.00,USD,b'],
    statements: [
      ['5.00', 1],
      ['5.00', 2],
    ],
    warnings: [],
  },
  {
    name: 'without a number, days that do not meet: single invoices',
    rows: ['acme,,2026-03-01,2026-04-01,5.00,USD,a', 'acme,,2026-04-01,2026-05-01,5.00,USD,b'],
    statements: [
      ['5.00', 0],
      ['5.00', 0],
    ],
    warnings: [],
  },
  {
    name: 'spellings of one number: lines of one invoice',
    rows: ['acme,A-1,2026-03-01,2026-04-01,5.00,USD,', 'Acme,a 1,2026-04-01,2026-05-01,6.00,USD,'],
    statements: [
      ['5.00', 1],
      ['6.00', 2],
    ],
    warnings: [],
  },
  {
    name: 'a last day as the end is noticed',
    rows: ['acme,A-1,2026-11-01,2026-11-30,5.00,USD,', 'acme,A-2,2026-05-09,2026-06-08,5.00,USD,'],
    statements: [
      ['5.00', 0],
      ['5.00', 0],
    ],
    warnings: ['period_end_not_covered', 'period_end_not_covered'],
  },
  {
    name: 'yen without cents, dinars with three decimals',
    rows: [
      'acme,A-1,2026-03-01,2026-04-01,"12,345",JPY,',
      'acme,A-2,2026-03-01,2026-04-01,12345.00,JPY,',
      'acme,A-3,2026-03-01,2026-04-01,12.345,KWD,',
    ],
    statements: [
      ['12345', 0],
      ['12345.00', 0],
      ['12.345', 0],
    ],
    warnings: [],
  },
];

describe('rows', () => {
  it.each(CASES)('$name', ({ rows, statements, warnings }) => {
    const read = readCsv(Buffer.from([HEADER, ...rows].join('\n')));
    expect(read.rowErrors).toEqual([]);
    expect(read.statements.map(({ amount, line }) => [amount, line])).toEqual(statements);
    expect(read.warnings.map(({ code }) => code)).toEqual(warnings);
  });

  it('say which day is not covered', () => {
    const read = readCsv(Buffer.from(`${HEADER}\nacme,A-1,2026-11-01,2026-11-30,5.00,USD,`));
    expect(read.warnings[0]?.message).toMatch(/^Line 2: 30 November is not covered: .* write 2026-12-01 as the end/);
  });
});

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsv } from './csv.ts';

const HEADER = 'provider,invoice_number,period_start,period_end,amount,currency,notes';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a CSV of invoices', () => {
  it.each([
    ['as documented', `${HEADER}\nhetzner,R-1,2026-03-01,2026-04-01,1234.50,EUR,two servers\n`],
    [
      'with BOM, CRLF and quotes',
      `\ufeff${HEADER}\r\n"hetzner","R-1","2026-03-01","2026-04-01","1,234.50","EUR","two servers"\r\n`,
    ],
    [
      'with semicolons and decimal commas',
      'fournisseur;numéro de facture;début période;fin période;montant;devise;notes\r\n' +
        'hetzner;R-1;2026-03-01;2026-04-01;1 234,50;eur;two servers\r\n',
    ],
    [
      'in camelCase, tabs, another order',
      'amount\tcurrency\tprovider\tinvoiceNumber\tperiodStart\tperiodEnd\tnotes\n' +
        '1234.50\tEUR\thetzner\tR-1\t2026-03-01\t2026-04-01\ttwo servers',
    ],
  ])('%s', (_name, text) => {
    const read = readCsv(bytes(text));
    expect(read).toMatchObject({ kind: 'csv', rowErrors: [], warnings: [], origins: [{ document: null, row: 2 }] });
    expect(read.statements).toEqual([
      {
        provider: 'hetzner',
        component: null,
        invoiceNumber: 'R-1',
        line: 0,
        billingDate: null,
        periodStart: '2026-03-01',
        periodEnd: '2026-04-01',
        amount: '1234.50',
        currency: 'EUR',
        fxRate: null,
        taxAmount: null,
        notes: 'two servers',
        kind: 'invoice',
        additional: false,
      },
    ]);
  });

  it('in UTF-16 and Windows-1252', () => {
    const text = `${HEADER}\nacmé,R-1,2026-03-01,2026-04-01,5.00,EUR,été\n`;
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    expect(readCsv(wide).statements[0]).toMatchObject({ provider: 'acmé', notes: 'été' });
    const latin = readCsv(Buffer.from(text, 'latin1'));
    expect(latin.statements[0]).toMatchObject({ notes: 'été' });
    expect(latin.warnings.map(({ code }) => code)).toEqual(['not_utf8']);
  });

  it.each([
    ['another header', 'date,total\n2026-03-01,5'],
    ['none', 'hetzner,R-1,2026-03-01,2026-04-01,5.00,EUR'],
    ['a column missing', 'provider,period_start,period_end,currency\n'],
    ['a column twice', `${HEADER},amount\n`],
    ['nothing', '\n\n'],
    ['HTML', '<!doctype html><html></html>'],
  ])('with %s is refused, naming the columns expected', (_name, text) => {
    expect(() => readCsv(bytes(text))).toThrow(
      expect.objectContaining({ code: 'wrong_header', message: expect.stringContaining(HEADER) }),
    );
  });

  it('names every bad field with its line, and previews the rest', () => {
    const read = readCsv(
      bytes(
        `${HEADER}\n,R-1,2026-02-30,2026-04-01,NaN,EUR,\nok,R-2,2026-03-01,2026-04-01,5.00,USD,"a\nb"\n` +
          `x,R-3,2026-03-01,2026-04-01,1e308,usd\nx,R-4,2026-03-01,2026-04-01,"1,234",XXZ,\n` +
          `x,R-5,03/04/2026,2026-04-01,5.00,USD,,extra\n`,
      ),
    );
    expect(read.statements.map(({ invoiceNumber }) => invoiceNumber)).toEqual(['R-2']);
    expect(read.rowErrors.map(({ row, field }) => [row, field])).toEqual([
      [2, 'amount'],
      [2, 'provider'],
      [2, 'period_start'],
      [5, 'amount'],
      [6, 'currency'],
      [6, 'amount'],
      [7, 'period_start'],
      [7, 'row'],
    ]);
  });

  it('takes rows with one number as lines of one invoice that add up, and equal rows once', () => {
    const read = readCsv(
      bytes(
        `${HEADER}\nsupabase,A-1,2026-03-01,2026-04-01,25.00,USD,\nsupabase,A-1,2026-02-01,2026-03-01,3.00,USD,\n` +
          `supabase,A-1,2026-03-01,2026-04-01,25.00,USD,\nsupabase,A1,2026-02-01,2026-03-01,4.00,USD,\n` +
          `supabase,,2026-03-01,2026-04-01,-2.00,USD,\n`,
      ),
    );
    expect(read.statements.map(({ line, amount, kind }) => [line, amount, kind])).toEqual([
      [1, '25.00', 'invoice'],
      [2, '3.00', 'invoice'],
      [3, '4.00', 'invoice'],
      [0, '-2.00', 'credit'],
    ]);
    expect(read.warnings.map(({ code }) => code)).toEqual(['row_repeated']);
    expect(read.rowErrors).toEqual([]);
  });

  it('ignores columns that it does not know, says so, and bounds the rows', () => {
    const read = readCsv(bytes(`${HEADER},colour\nx,,2026-03-01,2026-04-01,5.00,USD,,red\n`));
    expect(read.warnings).toEqual([{ code: 'unknown_columns', message: expect.stringContaining('colour') }]);
    expect(() => readCsv(bytes(`${HEADER}\n${'x,,2026-03-01,2026-04-01,5.00,USD,\n'.repeat(10_001)}`))).toThrow(
      expect.objectContaining({ code: 'too_many_rows' }),
    );
    expect(() => readCsv(bytes(`${HEADER}\n"never closed,2026`))).toThrow(
      expect.objectContaining({ code: 'unreadable' }),
    );
  });

  it('never crashes, and every amount stands in the file', () => {
    const cell = fc.oneof(
      fc.constantFrom('x', '2026-03-01', '2026-04-01', 'USD', '5.00', '1,5', '-7', '"a"', '1e3'),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { maxLength: 9 }), { maxLength: 8 }),
        fc.constantFrom(',', ';', '\t'),
        (rows, separator) => {
          const text = [HEADER.replaceAll(',', separator), ...rows.map((row) => row.join(separator))].join('\n');
          try {
            for (const { amount } of readCsv(bytes(text)).statements)
              expect(text.replaceAll(/[ ,.']/g, '')).toContain(amount?.replaceAll('.', ''));
          } catch (error) {
            expect(error).toMatchObject({ name: 'ImportRefused' });
          }
        },
      ),
    );
  });

  it.each(['invoices.md', 'factures.md'])('as docs/%s shows it', (file) => {
    const text = readFileSync(new URL(`../../../docs/${file}`, import.meta.url), 'utf8');
    const table = /```csv\n([^`]+)```/.exec(text)?.[1] ?? '';
    const read = readCsv(bytes(table));
    expect(read).toMatchObject({ rowErrors: [], warnings: [] });
    expect(read.statements.map(({ provider, line, amount, currency }) => [provider, line, amount, currency])).toEqual([
      ['hetzner', 0, '62.00', 'EUR'],
      ['supabase', 1, '25.00', 'USD'],
      ['supabase', 2, '12.35', 'USD'],
    ]);
  });
});

import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { free, toCsv } from './csv.ts';

const cellOf = (text: string): string => toCsv(['a'], [[free(text)]]).slice('a\r\n'.length, -'\r\n'.length);

describe('CSV', () => {
  it('is written as RFC 4180 says: a header, CRLF, quotes only where they are needed', () => {
    expect(
      toCsv(
        ['day', 'notes', 'amount'],
        [
          ['2026-03-01', free('a "quoted", text\r\nof two lines'), '-5.00'],
          ['2026-03-02', free(null), null],
          ['2026-03-03', free(' blanks '), '1.25'],
        ],
      ),
    ).toBe(
      'day,notes,amount\r\n' +
        '2026-03-01,"a ""quoted"", text\r\nof two lines",-5.00\r\n' +
        '2026-03-02,,\r\n' +
        '2026-03-03, blanks ,1.25\r\n',
    );
    expect(toCsv(['a', 'b'], [])).toBe('a,b\r\n');
  });

  it('gives back every text and value that starts no formula', () => {
    const text = fc.string({ unit: 'binary' }).map((tail) => `x${tail}`);
    fc.assert(
      fc.property(fc.array(fc.tuple(text, fc.integer()), { minLength: 1 }), (rows) => {
        const csv = toCsv(
          ['text', 'value'],
          rows.map(([one, value]) => [free(one), String(value)]),
        );
        expect(parse(csv, { from_line: 2, record_delimiter: '\r\n' })).toEqual(
          rows.map(([one, value]) => [one, String(value)]),
        );
      }),
    );
  });

  it.each([
    ['=1+1'],
    ['+1'],
    ['-1'],
    ['@SUM(A1)'],
    ["|cmd|' /C calc'!A0"],
    ['%0A=1'],
    ['\t=1'],
    ['\ttext'],
    ['\rtext'],
    ['\n=1'],
    [' =1'],
    ['\u00a0=1'],
    ['\u3000=1'],
    ['\u200b=1'],
    ['\u200b \u200d+1'],
    ['\u2060@A1'],
    ['\ufeff=1'],
    ['\u0000=1'],
    ['\uff1d1+1'],
    ['\uff0b1'],
    ['\uff0d1'],
    ['\uff20A1'],
    ['\u200b\uff1d1'],
    ['\u22121'],
    ['\ufe661'],
  ])('puts an apostrophe before %j', (text) => {
    expect(cellOf(text).replace(/^"/, '')).toMatch(/^'/);
    expect(parse(cellOf(text), { record_delimiter: '\r\n' })).toEqual([[`'${text}`]]);
  });

  it('leaves plain text and negative amounts as they are', () => {
    for (const text of ['Invoice 7', 'a=b', "it's", '5 % off', '(1)', 'é', 'x-1', '']) expect(cellOf(text)).toBe(text);
    expect(toCsv(['amount'], [['-5.00']])).toBe('amount\r\n-5.00\r\n');
  });
});

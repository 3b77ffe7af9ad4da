import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Found, ReadUpload } from '../contract/imports.ts';
import { makeMail } from '../../test/mail.ts';
import { makePdf, pageOf } from '../../test/pdf.ts';
import { readBytes } from './read-bytes.ts';

/** Whole numbers of a text: digits with whatever single separator may stand between them. */
function wholeNumbers(text: string): string[] {
  const ascii = text.replace(/[\uff10-\uff19]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
  return (ascii.replaceAll(/[\s\u00a0\u202f]/g, ' ').match(/\d+(?:[ .,'’]\d+)*/g) ?? []).map(digitsOf);
}

function digitsOf(text: string): string {
  return text.replaceAll(/\D/g, '').replace(/^0+(?=\d)/, '');
}

function amountsOf({ documents }: ReadUpload): Found[] {
  return documents.flatMap((document) =>
    [
      document.subtotal,
      document.tax,
      document.total,
      document.amountDue,
      document.amountPaid,
      ...document.lines.map(({ amount }) => amount),
    ].filter((found) => found !== null),
  );
}

const sign = fc.constantFrom('', '$', '€', 'USD ', 'CHF ', 'AU$', '¥', '₹', 'TRY ', '-$', '($', '#', 'x', 'QX$');
const suffix = fc.constantFrom('', ' USD', ' €', ' EUR', ' kr', '%', ')', '-', ' CR', ' TRY now', '.', ',', ' 14 days');
const separator = fc.constantFrom('.', ',', ' ', "'", '’', '. ', ', ', '\u00a0', '-', '/');
const groups = fc.array(fc.oneof(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 0, max: 99_999 })), {
  minLength: 1,
  maxLength: 5,
});
const number = fc
  .tuple(groups, fc.array(separator, { minLength: 5, maxLength: 5 }))
  .map(([parts, marks]) => parts.map((part, index) => `${index === 0 ? '' : marks[index - 1]}${part}`).join(''));
const amount = fc.tuple(sign, number, suffix).map((parts) => parts.join(''));
const label = fc.constantFrom(
  ...['Subtotal', 'Total', 'Total:', 'Grand total', 'Amount due', 'Amount paid', 'VAT (20%)', 'Tax', 'TVA', 'Discount'],
  ...['Total (EUR)', 'Total HT', 'Net à payer', 'Description', 'Montant', 'Invoice number', 'Plan', 'Total Care', ''],
);
const row = fc.tuple(label, fc.oneof(amount, fc.string({ maxLength: 15 })));
const rows = fc.array(row, { minLength: 1, maxLength: 12 });

function expectWhole(upload: ReadUpload, text: string): void {
  const numbers = new Set(wholeNumbers(text));
  for (const { value, confidence, found } of amountsOf(upload))
    if (confidence === 'high') expect(numbers, `${value} in ${found}`).toContain(digitsOf(value));
}

const runs = Number(process.env['FUZZ_RUNS'] ?? 0);

describe('no amount is sure that does not stand in the document as a whole number', () => {
  it('in the text of a mail', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (lines) => {
        const text = lines.map(([name, value]) => `${name}   ${value}`).join('\n');
        expectWhole(await readBytes(makeMail({ text })), text);
      }),
      { numRuns: runs || 300, interruptAfterTimeLimit: runs ? 600_000 : 5_000 },
    );
  });

  it('on a page', { timeout: 60_000 }, async () => {
    const ansi = rows.map((lines) =>
      lines.map(([name, value]) => [name, value.replaceAll(/[^\u0020-\u00ff]/g, '')] as const),
    );
    await fc.assert(
      fc.asyncProperty(ansi, async (lines) => {
        const page = pageOf([
          'Invoice',
          [
            [40, 'Description'],
            [330, 'Qty'],
            [450, 'Amount'],
          ],
          ...lines.map(([name, value]): [number, string][] => [
            [40, name],
            [330, '1'],
            [450, value],
          ]),
          ...lines.map(([name, value]): [number, string][] => [
            [330, name],
            [450, value],
          ]),
        ]);
        const upload = await readBytes(makePdf([page]));
        expectWhole(upload, lines.map(([name, value]) => `${name}\n${value}`).join('\n'));
      }),
      { numRuns: runs || 60, interruptAfterTimeLimit: runs ? 600_000 : 5_000 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makePdf } from '../../test/pdf.ts';
import { readBytes } from './read-bytes.ts';

describe('any page', () => {
  const texts = fc.constantFrom(
    'Invoice number',
    'ABC-0001',
    'Total',
    'Subtotal',
    '$12.50',
    '-$3.00',
    '$1,234.56 USD',
    '20,00 $US',
    'Description',
    'Qty',
    'Amount',
    'Unit price',
    'Mar 1 – Apr 1, 2026',
    'VAT',
    'Bill to',
    'Supabase',
    'Amount due',
    '7',
    '$',
    '1,23',
    'NaN USD',
    '1e308 USD',
    'https://invoice.stripe.com/i/acct_1/x',
  );
  const placed = fc.record({
    text: fc.oneof(texts, fc.string({ maxLength: 12 })),
    x: fc.integer({ min: 0, max: 550 }),
    y: fc.integer({ min: 0, max: 830 }),
  });

  it('is read without a crash, without an invented number, and without a link', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(placed, { minLength: 1, maxLength: 40 }), async (page) => {
        const upload = await readBytes(makePdf([[{ text: 'x', x: 1, y: 1 }, ...page]]));
        const numbers = page
          .map(({ text }) => text)
          .join(' | ')
          .replaceAll(/[ ,.'](?=\d{3}(?:\D|$))/g, '')
          .replaceAll(/(\d),(\d\d)(?!\d)/g, '$1.$2');
        const read = upload.documents.flatMap((document) => [
          document.subtotal,
          document.total,
          document.amountDue,
          document.amountPaid,
          ...document.lines.map(({ amount }) => amount),
        ]);
        for (const found of read) if (found !== null) expect(numbers).toContain(found.value.replace('-', ''));
        for (const { amount } of upload.statements) if (amount !== null) expect(amount).toMatch(/^-?\d+(\.\d+)?$/);
        expect(JSON.stringify(upload)).not.toMatch(/stripe\.com/);
      }),
      { numRuns: 60 },
    );
  });

  it('of random bytes is refused or read', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, pdf) => {
        const file = pdf ? Buffer.concat([Buffer.from('%PDF-1.4\n'), bytes]) : bytes;
        await expect(
          readBytes(file).then(
            () => 'read',
            (error: unknown) => (error instanceof Error ? error.name : 'other'),
          ),
        ).resolves.toMatch(/^(read|ImportRefused)$/);
      }),
      { numRuns: 60 },
    );
  });
});

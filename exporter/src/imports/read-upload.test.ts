import { existsSync, readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makePdf, pageOf } from '../../test/pdf.ts';
import { readUpload } from './read-upload.ts';

const SAMPLES = new URL('../../../../shared/samples/', import.meta.url);
const page = pageOf([
  'Invoice',
  [
    [330, 'Total'],
    [480, '$5.00'],
  ],
]);

async function refused(bytes: Uint8Array, limits = {}): Promise<string> {
  const error: unknown = await readUpload(bytes, limits).then(
    () => 'read',
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'ImportRefused', message: expect.stringMatching(/\w{3}.*\.$/) });
  return error instanceof Error && 'code' in error ? String(error.code) : 'none';
}

describe('row 37: uploads in a thread of their own', () => {
  it('are read there', async () => {
    expect((await readUpload(makePdf([page]))).statements).toEqual([expect.objectContaining({ amount: '5.00' })]);
  });

  it.each<[string, () => Uint8Array]>([
    ['empty', () => new Uint8Array(0)],
    ['too_large', () => Buffer.alloc(20 * 1024 * 1024, 'a')],
    ['too_many_pages', () => makePdf(Array.from({ length: 21 }, () => page))],
    ['no_text', () => makePdf([[]])],
    ['encrypted', () => makePdf([page], { encrypted: true })],
    ['unreadable', () => Buffer.from('%PDF-1.7\nnot really')],
    ['unknown_kind', () => Buffer.from('PK\u0003\u0004 a zip file')],
    ['unknown_kind', () => Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0])],
    ['wrong_header', () => Buffer.from('date;total\r\n2026-03-01;5,00\r\n')],
    // 80 kB that unpack to 80 MB, and a few hundred bytes that do so in two steps.
    [
      'unpacks_too_large',
      () => makePdf([page], { rawContent: { bytes: deflateSync(Buffer.alloc(80_000_000)), filter: '/FlateDecode' } }),
    ],
    [
      'unpacks_too_large',
      () =>
        makePdf([page], {
          rawContent: {
            bytes: deflateSync(deflateSync(Buffer.alloc(80_000_000))),
            filter: '[/FlateDecode /FlateDecode]',
          },
        }),
    ],
  ])('%s', async (code, bytes) => {
    expect(await refused(bytes())).toBe(code);
  });

  it('end after their time, and when they take too much memory', async () => {
    expect(await refused(makePdf([page]), { timeoutMs: 1 })).toBe('timed_out');
    expect(await refused(makePdf(Array.from({ length: 20 }, () => page)), { growthBytes: 0 })).toBe('too_much_memory');
  });

  it('wait for each other, and are turned away when too many wait', async () => {
    const table = Buffer.from('provider,period_start,period_end,amount,currency\n');
    const all = await Promise.allSettled(Array.from({ length: 14 }, () => readUpload(table)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    for (const one of all) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'busy' });
    await readUpload(table);
  });
});

describe.skipIf(!existsSync(SAMPLES))('the samples', () => {
  const common = {
    provider: 'supabase',
    invoiceNumber: 'BEF74D04-0005',
    billingDate: '2026-10-09',
    periodStart: '2026-10-09',
    periodEnd: '2026-11-09',
    amount: '1234.56',
    currency: 'USD',
  };

  it('en.pdf: everything that it prints, and that its lines are not its total', async () => {
    const { documents, statements, warnings } = await readUpload(readFileSync(new URL('en.pdf', SAMPLES)));
    expect(documents).toHaveLength(1);
    expect(documents[0]).toMatchObject({
      vendor: { value: 'Supabase Pte Ltd' },
      subtotal: { value: '25.00' },
      total: { value: '1234.56' },
      amountDue: { value: '1234.56' },
      currency: { value: 'USD', confidence: 'high' },
      linesMatchTotal: false,
      lines: [
        {
          description: 'Pro Plan',
          quantity: '1',
          amount: { value: '25.00' },
          periodStart: { value: '2026-10-09' },
          periodEnd: { value: '2026-11-09' },
        },
        { description: 'Compute Hours (Micro)', quantity: '744', amount: { value: '10.00' }, periodStart: null },
        { amount: { value: '-10.00' } },
      ],
    });
    expect(statements).toEqual([expect.objectContaining(common)]);
    expect(warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(['lines_do_not_match_total']));
  });

  it('receipt.eml: two PDFs and a text of one payment count once', async () => {
    const { documents, statements, warnings } = await readUpload(readFileSync(new URL('receipt.eml', SAMPLES)));
    expect(documents).toHaveLength(1);
    expect(documents[0]).toMatchObject({ receiptNumber: { value: '2627-2457' }, amountPaid: { value: '49.51' } });
    expect(statements).toEqual([expect.objectContaining(common)]);
    expect(warnings.map(({ code }) => code)).toContain('documents_differ');
  });
});

import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadUpload } from '../contract/imports.ts';
import { readBytes } from './read-bytes.ts';
import { ImportRefused } from './refusal.ts';

const CSV =
  'provider,invoice_number,period_start,period_end,amount,currency,notes\n' +
  'supabase,ABC-1,2026-03-01,2026-04-01,"1,234.50",USD,a\nacme,,2026-03-01,2026-04-01,-7,EUR,"b;c"\n';
const MAIL = [
  'From: Acme <billing@acme.test>',
  'Subject: Your receipt',
  'Date: Sun, 15 Mar 2026 10:00:00 +0000',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Receipt from Acme',
  'Invoice number ABC-0001',
  'Total $12.50',
  'Amount paid $12.50',
  '',
].join('\r\n');
const SAMPLES = new URL('../../../../shared/samples/', import.meta.url);
const samples = existsSync(SAMPLES)
  ? ['receipt.eml', 'en.pdf'].map((name): [string, Buffer] => [name, readFileSync(new URL(name, SAMPLES))])
  : [];

const edit = fc.record({
  at: fc.nat(),
  drop: fc.integer({ min: 0, max: 12 }),
  put: fc.oneof(
    fc.constantFrom(
      '',
      '\u0000',
      'NaN',
      '1e308',
      '-',
      '9'.repeat(30),
      '\r\n',
      '"',
      ';',
      '=?utf-8?B?////?=',
      '\u202e',
      '٣',
      '€',
    ),
    fc.string({ maxLength: 6 }),
  ),
});

function edited(bytes: Buffer, edits: readonly { at: number; drop: number; put: string }[]): Buffer {
  return edits.reduce(
    (before, { at, drop, put }) =>
      Buffer.concat([
        before.subarray(0, at % (before.length + 1)),
        Buffer.from(put),
        before.subarray((at % (before.length + 1)) + drop),
      ]),
    bytes,
  );
}

/** Undefined where the file was refused with a reason for a person. */
async function attempt(bytes: Uint8Array): Promise<ReadUpload | undefined> {
  try {
    return await readBytes(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(ImportRefused);
    return undefined;
  }
}

const AMOUNT = /^-?\d+(\.\d+)?$/;

describe.each<[string, Buffer]>([['a CSV', Buffer.from(CSV)], ['a mail', Buffer.from(MAIL)], ...samples])(
  '%s, spoilt',
  (name, original) => {
    it('is refused with a reason or read, and no amount is invented', { timeout: 60_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
          const bytes = edited(original, edits);
          const read = await attempt(bytes);
          for (const { amount, taxAmount, provider, currency } of read?.statements ?? []) {
            for (const value of [amount, taxAmount]) if (value !== null) expect(value).toMatch(AMOUNT);
            expect(currency === null || /^[A-Z]{3}$/.test(currency)).toBe(true);
            expect(provider?.trim() !== '').toBe(true);
          }
          // What stands in a CSV stands there in these digits; a sum of lines or a total without tax does not.
          if (read?.kind === 'csv')
            for (const { amount } of read.statements)
              expect(digitsOf(bytes.toString('latin1'))).toContain(digitsOf(amount ?? ''));
        }),
        process.env['FUZZ_RUNS'] === undefined
          ? { numRuns: name.endsWith('.pdf') ? 15 : 100, interruptAfterTimeLimit: 3_000 }
          : { numRuns: Number(process.env['FUZZ_RUNS']) },
      );
    });
  },
);

function digitsOf(text: string): string {
  return text.replaceAll(/[^\d]/g, '').replace(/^0+(?=\d)/, '');
}

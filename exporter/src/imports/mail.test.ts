import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { invoicePage, makePdf, type InvoiceText } from '../../test/pdf.ts';
import { makeMail } from '../../test/mail.ts';
import { textOfHtml } from './html-text.ts';
import { readBytes } from './read-bytes.ts';

const invoice: InvoiceText = {
  head: [
    ['Invoice number', 'ABC123DE-0007'],
    ['Date of issue', 'March 1, 2026'],
  ],
  vendor: 'Supabase Pte Ltd',
  lines: [{ description: 'Pro Plan', amount: '$25.00', period: 'Mar 1 – Apr 1, 2026' }],
  totals: [
    ['Subtotal', '$25.00'],
    ['Total', '$25.00'],
    ['Amount due', '$25.00 USD'],
  ],
};
const receipt: InvoiceText = {
  ...invoice,
  title: 'Receipt',
  head: [
    ['Invoice number', 'ABC123DE-0007'],
    ['Receipt number', '2627-2457'],
    ['Date paid', 'March 2, 2026'],
  ],
  totals: [
    ['Total', '$25.00'],
    ['Amount paid', '$25.00'],
  ],
};
const TEXT =
  'Receipt from Supabase Pte Ltd $25.00 Paid March 2, 2026\nReceipt number 2627-2457\nInvoice number ' +
  'ABC123DE-0007\nAmount paid $25.00\nView: https://invoice.stripe.com/i/acct_1/live_secret?s=em\n';

describe('a mail', () => {
  it('counts invoice, receipt and its own text once', async () => {
    const mail = makeMail({
      text: TEXT,
      attachments: [
        ['Invoice.pdf', makePdf([invoicePage(invoice)])],
        ['Receipt.pdf', makePdf([invoicePage(receipt)])],
      ],
    });
    const upload = await readBytes(mail);
    expect(upload.kind).toBe('mail');
    expect(upload.documents).toHaveLength(1);
    expect(upload.documents[0]).toMatchObject({
      type: 'invoice',
      parts: ['attachment Invoice.pdf', 'attachment Receipt.pdf', 'mail text'],
      receiptNumber: { value: '2627-2457' },
      billingDate: { value: '2026-03-01' },
    });
    expect(upload.statements).toEqual([
      expect.objectContaining({
        invoiceNumber: 'ABC123DE-0007',
        amount: '25.00',
        periodStart: '2026-03-01',
        periodEnd: '2026-04-01',
      }),
    ]);
    expect(upload.warnings).toEqual([]);
    expect(JSON.stringify(upload)).not.toMatch(/stripe\.com|live_secret/);
  });

  it('keeps two invoices apart', async () => {
    const other = makePdf([
      invoicePage({
        ...invoice,
        head: [
          ['Invoice number', 'ABC123DE-0008'],
          ['Date of issue', 'March 1, 2026'],
        ],
      }),
    ]);
    const upload = await readBytes(
      makeMail({
        text: 'Both attached',
        attachments: [
          ['1.pdf', makePdf([invoicePage(invoice)])],
          ['2.pdf', other],
        ],
      }),
    );
    expect(upload.statements.map(({ invoiceNumber }) => invoiceNumber)).toEqual(['ABC123DE-0007', 'ABC123DE-0008']);
  });

  it('without an attachment says what its text says, in English or French', async () => {
    const english = await readBytes(makeMail({ text: TEXT }));
    expect(english.statements).toEqual([
      expect.objectContaining({
        provider: 'supabase',
        invoiceNumber: 'ABC123DE-0007',
        billingDate: '2026-03-02',
        amount: '25.00',
        currency: 'USD',
        periodStart: null,
        notes: 'receipt 2627-2457',
      }),
    ]);
    expect(english.warnings.map(({ code }) => code)).toEqual(['period_missing']);
    const html =
      '<style>p{}</style><table><tr><td>Re&ccedil;u de Weaviate B.V.</td></tr><tr><td>Num&eacute;ro de ' +
      're&#231;u</td><td>1111-2222</td></tr><tr><td>Numéro de ' +
      'facture</td><td>F0A1B2C3-0002</td></tr><tr><td>Montant ' +
      'payé</td><td>1&nbsp;220,00&nbsp;$US</td></tr></table><p>Payé le 2 mars 2026 <a ' +
      'href="https://pay.stripe.com/x">voir</a></p>';
    const french = await readBytes(makeMail({ html, from: 'Weaviate <a@b.example>' }));
    expect(french.statements).toEqual([
      expect.objectContaining({
        provider: 'weaviate',
        invoiceNumber: 'F0A1B2C3-0002',
        billingDate: '2026-03-02',
        amount: '1220.00',
        currency: 'USD',
        notes: 'receipt 1111-2222',
      }),
    ]);
  });

  it('names an attachment that cannot be read, and reads the rest', async () => {
    const upload = await readBytes(
      makeMail({
        text: TEXT,
        attachments: [
          ['scan.pdf', makePdf([[]])],
          ['locked.pdf', makePdf([[{ text: 'x', x: 1, y: 1 }]], { encrypted: true })],
        ],
      }),
    );
    expect(upload.warnings.map(({ code }) => code)).toEqual([
      'attachment_no_text',
      'attachment_encrypted',
      'period_missing',
    ]);
    expect(upload.statements).toHaveLength(1);
  });

  it('says which figure is taken where mail and PDF differ', async () => {
    const upload = await readBytes(
      makeMail({
        text: TEXT.replaceAll('$25.00', '$49.51'),
        attachments: [['Invoice.pdf', makePdf([invoicePage(invoice)])]],
      }),
    );
    expect(upload.warnings).toEqual([{ code: 'documents_differ', message: expect.stringMatching(/25\.00.*49\.51/) }]);
    expect(upload.statements.map(({ amount }) => amount)).toEqual(['25.00']);
  });

  it('never crashes on what comes as a mail', async () => {
    const line = fc.oneof(
      fc.constantFrom(
        'From: a@b.c',
        'Date: x',
        'Content-Type: multipart/mixed; boundary=b',
        '--b',
        '--b--',
        'Content-Transfer-Encoding: base64',
        '',
        '<td>Total</td><td>$5.00</td>',
        'Amount paid $7.00',
        '&#xFFFFFF;&#0;&euro;',
      ),
      fc.string({ maxLength: 30 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 30 }), async (lines) => {
        const upload = await readBytes(
          Buffer.from(['From: a@b.c', 'Subject: x', 'MIME-Version: 1.0', ...lines].join('\r\n')),
        ).catch((error: unknown) => error);
        const amounts =
          upload instanceof Error
            ? []
            : z
                .object({ statements: z.array(z.object({ amount: z.string().nullable() })) })
                .parse(upload)
                .statements.map(({ amount }) => amount);
        if (upload instanceof Error) expect(upload.name).toBe('ImportRefused');
        for (const amount of amounts)
          if (amount !== null)
            expect(lines.join('\n').replaceAll(',', '')).toContain(amount.replace(/^-/, '').replace(/\.00$/, ''));
      }),
      { numRuns: 200 },
    );
    fc.assert(fc.property(fc.string(), (text) => typeof textOfHtml(text) === 'string'));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { invoicePage, makePdf, pageOf, type InvoiceText, type PlacedText } from '../../test/pdf.ts';
import type { ReadUpload } from '../contract/imports.ts';
import { formatMicros, parseMicros, sumMicros } from '../money/micros.ts';
import { readBytes } from './read-bytes.ts';

const supabase: InvoiceText = {
  head: [
    ['Invoice number', 'ABC123DE-0007'],
    ['Date of issue', 'March 1, 2026'],
    ['Date due', 'March 1, 2026'],
  ],
  vendor: 'Supabase Pte Ltd',
  headline: '$37.35 USD due March 1, 2026',
  lines: [
    { description: 'Pro Plan', amount: '$25.00', period: 'Mar 1 – Apr 1, 2026' },
    {
      description: 'Compute Hours (Micro)',
      quantity: '672',
      unit: '$0.01344',
      amount: '$9.03',
      period: 'Feb 1 – Mar 1, 2026',
    },
    { description: 'Storage', quantity: '159', unit: '$0.0209', amount: '$3.32', period: 'Feb 1 – Mar 1, 2026' },
  ],
  totals: [
    ['Subtotal', '$37.35'],
    ['Total', '$37.35'],
    ['Amount due', '$37.35 USD'],
  ],
};

const french: InvoiceText = {
  title: 'Facture',
  billTo: 'Facturer à',
  columns: ['Description', 'Qté', 'Prix unitaire', 'Montant'],
  head: [
    ['Numéro de facture', 'F0A1B2C3-0002'],
    ['Date d’émission', '1 mars 2026'],
    ['Date d’échéance', '1 mars 2026'],
  ],
  vendor: 'Weaviate B.V.',
  headline: '1 220,00 $US dus le 1 mars 2026',
  lines: [
    { description: 'Flex', amount: '1 200,00 $US', period: '1 mars – 1 avr. 2026' },
    {
      description: 'Sauvegardes',
      quantity: '2',
      unit: '10,00 $US',
      amount: '20,00 $US',
      period: '1 mars – 1 avr. 2026',
    },
  ],
  totals: [
    ['Sous-total', '1 220,00 $US'],
    ['TVA - France (20 %)', '244,00 $US'],
    ['Total', '1 464,00 $US'],
    ['Montant dû', '1 464,00 $US'],
  ],
};

async function read(...pages: PlacedText[][]): Promise<ReadUpload> {
  return readBytes(makePdf(pages, { compress: true }));
}

function only(upload: ReadUpload): ReadUpload['documents'][number] {
  const [document] = upload.documents;
  if (document === undefined || upload.documents.length !== 1) throw new Error(`${upload.documents.length} documents`);
  return document;
}

describe('an invoice in English', () => {
  it('has the fixed fee ahead and the usage behind: a statement for each period, with one number', async () => {
    const upload = await read(invoicePage(supabase));
    expect(upload.statements).toEqual([
      expect.objectContaining({
        provider: 'supabase',
        invoiceNumber: 'ABC123DE-0007',
        line: 1,
        billingDate: '2026-03-01',
        periodStart: '2026-03-01',
        periodEnd: '2026-04-01',
        amount: '25.00',
        currency: 'USD',
        kind: 'invoice',
        taxAmount: null,
        notes: 'Pro Plan 25.00',
      }),
      expect.objectContaining({
        line: 2,
        periodStart: '2026-02-01',
        periodEnd: '2026-03-01',
        amount: '12.35',
        notes: 'Compute Hours (Micro) 9.03; Storage 3.32',
      }),
    ]);
    expect(upload.warnings).toEqual([]);
    expect(only(upload)).toMatchObject({
      type: 'invoice',
      linesMatchTotal: true,
      periodStart: null,
      total: { value: '37.35', found: 'page 1: “Total $37.35”', confidence: 'high' },
      receiptNumber: null,
      amountPaid: null,
    });
  });

  it('survives lost hyphens, dashes and minus signs, and says what was put back', async () => {
    const upload = await read(
      invoicePage({
        ...supabase,
        head: [
          ['Invoice number', 'ABC123DE 0007'],
          ['Date of issue', 'March 1, 2026'],
        ],
        lines: [
          { description: 'Pro Plan', amount: '$25.00', period: 'Mar 1 Apr 1, 2026' },
          { description: 'Compute Hours', amount: '$10.00' },
          { description: 'Compute Credits', amount: '$10.00' },
        ],
        totals: [
          ['Subtotal', '$25.00'],
          ['Total', '$25.00'],
          ['Amount due', '$25.00 USD'],
        ],
      }),
    );
    expect(upload.statements).toEqual([
      expect.objectContaining({
        invoiceNumber: 'ABC123DE-0007',
        line: 0,
        periodStart: '2026-03-01',
        periodEnd: '2026-04-01',
        amount: '25.00',
      }),
    ]);
    const document = only(upload);
    expect(document.invoiceNumber).toMatchObject({
      confidence: 'medium',
      found: expect.stringContaining('hyphen was lost'),
    });
    expect(document.lines[2]?.amount).toMatchObject({
      value: '-10.00',
      confidence: 'medium',
      found: expect.stringContaining('minus sign was lost'),
    });
    expect(upload.warnings.map(({ code }) => code)).toEqual(['sign_inferred', 'lines_cancel_out']);
  });

  it('does not guess a sign where two lines could be the credit', async () => {
    const lines = [
      { description: 'A', amount: '$30.00' },
      { description: 'B', amount: '$5.00' },
      { description: 'C', amount: '$5.00' },
    ];
    const upload = await read(
      invoicePage({
        ...supabase,
        lines,
        totals: [
          ['Subtotal', '$30.00'],
          ['Total', '$30.00'],
        ],
      }),
    );
    expect(only(upload).lines.map(({ amount }) => amount.value)).toEqual(['30.00', '5.00', '5.00']);
    expect(upload.warnings.map(({ code }) => code)).toContain('lines_do_not_match_total');
    expect(upload.statements).toEqual([expect.objectContaining({ amount: '30.00', line: 0 })]);
  });

  it('keeps tax out of the cost: exclusive, and inclusive by the shares of the periods', async () => {
    const exclusive = await read(
      invoicePage({
        ...supabase,
        totals: [
          ['Subtotal', '$37.35'],
          ['Total excluding tax', '$37.35'],
          ['VAT - France (20% on $37.35)', '$7.47'],
          ['Total', '$44.82'],
          ['Amount due', '$44.82 USD'],
        ],
      }),
    );
    expect(only(exclusive)).toMatchObject({ tax: { value: '7.47' }, linesMatchTotal: true });
    expect(exclusive.statements.map(({ amount, taxAmount }) => [amount, taxAmount])).toEqual([
      ['25.00', '7.47'],
      ['12.35', null],
    ]);
    const inclusive = await read(
      invoicePage({
        ...supabase,
        totals: [
          ['Subtotal', '$37.35'],
          ['Total excluding tax', '$31.12'],
          ['VAT (20% inclusive)', '$6.23'],
          ['Total', '$37.35'],
          ['Amount due', '$37.35 USD'],
        ],
      }),
    );
    expect(formatMicros(sumMicros(inclusive.statements.map(({ amount }) => parseMicros(amount ?? 'none'))))).toBe(
      '31.12',
    );
    expect(inclusive.statements.map(({ amount, taxAmount }) => [amount, taxAmount])).toEqual([
      ['20.83', '6.23'],
      ['10.29', null],
    ]);
  });

  it('takes a discount on the whole invoice off, and a credit note as a credit', async () => {
    const discounted = await read(
      invoicePage({
        ...supabase,
        lines: supabase.lines.slice(0, 1),
        totals: [
          ['Subtotal', '$25.00'],
          ['WELCOME (10% off)', '-$2.50'],
          ['Total', '$22.50'],
          ['Amount due', '$22.50 USD'],
        ],
      }),
    );
    expect(only(discounted).linesMatchTotal).toBe(true);
    expect(discounted.statements.map(({ amount, kind }) => [amount, kind])).toEqual([
      ['25.00', 'invoice'],
      ['-2.50', 'credit'],
    ]);
    const credit = await read(
      invoicePage({
        ...supabase,
        title: 'Credit note',
        head: [
          ['Credit note number', 'ABC123DE-0007-CN-01'],
          ['Invoice number', 'ABC123DE-0007'],
          ['Date of issue', 'March 9, 2026'],
        ],
        lines: supabase.lines.slice(0, 1),
        totals: [['Total', '$25.00']],
      }),
    );
    expect(credit.statements).toEqual([
      expect.objectContaining({ kind: 'credit', amount: '-25.00', invoiceNumber: 'ABC123DE-0007-CN-01' }),
    ]);
  });

  it('reads other currencies, a table over two pages, and a group heading for its lines', async () => {
    const yen = await read(
      invoicePage({
        ...supabase,
        lines: [{ description: 'Plan', amount: '¥1,500' }],
        totals: [
          ['Total', '¥1,500'],
          ['Amount due', '¥1,500 JPY'],
        ],
      }),
    );
    expect(yen.statements).toEqual([expect.objectContaining({ amount: '1500', currency: 'JPY', periodStart: null })]);
    expect(yen.warnings.map(({ code }) => code)).toEqual(['period_missing']);
    const [first, second] = [
      invoicePage({ ...supabase, totals: [], lines: [] }).concat(pageOf([])),
      pageOf([
        'Page 2 of 2',
        [
          [40, 'Description'],
          [330, 'Qty'],
          [480, 'Amount'],
        ],
        'Mar 1 – Apr 1, 2026',
        [
          [40, 'Pro Plan'],
          [330, '1'],
          [480, '$25.00'],
        ],
        'Feb 1 – Mar 1, 2026',
        [
          [40, 'Egress'],
          [330, '3'],
          [480, '$0.27'],
        ],
        [
          [330, 'Total'],
          [480, '$25.27'],
        ],
      ]),
    ];
    const grouped = await read(first, second);
    expect(grouped.statements.map(({ periodStart, amount }) => [periodStart, amount])).toEqual([
      ['2026-03-01', '25.00'],
      ['2026-02-01', '0.27'],
    ]);
  });

  it('leaves empty what is not there', async () => {
    const upload = await read(pageOf(['Hello', 'This is a letter.']));
    expect(upload.statements).toEqual([]);
    expect(upload.warnings.map(({ code }) => code)).toEqual(['fields_missing', 'nothing_found']);
    expect(only(upload)).toMatchObject({ vendor: null, invoiceNumber: null, total: null, currency: null });
    const bare = await read(
      pageOf([
        'Acme',
        [
          [330, 'Total'],
          [480, '$5.00'],
        ],
      ]),
    );
    expect(bare.statements).toEqual([
      expect.objectContaining({
        provider: null,
        invoiceNumber: null,
        billingDate: null,
        amount: '5.00',
        currency: 'USD',
      }),
    ]);
  });

  it('names a vendor that is not known by a slug, with little confidence', async () => {
    const upload = await read(invoicePage({ ...supabase, vendor: 'Acme Widgets, Inc.' }));
    expect(only(upload).provider).toMatchObject({ value: 'acme-widgets', confidence: 'low' });
    for (const [vendor, provider] of [
      ['Anthropic, PBC', 'anthropic'],
      ['OpenAI, LLC', 'openai'],
      ['DigitalOcean, LLC', 'digital_ocean'],
      ['Vercel Inc.', 'vercel'],
      ['GitHub, Inc.', 'github'],
      ['Twilio Inc', 'twilio'],
    ] as const) {
      expect((await read(invoicePage({ ...supabase, vendor }))).statements[0]?.provider).toBe(provider);
    }
  });
});

describe('in French', () => {
  it('an invoice with tax', async () => {
    const upload = await read(invoicePage(french));
    expect(only(upload)).toMatchObject({
      type: 'invoice',
      linesMatchTotal: true,
      tax: { value: '244.00' },
      total: { value: '1464.00' },
      amountDue: { value: '1464.00' },
      currency: { value: 'USD', confidence: 'high' },
    });
    expect(upload.statements).toEqual([
      expect.objectContaining({
        provider: 'weaviate',
        invoiceNumber: 'F0A1B2C3-0002',
        line: 0,
        billingDate: '2026-03-01',
        periodStart: '2026-03-01',
        periodEnd: '2026-04-01',
        amount: '1220.00',
        taxAmount: '244.00',
        currency: 'USD',
      }),
    ]);
  });

  it('a receipt that names its invoice', async () => {
    const upload = await read(
      invoicePage({
        ...french,
        title: 'Reçu',
        head: [
          ['Numéro de facture', 'F0A1B2C3-0002'],
          ['Numéro de reçu', '2345-6789'],
          ['Date de paiement', '2 mars 2026'],
        ],
        headline: '20,00 $US payés le 2 mars 2026',
        lines: [{ description: 'Flex', amount: '20,00 $US', period: '1 mars – 1 avr. 2026' }],
        totals: [
          ['Sous-total', '20,00 $US'],
          ['Total', '20,00 $US'],
          ['Montant payé', '20,00 $US'],
        ],
      }),
    );
    expect(only(upload)).toMatchObject({
      type: 'receipt',
      receiptNumber: { value: '2345-6789' },
      amountPaid: { value: '20.00' },
      billingDate: { value: '2026-03-02' },
    });
    expect(upload.statements).toEqual([
      expect.objectContaining({
        invoiceNumber: 'F0A1B2C3-0002',
        amount: '20.00',
        notes: 'receipt 2345-6789; Flex 20.00',
      }),
    ]);
  });
});

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

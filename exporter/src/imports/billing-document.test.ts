import { describe, expect, it } from 'vitest';
import { only, readPages, supabase } from '../../test/billing-documents.ts';
import { invoicePage, pageOf } from '../../test/pdf.ts';
import { formatMicros, parseMicros, sumMicros } from '../money/micros.ts';

describe('an invoice in English', () => {
  it('has the fixed fee ahead and the usage behind: a statement for each period, with one number', async () => {
    const upload = await readPages(invoicePage(supabase));
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
    const upload = await readPages(
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
    const upload = await readPages(
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
    const exclusive = await readPages(
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
    const inclusive = await readPages(
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
    const discounted = await readPages(
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
    const credit = await readPages(
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
    const yen = await readPages(
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
    const grouped = await readPages(first, second);
    expect(grouped.statements.map(({ periodStart, amount }) => [periodStart, amount])).toEqual([
      ['2026-03-01', '25.00'],
      ['2026-02-01', '0.27'],
    ]);
  });

  it('leaves empty what is not there', async () => {
    const upload = await readPages(pageOf(['Hello', 'This is a letter.']));
    expect(upload.statements).toEqual([]);
    expect(upload.warnings.map(({ code }) => code)).toEqual(['fields_missing', 'nothing_found']);
    expect(only(upload)).toMatchObject({ vendor: null, invoiceNumber: null, total: null, currency: null });
    const bare = await readPages(
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
    const upload = await readPages(invoicePage({ ...supabase, vendor: 'Acme Widgets, Inc.' }));
    expect(only(upload).provider).toMatchObject({ value: 'acme-widgets', confidence: 'low' });
    for (const [vendor, provider] of [
      ['Anthropic, PBC', 'anthropic'],
      ['OpenAI, LLC', 'openai'],
      ['DigitalOcean, LLC', 'digital_ocean'],
      ['Vercel Inc.', 'vercel'],
      ['GitHub, Inc.', 'github'],
      ['Twilio Inc', 'twilio'],
    ] as const) {
      expect((await readPages(invoicePage({ ...supabase, vendor }))).statements[0]?.provider).toBe(provider);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { french, only, readPages } from '../../test/billing-documents.ts';
import { invoicePage } from '../../test/pdf.ts';

describe('in French', () => {
  it('an invoice with tax', async () => {
    const upload = await readPages(invoicePage(french));
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
    const upload = await readPages(
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

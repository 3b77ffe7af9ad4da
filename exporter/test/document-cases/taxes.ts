import { makePdf, pageOf } from '../pdf.ts';
import { march, MARCH, PERIOD, pdf, simple, type DocumentCase } from './document-case.ts';

type Rows = readonly (readonly [string, string])[];
const LINE = [{ description: 'Plan', amount: '$50.00', period: PERIOD }];
const FRENCH = {
  title: 'Facture',
  billTo: 'Facturer à',
  columns: ['Description', 'Qté', 'Prix unitaire', 'Montant'] as const,
  lines: [{ description: 'Hébergement', amount: '50,00 €', period: '1 mars 2026 – 1 avr. 2026' }],
};

const taxed = (
  name: string,
  totals: Rows,
  tax: string | null,
  amount: string,
  more: Partial<DocumentCase> = {},
): DocumentCase => ({
  name,
  file: () => pdf({ lines: LINE, totals }),
  fields: { tax, total: '60.00' },
  statements: [{ ...MARCH, amount, taxAmount: tax }],
  ...more,
});

export const TAXES: readonly DocumentCase[] = [
  taxed(
    'subtotal and tax are the total',
    [
      ['Subtotal', '$50.00'],
      ['VAT (20%)', '$10.00'],
      ['Total', '$60.00'],
    ],
    '10.00',
    '50.00',
    { sure: ['tax'] },
  ),
  taxed(
    'a tax that names its country',
    [
      ['Subtotal', '$50.00'],
      ['VAT - France (20% on $50.00)', '$10.00'],
      ['Total', '$60.00'],
    ],
    '10.00',
    '50.00',
  ),
  taxed(
    'two taxes add up',
    [
      ['Subtotal', '$50.00'],
      ['GST (5%)', '$4.00'],
      ['QST (9.975%)', '$6.00'],
      ['Total', '$60.00'],
    ],
    '10.00',
    '50.00',
    { unsure: ['tax'] },
  ),
  taxed(
    'a breakdown that prints the tax twice',
    [
      ['Subtotal', '$50.00'],
      ['VAT 20%', '$10.00'],
      ['Total VAT', '$10.00'],
      ['Total', '$60.00'],
    ],
    '10.00',
    '50.00',
  ),
  taxed(
    'of which VAT',
    [
      ['Total', '$60.00'],
      ['of which VAT (20%)', '$10.00'],
    ],
    '10.00',
    '50.00',
    {
      file: () =>
        pdf({
          lines: [{ description: 'Plan', amount: '$60.00', period: PERIOD }],
          totals: [
            ['Total', '$60.00'],
            ['of which VAT (20%)', '$10.00'],
          ],
        }),
    },
  ),
  taxed(
    'a tax that does not add up',
    [
      ['Subtotal', '$50.00'],
      ['VAT', '$7.00'],
      ['Total', '$60.00'],
    ],
    null,
    '60.00',
    { warnings: ['tax_unclear'] },
  ),
  taxed(
    'a tax beyond the total',
    [
      ['Subtotal', '$50.00'],
      ['Tax', '$99.00'],
      ['Total', '$60.00'],
    ],
    null,
    '60.00',
    { warnings: ['tax_unclear'] },
  ),
  taxed(
    'a tax without a subtotal',
    [
      ['VAT (20%)', '$10.00'],
      ['Total', '$60.00'],
    ],
    '10.00',
    '50.00',
  ),
  taxed(
    'a tax that begins with its state',
    [
      ['Subtotal', '$50.00'],
      ['NY Sales Tax (20%)', '$10.00'],
      ['Total', '$60.00'],
    ],
    '10.00',
    '50.00',
  ),
  {
    name: 'labels in one row, amounts in the next',
    file: () =>
      makePdf([
        pageOf([
          'Invoice',
          [
            [40, 'Vercel Inc.'],
            [300, 'Bill to'],
          ],
          [
            [40, 'Subtotal'],
            [200, 'Tax'],
            [300, 'Total'],
          ],
          [
            [40, '$50.00'],
            [200, '$10.00'],
            [300, '$60.00'],
          ],
        ]),
      ]),
    fields: { subtotal: '50.00', tax: '10.00', total: '60.00' },
    statements: [{ provider: 'vercel', amount: '50.00', taxAmount: '10.00' }],
  },
  {
    name: 'reverse charge is a tax of zero',
    file: () =>
      pdf({
        lines: LINE,
        totals: [
          ['Subtotal', '$50.00'],
          ['VAT (0% reverse charge)', '$0.00'],
          ['Total', '$50.00'],
        ],
      }),
    fields: { tax: '0.00', total: '50.00' },
    statements: [march('50.00', 'USD')],
  },
  ...['Tax API Pro', 'VAT filing service', 'Taxi for the support team', 'GST return, March'].map(
    (description): DocumentCase => ({
      name: `the line “${description}” is no tax`,
      file: () =>
        pdf({
          lines: [
            { description, amount: '$99.00', period: PERIOD },
            { description: 'Support', amount: '$25.00', period: PERIOD },
          ],
          totals: [
            ['Subtotal', '$124.00'],
            ['Total', '$124.00'],
          ],
        }),
      fields: { tax: null, total: '124.00' },
      statements: [march('124.00', 'USD')],
    }),
  ),
  {
    name: 'French: Total HT, TVA, Total TTC, Net à payer, and a footer with the capital',
    file: () =>
      pdf({
        ...FRENCH,
        totals: [
          ['Total HT', '50,00 €'],
          ['TVA (20 %)', '10,00 €'],
          ['Total TTC', '60,00 €'],
          ['Net à payer', '60,00 €'],
        ],
        footer: [
          'TVA : FR11999999998 - SARL au capital de 120 000,00 €',
          'RCS Paris 999 999 998 - IBAN FR76 3000 6000 0112 3456 7890 189',
        ],
      }),
    fields: { tax: '10.00', total: '60.00', amountDue: '60.00' },
    sure: ['tax', 'total'],
    statements: [{ ...MARCH, amount: '50.00', taxAmount: '10.00', currency: 'EUR' }],
  },
  {
    name: 'English footers are no totals',
    file: () =>
      simple('€50.00', {
        footer: [
          'VAT: GB123456789 - Share capital €120,000.00',
          'Total share capital: €120,000.00',
          'Late payment fee €40.00',
        ],
      }),
    fields: { tax: null, total: '50.00' },
    statements: [march('50.00', 'EUR')],
  },
];

import { makePdf, pageOf } from '../pdf.ts';
import type { DocumentCase } from './document-case.ts';

/** A French invoice with one line of 100,00 € and these totals. */
const french = (
  name: string,
  totals: readonly (readonly [string, string])[],
  wanted: Omit<DocumentCase, 'name' | 'file'>,
): DocumentCase => ({
  name: `French: ${name}`,
  file: () =>
    makePdf([
      pageOf([
        'Acme SARL',
        'Facture',
        [
          [40, 'Numéro de facture'],
          [160, 'F-9'],
        ],
        [
          [40, 'Date de facture'],
          [160, '1 mars 2026'],
        ],
        [
          [40, 'Désignation'],
          [330, 'Qté'],
          [480, 'Montant HT'],
        ],
        [
          [40, 'Forfait'],
          [330, '1'],
          [480, '100,00 €'],
        ],
        ...totals.map(([label, value]): [number, string][] => [
          [330, label],
          [480, value],
        ]),
      ]),
    ]),
  ...wanted,
});

export const FRENCH: readonly DocumentCase[] = [
  french(
    'two rates of VAT',
    [
      ['Total HT', '100,00 €'],
      ['TVA 5,5 %', '2,75 €'],
      ['TVA 20 %', '10,00 €'],
      ['Total TTC', '112,75 €'],
    ],
    { fields: { tax: '12.75' }, statements: [{ amount: '100.00', taxAmount: '12.75' }] },
  ),
  french(
    'a deposit does not change the cost',
    [
      ['Total HT', '100,00 €'],
      ['TVA 20 %', '20,00 €'],
      ['Total TTC', '120,00 €'],
      ['Acompte versé', '-50,00 €'],
      ['Net à payer', '70,00 €'],
    ],
    { fields: { total: '120.00', amountDue: '70.00' }, statements: [{ amount: '100.00', taxAmount: '20.00' }] },
  ),
  french(
    'a discount between “Total HT” and “Total HT net”',
    [
      ['Total HT', '100,00 €'],
      ['Remise 10 %', '-10,00 €'],
      ['Total HT net', '90,00 €'],
      ['TVA 20 %', '18,00 €'],
      ['Total TTC', '108,00 €'],
    ],
    {
      fields: { total: '108.00', tax: '18.00' },
      statements: [
        { amount: '100.00', taxAmount: '18.00' },
        { amount: '-10.00', kind: 'credit' },
      ],
    },
  ),
  french(
    '“Montant HT”, “Montant TVA”, “Montant TTC”',
    [
      ['Montant HT', '100,00 €'],
      ['Montant TVA', '20,00 €'],
      ['Montant TTC', '120,00 €'],
    ],
    { fields: { total: '120.00', tax: '20.00' }, statements: [{ amount: '100.00', taxAmount: '20.00' }] },
  ),
  french(
    'abbreviations with points, “Total à régler”',
    [
      ['Total H.T.', '100,00 €'],
      ['T.V.A. 20 %', '20,00 €'],
      ['Total T.T.C.', '120,00 €'],
      ['Total à régler', '120,00 €'],
    ],
    {
      fields: { total: '120.00', tax: '20.00', amountDue: '120.00' },
      statements: [{ amount: '100.00', taxAmount: '20.00' }],
    },
  ),
  french(
    'shipping between subtotal and tax',
    [
      ['Sous-total', '100,00 €'],
      ['Frais de port', '10,00 €'],
      ['TVA 20 %', '22,00 €'],
      ['Total TTC', '132,00 €'],
    ],
    { fields: { total: '132.00', tax: '22.00' }, statements: [{ amount: '110.00', taxAmount: '22.00' }] },
  ),
  french(
    'reverse charge',
    [
      ['Total HT', '100,00 €'],
      ['TVA (autoliquidation)', '0,00 €'],
      ['Total TTC', '100,00 €'],
    ],
    { fields: { total: '100.00', tax: '0.00' }, statements: [{ amount: '100.00' }] },
  ),
];

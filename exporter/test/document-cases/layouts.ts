import { makePdf, pageOf } from '../pdf.ts';
import { MARCH, type DocumentCase } from './document-case.ts';

type Printed = readonly (readonly [number, string][] | string)[];
const FEBRUARY = { periodStart: '2026-02-01', periodEnd: '2026-03-01' } as const;

const row = (label: string, value: string): readonly [number, string][] => [
  [330, label],
  [480, value],
];
const field = (label: string, value: string): readonly [number, string][] => [
  [40, label],
  [200, value],
];
const item = (...cells: readonly [string, string, string]): readonly [number, string][] => [
  [40, cells[0]],
  [330, cells[1]],
  [480, cells[2]],
];
const layout = (name: string, rows: Printed, wanted: Omit<DocumentCase, 'name' | 'file'>): DocumentCase => ({
  name: `as ${name} prints it`,
  file: () => makePdf([pageOf(rows)], { compress: true }),
  ...wanted,
});

/** Invoices as the large providers lay them out; amounts and names are invented. */
export const LAYOUTS: readonly DocumentCase[] = [
  layout(
    'AWS: charges in a summary, the tax without a subtotal',
    [
      'Amazon Web Services EMEA SARL',
      'Invoice',
      field('Invoice Number:', 'EUINFR26-123456'),
      field('Invoice Date:', 'March 3, 2026'),
      field('TOTAL AMOUNT DUE ON March 3, 2026', 'USD 148.80'),
      'Bill to Address:',
      'Example SAS',
      'This invoice is for the billing period February 1 - February 28, 2026',
      field('AWS Service Charges', 'USD 124.00'),
      field('Charges', 'USD 130.00'),
      field('Credits', 'USD -6.00'),
      field('Tax', 'USD 24.80'),
      field('Total for this invoice', 'USD 148.80'),
    ],
    {
      fields: { total: '148.80', tax: '24.80', currency: 'USD', invoiceNumber: 'EUINFR26-123456' },
      unsure: ['tax'],
      statements: [{ ...FEBRUARY, amount: '124.00', currency: 'USD', taxAmount: '24.80' }],
    },
  ),
  layout(
    'Google Cloud: labels name the currency',
    [
      'Google Cloud EMEA Limited',
      'Invoice',
      'Bill to',
      'Example SAS',
      field('Invoice number', '5212345678'),
      field('Invoice date', 'Feb 28, 2026'),
      field('Total amount due in EUR', '€120.00'),
      'Summary for Feb 1, 2026 - Feb 28, 2026',
      row('Subtotal in EUR', '€100.00'),
      row('VAT (20%)', '€20.00'),
      row('Total in EUR', '€120.00'),
    ],
    {
      fields: { total: '120.00', tax: '20.00', currency: 'EUR' },
      statements: [{ ...FEBRUARY, amount: '100.00', currency: 'EUR', taxAmount: '20.00' }],
    },
  ),
  layout(
    'Azure: bare numbers and a total with its currency',
    [
      'Microsoft Ireland Operations Ltd',
      'Invoice',
      field('Invoice No.', 'E0200ABCDE'),
      field('Billing Period', '01/02/2026 - 28/02/2026'),
      'Sold To',
      'Example SAS',
      row('Charges', '90.00'),
      row('Credits', '0.00'),
      row('Subtotal', '90.00'),
      row('VAT', '18.00'),
      row('Total (including Tax)', 'EUR 108.00'),
    ],
    {
      fields: { total: '108.00', tax: '18.00', currency: 'EUR', invoiceNumber: 'E0200ABCDE' },
      statements: [{ ...FEBRUARY, amount: '90.00', currency: 'EUR', taxAmount: '18.00' }],
    },
  ),
  layout(
    'Hetzner: “Total (net)”, days with the month first, a date that is one day either way',
    [
      'Hetzner Online GmbH',
      [
        [40, 'Example SAS'],
        [300, 'Invoice no.: R0012345678'],
      ],
      [
        [40, 'Rue 1'],
        [300, 'Invoice date: 03/03/2026'],
      ],
      'Invoice 02/2026',
      item('Description', 'Quantity', 'Total'),
      item('Cloud Server CX22 (02/01/2026 - 02/28/2026)', '1', '€ 4.50'),
      row('Total (net)', '€ 4.50'),
      row('VAT 20 %', '€ 0.90'),
      row('Amount due', '€ 5.40'),
    ],
    {
      fields: { provider: 'hetzner', subtotal: '4.50', tax: '0.90', amountDue: '5.40', invoiceNumber: 'R0012345678' },
      statements: [{ ...FEBRUARY, amount: '4.50', taxAmount: '0.90', billingDate: '2026-03-03' }],
    },
  ),
  layout(
    'OVH: “Date :” alone, capital in the footer',
    [
      'OVH SAS',
      'FACTURE',
      'Facture n° FR71234567',
      'Date : 13/03/2026',
      'Client',
      'Example SAS',
      item('Désignation', 'Quantité', 'Montant HT'),
      item('VPS Value 1 - 1 mois (01/03/2026 - 31/03/2026)', '1', '5,00 €'),
      row('Total HT', '5,00 €'),
      row('TVA 20,00 %', '1,00 €'),
      row('Total TTC', '6,00 €'),
      row('Net à payer', '6,00 €'),
      'SAS au capital de 50 000 000 € RCS Lille 424 761 419 TVA FR22424761419',
    ],
    {
      fields: { total: '6.00', tax: '1.00', invoiceNumber: 'FR71234567' },
      statements: [{ ...MARCH, amount: '5.00', taxAmount: '1.00', billingDate: '2026-03-13' }],
    },
  ),
  layout(
    'Scaleway: the period in a field of the head',
    [
      'Scaleway SAS',
      'Facture',
      field('Numéro de facture', 'SCW-2026-0042'),
      field('Date d’émission', '1 mars 2026'),
      field('Période de facturation', 'du 01/02/2026 au 28/02/2026'),
      'Facturé à',
      'Example SAS',
      row('Total HT', '6,42 €'),
      row('TVA (20%)', '1,28 €'),
      row('Total TTC', '7,70 €'),
    ],
    {
      fields: { total: '7.70', tax: '1.28' },
      statements: [{ ...FEBRUARY, amount: '6.42', currency: 'EUR', taxAmount: '1.28' }],
    },
  ),
  layout(
    'OpenAI: prepaid credits with tax by country',
    [
      'Invoice',
      field('Invoice number', 'F1A2B3C4-0012'),
      field('Date of issue', 'March 1, 2026'),
      [
        [40, 'OpenAI, LLC'],
        [300, 'Bill to'],
      ],
      '$120.00 USD due March 1, 2026',
      item('Description', 'Qty', 'Amount'),
      item('OpenAI API usage credit', '1', '$100.00'),
      row('Subtotal', '$100.00'),
      row('Total excluding tax', '$100.00'),
      row('VAT - United Kingdom (20% on $100.00)', '$20.00'),
      row('Total', '$120.00'),
      row('Amount due', '$120.00 USD'),
    ],
    {
      fields: { provider: 'openai', total: '120.00', tax: '20.00', currency: 'USD' },
      sure: ['provider', 'total', 'currency'],
      statements: [{ amount: '100.00', currency: 'USD', taxAmount: '20.00' }],
    },
  ),
  layout(
    'Anthropic: tokens by the million, periods that end on the last day',
    [
      'Invoice',
      field('Invoice number', 'ABCD1234-0003'),
      field('Date of issue', 'March 2, 2026'),
      [
        [40, 'Anthropic, PBC'],
        [300, 'Bill to'],
      ],
      '$217.42 USD due March 2, 2026',
      item('Description', 'Qty', 'Amount'),
      item('Claude Sonnet usage - input tokens', '12,345,678', '$37.04'),
      'Feb 1 – Feb 28, 2026',
      item('Claude Sonnet usage - output tokens', '12,025,333', '$180.38'),
      'Feb 1 – Feb 28, 2026',
      row('Subtotal', '$217.42'),
      row('Total', '$217.42'),
      row('Amount due', '$217.42 USD'),
    ],
    {
      fields: { provider: 'anthropic', total: '217.42', tax: null },
      sure: ['provider', 'total', 'currency'],
      statements: [{ ...FEBRUARY, amount: '217.42', currency: 'USD' }],
    },
  ),
  layout(
    'DigitalOcean: the month in the title',
    [
      'DigitalOcean LLC',
      'Final invoice for the February 2026 billing period',
      field('Invoice number:', '501234567'),
      field('Date of issue:', 'March 1, 2026'),
      row('Total usage charges', '$24.00'),
      row('Subtotal', '$24.00'),
      row('Total due', '$24.00'),
    ],
    {
      fields: { provider: 'digital_ocean', amountDue: '24.00', invoiceNumber: '501234567' },
      statements: [{ ...FEBRUARY, amount: '24.00', currency: 'USD' }],
    },
  ),
  layout(
    'GitHub: a footnote at the amounts',
    [
      'GitHub, Inc.',
      'Receipt',
      field('Date', '2026-03-01 10:00AM PST'),
      field('Service period', 'March 1 through March 31, 2026'),
      field('Copilot Business', '$19.00 USD*'),
      field('Total', '$19.00 USD*'),
    ],
    {
      type: 'receipt',
      fields: { provider: 'github', total: '19.00', currency: 'USD' },
      statements: [{ ...MARCH, amount: '19.00', currency: 'USD', billingDate: '2026-03-01' }],
    },
  ),
];

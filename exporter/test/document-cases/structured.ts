import { makeMail } from '../mail.ts';
import { invoicePage, makePdf } from '../pdf.ts';
import { ciiInvoice, ublInvoice, type StructuredText } from '../structured.ts';
import { MARCH, PERIOD, type DocumentCase } from './document-case.ts';

const FULL: StructuredText = {
  period: ['2026-03-01', '2026-03-31'],
  lines: [
    { name: 'Server CX22 &amp; backup', amount: '40.00' },
    { name: 'Traffic', amount: '10.00' },
  ],
  sums: {
    lines: '50.00',
    withoutTax: '50.00',
    tax: '9.50',
    foreignTax: ['SEK', '104.50'],
    withTax: '59.50',
    payable: '59.50',
  },
};
const FOUND = {
  vendor: 'Hetzner Online GmbH',
  provider: 'hetzner',
  invoiceNumber: 'R-2026-0042',
  currency: 'EUR',
  subtotal: '50.00',
  tax: '9.50',
  total: '59.50',
} as const;
const SURE = ['vendor', 'provider', 'invoiceNumber', 'currency', 'tax', 'total'] as const;
const STATEMENT = {
  ...MARCH,
  provider: 'hetzner',
  invoiceNumber: 'R-2026-0042',
  billingDate: '2026-03-01',
  amount: '50.00',
  currency: 'EUR',
  taxAmount: '9.50',
  kind: 'invoice',
} as const;
const ADJUSTED: StructuredText = {
  ...FULL,
  allowances: [['Loyalty', '5.00']],
  charges: [['Setup', '2.00']],
  sums: { lines: '50.00', withoutTax: '47.00', tax: '8.93', withTax: '55.93', prepaid: '20.00', payable: '35.93' },
};
const PRINTED = invoicePage({
  head: [
    ['Invoice number', 'R-2026-0042'],
    ['Date of issue', 'March 1, 2026'],
  ],
  vendor: 'Hetzner Online GmbH',
  lines: [{ description: 'Server', amount: '€50.00', period: PERIOD }],
  totals: [
    ['Subtotal', '€50.00'],
    ['VAT (19%)', '€9.50'],
    ['Total', '€59.50'],
  ],
});

const both = (name: string, text: StructuredText, rest: Omit<DocumentCase, 'name' | 'file'>): DocumentCase[] => [
  { name: `UBL: ${name}`, file: () => ublInvoice(text), ...rest },
  { name: `CII: ${name}`, file: () => ciiInvoice(text), ...rest },
];

export const STRUCTURED: readonly DocumentCase[] = [
  ...both('an invoice, read exactly', FULL, { fields: FOUND, sure: SURE, statements: [STATEMENT] }),
  ...both('allowances, charges and a prepayment do not hide the cost', ADJUSTED, {
    fields: { tax: '8.93', total: '55.93', amountDue: '35.93', amountPaid: '20.00' },
    statements: [
      { ...MARCH, amount: '50.00', taxAmount: '8.93' },
      { ...MARCH, amount: '-3.00', kind: 'credit' },
    ],
  }),
  ...both(
    'lines with periods of their own',
    {
      sums: FULL.sums,
      lines: [
        { name: 'Plan', amount: '40.00', period: ['2026-03-01', '2026-03-31'] },
        { name: 'Usage', amount: '10.00', period: ['2026-02-01', '2026-02-28'] },
      ],
    },
    {
      fields: { total: '59.50' },
      statements: [
        { ...MARCH, amount: '40.00', taxAmount: '9.50' },
        { periodStart: '2026-02-01', periodEnd: '2026-03-01', amount: '10.00', taxAmount: null },
      ],
    },
  ),
  ...both(
    'sums that do not add up give no tax',
    { ...FULL, sums: { ...FULL.sums, tax: '7.00' } },
    { fields: { tax: null, total: '59.50' }, statements: [{ amount: '59.50' }], warnings: ['tax_unclear'] },
  ),
  ...both('a pro forma is no cost', { ...FULL, typeCode: '325' }, { type: 'pro_forma', statements: [] }),
  ...both(
    'dinars have three decimals',
    {
      ...FULL,
      currency: 'KWD',
      lines: [{ name: 'Plan', amount: '12.345' }],
      sums: { lines: '12.345', withoutTax: '12.345', tax: '0.000', withTax: '12.345', payable: '12.345' },
    },
    { fields: { currency: 'KWD', total: '12.345' }, statements: [{ amount: '12.345', currency: 'KWD' }] },
  ),
  {
    name: 'UBL: a credit note is negative',
    file: () => ublInvoice(FULL, 'CreditNote'),
    type: 'credit_note',
    fields: FOUND,
    statements: [{ ...STATEMENT, kind: 'credit', amount: '-50.00' }],
  },
  {
    name: 'CII: a credit note is negative',
    file: () => ciiInvoice({ ...FULL, typeCode: '381' }),
    type: 'credit_note',
    fields: FOUND,
    statements: [{ ...STATEMENT, kind: 'credit', amount: '-50.00' }],
  },
  {
    name: 'CII, profile MINIMUM: totals only',
    file: () => ciiInvoice({ sums: { withoutTax: '50.00', tax: '9.50', withTax: '59.50', payable: '59.50' } }),
    fields: FOUND,
    statements: [{ ...STATEMENT, periodStart: null, periodEnd: null }],
    warnings: ['period_missing'],
  },
  {
    name: 'CII, profile EXTENDED: groups are not counted beside their details',
    file: () =>
      ciiInvoice({
        ...FULL,
        lines: [
          { name: 'Servers', amount: '50.00', status: 'GROUP' },
          { name: 'CX22', amount: '50.00', status: 'DETAIL' },
          { name: 'Note', amount: '0.00', status: 'INFORMATION' },
        ],
      }),
    fields: FOUND,
    statements: [STATEMENT],
  },
  {
    name: 'Factur-X: the XML inside the PDF',
    file: () => makePdf([PRINTED], { files: [['factur-x.xml', ciiInvoice(FULL)]] }),
    documents: 1,
    fields: FOUND,
    sure: SURE,
    statements: [STATEMENT],
  },
  {
    name: 'Factur-X, profile MINIMUM: the printed text adds the period',
    file: () =>
      makePdf([PRINTED], {
        files: [
          [
            'factur-x.xml',
            ciiInvoice({ sums: { withoutTax: '50.00', tax: '9.50', withTax: '59.50', payable: '59.50' } }),
          ],
        ],
      }),
    documents: 1,
    fields: FOUND,
    statements: [STATEMENT],
  },
  {
    name: 'Factur-X: the XML counts where the text says otherwise',
    file: () =>
      makePdf([PRINTED], {
        files: [
          [
            'factur-x.xml',
            ciiInvoice({
              ...FULL,
              lines: [{ name: 'Server', amount: '60.00' }],
              sums: { lines: '60.00', withoutTax: '60.00', tax: '11.40', withTax: '71.40', payable: '71.40' },
            }),
          ],
        ],
      }),
    fields: { total: '71.40' },
    statements: [{ amount: '60.00' }],
    warnings: ['documents_differ'],
  },
  {
    name: 'ZUGFeRD in a scan without text',
    file: () => makePdf([[]], { files: [['zugferd-invoice.xml', ciiInvoice(FULL)]] }),
    fields: FOUND,
    statements: [STATEMENT],
  },
  {
    name: 'another XML inside a PDF is left alone',
    file: () => makePdf([PRINTED], { files: [['data.xml', Buffer.from('<order><total>1.00</total></order>')]] }),
    fields: { total: '59.50' },
    statements: [{ ...MARCH, amount: '50.00' }],
  },
  {
    name: 'XML attached to a mail',
    file: () => makeMail({ text: 'See attached.', attachments: [['invoice.xml', ublInvoice(FULL)]] }),
    fields: FOUND,
    statements: [STATEMENT],
  },
];

import { makeMail } from '../mail.ts';
import { march, PERIOD, pdf, simple, type DocumentCase } from './document-case.ts';

/** A receipt by mail: letters that the fonts of a hand-made PDF lack. */
const mailed = (amount: string): Buffer =>
  makeMail({
    from: 'Acme <billing@acme.example>',
    text: `Invoice number   INV-0042\nTotal   ${amount}\nAmount due   ${amount}\n`,
  });

const read = (printed: string, amount: string, currency: string | null, unsure = false): DocumentCase => ({
  name: `${printed} is ${amount} ${currency ?? 'of no certain currency'}`,
  file: () => simple(printed),
  fields: { total: amount, currency },
  sure: ['total', ...(unsure || currency === null ? [] : (['currency'] as const))],
  unsure: unsure ? ['currency'] : [],
  statements: [march(amount, currency)],
});
const readMail = (printed: string, amount: string, currency: string | null): DocumentCase => ({
  name: `${printed} by mail is ${amount} ${currency ?? 'of no certain currency'}`,
  file: () => mailed(printed),
  type: 'mail',
  fields: { total: amount, currency },
  statements: [{ amount, currency }],
});
const unread = (printed: string, why: string): DocumentCase => ({
  name: `${printed} is left empty: ${why}`,
  file: () => simple(printed),
  fields: { total: null, subtotal: null, amountDue: null },
  statements: [],
});

export const AMOUNTS: readonly DocumentCase[] = [
  read('$1,234.56', '1234.56', 'USD', true),
  read('US$1,234.56', '1234.56', 'USD'),
  read('$1,234', '1234', 'USD', true),
  read('1.234,56 €', '1234.56', 'EUR'),
  read('€1.234.567,89', '1234567.89', 'EUR'),
  read('1 234,56 €', '1234.56', 'EUR'),
  read("CHF 1'234.56", '1234.56', 'CHF'),
  read('1’234.56 CHF', '1234.56', 'CHF'),
  read('INR 1,23,456.00', '123456.00', 'INR'),
  read('INR 12,34,56,789.50', '123456789.50', 'INR'),
  read('¥12,345', '12345', 'JPY', true),
  read('JPY 12,345', '12345', 'JPY'),
  read('12.345 KWD', '12.345', 'KWD'),
  read('KWD 1,234.500', '1234.500', 'KWD'),
  read('BHD 0.750', '0.750', 'BHD'),
  read('R$ 1.234,56', '1234.56', 'BRL'),
  read('SEK 1 234,50', '1234.50', 'SEK'),
  read('kr 1 234,50', '1234.50', null),
  read('CA$90.00', '90.00', 'CAD'),
  read('A$90.00', '90.00', 'AUD'),
  read('NZ$90.00', '90.00', 'NZD'),
  read('HK$90.00', '90.00', 'HKD'),
  read('S$90.00', '90.00', 'SGD'),
  read('MX$90.00', '90.00', 'MXN'),
  read('NT$2,900', '2900', 'TWD'),
  read('90,00 $CA', '90.00', 'CAD'),
  read('QX$90.00', '90.00', null),
  read('USD $90.00', '90.00', 'USD'),
  read('US $90.00', '90.00', 'USD'),
  read('AUD $90.00', '90.00', 'AUD'),
  read('$90.00 (CAD)', '90.00', 'CAD'),
  read('TRY 250.00', '250.00', 'TRY'),
  readMail('₹1,23,456.00', '123456.00', 'INR'),
  readMail('￥１２，３４５', '12345', 'JPY'),
  readMail('１，２３４．５６ USD', '1234.56', 'USD'),
  readMail('1 234,56 zł', '1234.56', 'PLN'),
  readMail('₩1,234,567', '1234567', 'KRW'),
  readMail('1\u202f234,56\u00a0€', '1234.56', 'EUR'),
  readMail('\u2212$25.00', '-25.00', 'USD'),
  unread('$1.234', 'a thousand in Bogota, and a little more than one in Boston'),
  unread('1,234 €', 'a thousand in Dublin, and a little more than one in Paris'),
  unread('$12.34.56', 'its groups are wrong'),
  unread('$1,23,4', 'its groups are wrong'),
  unread('KWD 12,345', 'a dinar has three decimals'),
  ...['-$25.00', '($25.00)', '$25.00-', '$25.00 CR', '$(25.00)'].map((printed): DocumentCase => ({
    name: `${printed} is negative`,
    file: () => simple(printed, { title: 'Credit note' }),
    type: 'credit_note',
    fields: { total: '-25.00' },
    statements: [{ amount: '-25.00', kind: 'credit' }],
  })),
];

export const CURRENCIES: readonly DocumentCase[] = [
  {
    name: 'a dollar is refined by the code beside a total',
    file: () =>
      simple('$90.00', {
        totals: [
          ['Total', '$90.00'],
          ['Amount due', '$90.00 AUD'],
        ],
      }),
    fields: { currency: 'AUD' },
    sure: ['currency'],
    statements: [march('90.00', 'AUD')],
  },
  {
    name: 'a dollar is refined by a field of its own',
    file: () =>
      simple('$90.00', {
        head: [
          ['Invoice number', 'INV-0042'],
          ['Date of issue', 'March 1, 2026'],
          ['Currency', 'CAD'],
        ],
      }),
    fields: { currency: 'CAD' },
    statements: [march('90.00', 'CAD')],
  },
  {
    name: 'a dollar is refined in the headline',
    file: () => simple('$90.00', { headline: '$90.00 SGD due March 1, 2026' }),
    fields: { currency: 'SGD' },
    statements: [march('90.00', 'SGD')],
  },
  {
    name: 'a dollar is not refined by what is no dollar',
    file: () =>
      simple('$90.00', {
        totals: [
          ['Total', '$90.00'],
          ['Amount due', '$90.00 EUR'],
        ],
      }),
    fields: { currency: null, total: '90.00' },
    statements: [march('90.00', null)],
    warnings: ['currency_unclear'],
  },
  {
    name: 'two currencies in the totals contradict each other',
    file: () =>
      simple('$90.00', {
        totals: [
          ['Total', '€90.00'],
          ['Amount due', 'US$90.00'],
        ],
      }),
    fields: { currency: null },
    statements: [march('90.00', null)],
    warnings: ['currency_unclear'],
  },
  {
    name: 'the label names the currency of bare numbers',
    file: () =>
      pdf({
        columns: ['Description', 'Qty', 'Unit price', 'Amount'],
        lines: [{ description: 'Plan', amount: '50.00', period: PERIOD }],
        totals: [
          ['Subtotal', '50.00'],
          ['Total (EUR)', '50.00'],
        ],
      }),
    fields: { currency: 'EUR', total: '50.00' },
    statements: [march('50.00', 'EUR')],
  },
  {
    name: 'the heading names the currency of bare numbers',
    file: () =>
      pdf({
        columns: ['Description', 'Qty', 'Unit price', 'Amount (GBP)'],
        lines: [{ description: 'Plan', amount: '50.00', period: PERIOD }],
        totals: [['Total', '50.00']],
      }),
    fields: { currency: 'GBP', total: '50.00' },
    statements: [march('50.00', 'GBP')],
  },
  {
    name: 'bare numbers without any currency have none',
    file: () => simple('50.00'),
    fields: { currency: null, total: '50.00' },
    statements: [march('50.00', null)],
    warnings: ['fields_missing'],
  },
  ...['Plan (TRY 14 days free)', 'ALL 5 SEATS', 'TOP 10 REPORTS', 'PEN 4 test'].map((description): DocumentCase => ({
    name: `“${description}” names no currency`,
    file: () => simple('$25.00', { lines: [{ description, amount: '$25.00', period: PERIOD }] }),
    fields: { currency: 'USD' },
    statements: [march('25.00', 'USD')],
  })),
  {
    name: 'a payment converted by the bank does not change the currency of the invoice',
    file: () =>
      simple('€50.00', {
        totals: [
          ['Total', '€50.00'],
          ['Amount paid', '$54.00 USD'],
        ],
      }),
    fields: { currency: 'EUR', total: '50.00' },
    statements: [march('50.00', 'EUR')],
  },
];

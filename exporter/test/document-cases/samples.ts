import type { DocumentCase } from './document-case.ts';

const NOVEMBER = { periodStart: '2026-11-01', periodEnd: '2026-12-01' } as const;
const YEAR = { periodStart: '2026-11-01', periodEnd: '2027-11-01' } as const;

/** Imitations of what people got, which lie beside the repository; their tests are skipped where they do not. */
export const SAMPLES: readonly (Omit<DocumentCase, 'name' | 'file'> & { readonly file: string })[] = [
  {
    file: '01-en-two-periods.pdf',
    fields: { provider: 'supabase', currency: 'USD', total: '37.35' },
    sure: ['provider'],
    statements: [
      { ...NOVEMBER, amount: '25.00' },
      { periodStart: '2026-10-01', periodEnd: '2026-11-01', amount: '12.35' },
    ],
  },
  {
    file: '02-fr-two-periods.pdf',
    fields: { provider: 'supabase', currency: 'EUR', total: '1237.35' },
    statements: [
      { ...NOVEMBER, amount: '1225.00' },
      { periodStart: '2026-10-01', periodEnd: '2026-11-01', amount: '12.35' },
    ],
  },
  {
    file: '09-tax-line-item.pdf',
    fields: { tax: null, total: '124.00' },
    statements: [{ ...NOVEMBER, amount: '124.00', taxAmount: null }],
  },
  {
    file: '11-receipt-try14.pdf',
    type: 'receipt',
    fields: { currency: 'USD' },
    statements: [{ ...NOVEMBER, amount: '25.00', currency: 'USD' }],
  },
  { file: '12-quote.pdf', type: 'quote', statements: [] },
  {
    file: '16-namesake-mistral.pdf',
    unsure: ['vendor', 'provider'],
    fields: { provider: 'mistral-windows-doors' },
    statements: [{ amount: '900.00', currency: 'EUR' }],
  },
  {
    file: '18-au-dollar.pdf',
    fields: { currency: 'AUD' },
    statements: [{ ...NOVEMBER, amount: '90.00', currency: 'AUD' }],
  },
  {
    file: '20-kwd.pdf',
    fields: { currency: 'KWD', total: '12.345' },
    statements: [{ amount: '12.345', currency: 'KWD' }],
  },
  { file: '29-refund-receipt.pdf', type: 'refund', statements: [] },
  {
    file: '35-indian-lakh.pdf',
    fields: { currency: 'INR', total: '123456.00' },
    statements: [{ amount: '123456.00', currency: 'INR' }],
  },
  {
    file: '52-annual-discount.pdf',
    fields: { total: '240.00' },
    statements: [
      { ...YEAR, amount: '300.00', kind: 'invoice' },
      { ...YEAR, amount: '-60.00', kind: 'credit' },
    ],
  },
  {
    file: '70-fr-footer-capital.pdf',
    fields: { tax: '10.00', total: '60.00' },
    statements: [{ ...NOVEMBER, amount: '50.00', taxAmount: '10.00' }],
  },
  { file: 'm02-refund.eml', type: 'refund', statements: [] },
  {
    file: 'm05-two-vendors-same-number.eml',
    documents: 2,
    statements: [
      { provider: 'vercel', amount: '20.00' },
      { provider: 'netlify', amount: '20.00' },
    ],
  },
];

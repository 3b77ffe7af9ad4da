import { MARCH, PERIOD, pdf, type DocumentCase } from './document-case.ts';

export const DISCOUNTS: readonly DocumentCase[] = [
  {
    name: 'a discount takes the period of what it discounts',
    file: () =>
      pdf({
        lines: [{ description: 'Pro', amount: '$300.00', period: 'Mar 1, 2026 – Mar 1, 2027' }],
        totals: [
          ['Subtotal', '$300.00'],
          ['LOYAL (20% off)', '-$60.00'],
          ['Total', '$240.00'],
        ],
      }),
    fields: { total: '240.00' },
    statements: [
      { amount: '300.00', periodStart: '2026-03-01', periodEnd: '2027-03-01' },
      { amount: '-60.00', kind: 'credit', periodStart: '2026-03-01', periodEnd: '2027-03-01' },
    ],
  },
  {
    name: 'a discount on two periods is shared by what they cost',
    file: () =>
      pdf({
        lines: [
          { description: 'Plan', amount: '$75.00', period: PERIOD },
          { description: 'Usage', amount: '$25.00', period: 'Feb 1 – Mar 1, 2026' },
        ],
        totals: [
          ['Subtotal', '$100.00'],
          ['Discount', '-$10.00'],
          ['Total', '$90.00'],
        ],
      }),
    statements: [
      { ...MARCH, amount: '75.00' },
      { periodStart: '2026-02-01', amount: '25.00' },
      { ...MARCH, amount: '-7.50', kind: 'credit' },
      { periodStart: '2026-02-01', amount: '-2.50', kind: 'credit' },
    ],
  },
  {
    name: 'two coupons are two',
    file: () =>
      pdf({
        lines: [{ description: 'Plan', amount: '$100.00', period: PERIOD }],
        totals: [
          ['Subtotal', '$100.00'],
          ['WELCOME (10% off)', '-$10.00'],
          ['LOYAL ($5.00 off)', '-$5.00'],
          ['Total', '$85.00'],
        ],
      }),
    fields: { total: '85.00' },
    statements: [
      { ...MARCH, amount: '100.00' },
      { ...MARCH, amount: '-15.00', kind: 'credit' },
    ],
  },
  {
    name: 'a discount printed under its line is part of its period',
    file: () =>
      pdf({
        lines: [
          { description: 'Pro', amount: '$300.00', period: 'Mar 1, 2026 – Mar 1, 2027' },
          { description: 'LOYAL (20% off)', amount: '-$60.00' },
          { description: 'Usage', amount: '$5.00', period: 'Feb 1 – Mar 1, 2026' },
        ],
        totals: [
          ['Subtotal', '$245.00'],
          ['Total', '$245.00'],
        ],
      }),
    statements: [
      { amount: '240.00', periodStart: '2026-03-01', periodEnd: '2027-03-01' },
      { amount: '5.00', periodStart: '2026-02-01' },
    ],
  },
  {
    name: 'a discount and a tax',
    file: () =>
      pdf({
        lines: [{ description: 'Plan', amount: '$100.00', period: PERIOD }],
        totals: [
          ['Subtotal', '$100.00'],
          ['Discount', '-$10.00'],
          ['VAT (20%)', '$18.00'],
          ['Total', '$108.00'],
        ],
      }),
    fields: { tax: '18.00', total: '108.00' },
    statements: [
      { ...MARCH, amount: '100.00', taxAmount: '18.00' },
      { ...MARCH, amount: '-10.00', kind: 'credit' },
    ],
  },
];

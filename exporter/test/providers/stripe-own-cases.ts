import { z } from 'zod';
import { JAN, FEB, MAR, DEC, monthly, oneOff, paid, of, recognised, cash } from './stripe-case-parts.ts';
import { revenueCase } from './stripe-cases.ts';
import { BILLING_CASES } from './stripe-billing-cases.ts';
import { PAYMENT_CASES } from './stripe-payment-cases.ts';
import { refund } from './stripe-payments.ts';
import { PREPAID_CASES } from './stripe-prepaid-cases.ts';
import { REVERSAL_CASES } from './stripe-reversal-cases.ts';
import { SETTLEMENT_CASES } from './stripe-settlement-cases.ts';

const OTHER_CASES = [
  {
    id: 'O26',
    what: 'paid outside of Stripe: revenue, and no cash',
    invoices: [monthly('in_O26', { fields: { amount_paid: 0, amount_paid_off_stripe: 3_100 } })],
    expect: [recognised(JAN, FEB, 31), cash(JAN, FEB, 0)],
  },
  {
    id: 'O27',
    what: 'an invoice without lines counts on its day',
    invoices: [{ id: 'in_O27', created: '2026-01-05', lines: [], fields: { total: 700, total_excluding_tax: 700 } }],
    expect: [recognised('2026-01-05', '2026-01-06', 7)],
  },
  ...(
    [
      ['jpy', 10_000, 67],
      ['kwd', 10_000, 32.5],
      ['isk', 100_000, 7.2],
      ['ugx', 1_000_000, 2.7],
      ['huf', 100_000, 2.7],
      ['twd', 10_000, 3.1],
      ['clp', 10_000, 10],
    ] as const
  ).map(([currency, amount, usd]) => ({
    id: `O28 ${currency}`,
    what: 'minor units of the currency, refunded by half in February',
    invoices: [oneOff('in_O28', amount, { currency })],
    refunds: [refund(FEB, amount / 2, { ...of('O28'), currency })],
    invoice_payments: [paid('O28', amount, 'in_O28', { currency })],
    expect: [recognised(JAN, FEB, usd), recognised(FEB, MAR, -usd / 2)],
  })),
  {
    id: 'O29',
    what: 'a refund in euro takes back what the line was worth, also when the rate moved',
    invoices: [oneOff('in_O29', 10_000, { currency: 'eur' })],
    refunds: [refund(MAR, 10_000, { ...of('O29'), currency: 'eur' })],
    invoice_payments: [paid('O29', 10_000, 'in_O29', { currency: 'eur' })],
    expect: [recognised(JAN, FEB, 110), recognised(JAN, DEC, 0)],
  },
];
export const OWN_CASES = {
  fx: {
    JPY: '0.0067',
    KWD: '3.25',
    ISK: '0.0072',
    UGX: '0.00027',
    HUF: '0.0027',
    TWD: '0.031',
    CLP: '0.001',
    EUR: '1.10',
  },
  cases: z
    .array(revenueCase)
    .parse([
      ...REVERSAL_CASES,
      ...PAYMENT_CASES,
      ...OTHER_CASES,
      ...BILLING_CASES,
      ...SETTLEMENT_CASES,
      ...PREPAID_CASES,
    ]),
};

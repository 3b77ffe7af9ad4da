import { cash, DEC, FEB, JAN, JUL, MAR, monthly, recognised } from './stripe-case-parts.ts';

const APR = '2026-04-01';

const draftOrOpen = (status: string) => ({
  id: 'in_O64',
  created: '2026-11-20',
  status,
  finalized: '2026-11-21',
  lines: [{ amount: 3_000, from: '2026-11-20', to: '2026-12-20' }],
});

/** How subscriptions are billed: trials, discounts, proration, metered usage, long plans, tax. */
export const BILLING_CASES = [
  {
    id: 'O64',
    what: 'a draft that is final before the second run',
    invoices: [draftOrOpen('draft')],
    step2: { invoices: [draftOrOpen('open')] },
    expect: [recognised('2026-11-01', DEC, 11)],
  },
  {
    id: 'O30',
    what: 'a trial: an invoice of nothing, then the first paid month',
    invoices: [
      { id: 'in_O30a', created: JAN, lines: [{ amount: 0, from: JAN, to: '2026-01-15' }] },
      { id: 'in_O30b', created: '2026-01-15', lines: [{ amount: 3_100, from: '2026-01-15', to: '2026-02-15' }] },
    ],
    expect: [recognised(JAN, '2026-01-15', 0), recognised(JAN, FEB, 17), recognised(FEB, MAR, 14)],
  },
  {
    id: 'O31',
    what: 'half off once: the first month is half, the second whole',
    invoices: [
      { id: 'in_O31a', created: JAN, lines: [{ amount: 6_200, from: JAN, to: FEB, discounts: [3_100] }] },
      { id: 'in_O31b', created: FEB, lines: [{ amount: 6_200, from: FEB, to: MAR }] },
    ],
    expect: [recognised(JAN, FEB, 31), recognised(FEB, MAR, 62)],
  },
  {
    id: 'O32',
    what: 'everything off: an invoice of nothing',
    invoices: [{ id: 'in_O32', created: JAN, lines: [{ amount: 3_100, from: JAN, to: FEB, discounts: [3_100] }] }],
    expect: [recognised(JAN, FEB, 0)],
  },
  {
    id: 'O33',
    what: 'paid whole by the customer balance: revenue, and no cash',
    invoices: [
      {
        ...monthly('in_O33'),
        starting_balance: -5_000,
        fields: { amount_due: 0, amount_paid: 0, ending_balance: -1_900 },
      },
    ],
    expect: [recognised(JAN, FEB, 31), cash(JAN, FEB, 0)],
  },
  {
    id: 'O34',
    what: 'voided after it was finalised: nothing',
    invoices: [monthly('in_O34', { status: 'open' })],
    step2: { invoices: [monthly('in_O34', { status: 'void' })] },
    expect: [recognised(JAN, DEC, 0)],
  },
  {
    id: 'O35',
    what: 'metered usage behind and a fixed fee ahead on one invoice, each in its own period',
    invoices: [
      {
        id: 'in_O35',
        created: FEB,
        lines: [
          { amount: 5_000, from: JAN, to: FEB },
          { amount: 2_800, from: FEB, to: MAR },
        ],
      },
    ],
    expect: [recognised(JAN, FEB, 50), recognised(FEB, MAR, 28)],
  },
  {
    id: 'O36',
    what: 'quantity from 1 to 3 in the middle of the month: unused time off, remaining time on',
    invoices: [
      { id: 'in_O36a', created: JAN, lines: [{ amount: 3_100, from: JAN, to: FEB }] },
      {
        id: 'in_O36b',
        created: '2026-01-17',
        lines: [
          { amount: -1_500, from: '2026-01-17', to: FEB },
          { amount: 4_500, from: '2026-01-17', to: FEB },
        ],
      },
    ],
    expect: [recognised(JAN, '2026-01-17', 16), recognised('2026-01-17', FEB, 45), recognised(JAN, DEC, 61)],
  },
  {
    id: 'O40',
    what: 'a three-year plan that began 35 months ago is still earned',
    invoices: [
      { id: 'in_O40', created: '2024-01-01', lines: [{ amount: 109_600, from: '2024-01-01', to: '2027-01-01' }] },
    ],
    expect: [recognised(JAN, FEB, 31), recognised(JAN, DEC, 334)],
  },
  {
    id: 'O41',
    what: 'a two-year plan that began 21 months ago, credited by half on 1 July',
    invoices: [
      {
        id: 'in_O41',
        created: '2025-03-01',
        post_credit: 36_500,
        lines: [{ amount: 73_000, from: '2025-03-01', to: '2027-03-01' }],
      },
    ],
    credit_notes: [{ id: 'cn_O41', invoice: 'in_O41', created: JUL, lines: [{ amount: 36_500, line: 'il_in_O41_0' }] }],
    // 487 days were earned by 1 July, at 1.00 a day: half of them goes back, and each later day is worth a half.
    expect: [recognised(JAN, JUL, 181), recognised(JUL, '2026-07-02', -243), recognised('2026-07-02', '2026-07-04', 1)],
  },
  {
    id: 'O45',
    what: 'exclusive tax is no revenue, inclusive tax neither, on one invoice',
    invoices: [
      {
        id: 'in_O45',
        created: JAN,
        lines: [
          { amount: 12_000, from: JAN, to: FEB, taxes: [{ amount: 2_000, behavior: 'inclusive' }] },
          { amount: 10_000, from: JAN, to: FEB, taxes: [{ amount: 2_000, behavior: 'exclusive' }] },
        ],
      },
    ],
    expect: [recognised(JAN, FEB, 200)],
  },
  {
    id: 'O49',
    what: 'an open invoice that nobody has paid yet is revenue, and no cash',
    invoices: [monthly('in_O49', { status: 'open' })],
    expect: [recognised(JAN, FEB, 31), cash(JAN, FEB, 0)],
  },
  {
    id: 'O50',
    what: 'a period to the last second of the month is the month',
    invoices: [{ id: 'in_O50', created: JAN, lines: [{ amount: 3_100, from: JAN, to: '2026-01-31T23:59:59Z' }] }],
    expect: [recognised(JAN, '2026-01-16', 15), recognised(JAN, FEB, 31), recognised(FEB, MAR, 0)],
  },
  {
    id: 'O53',
    what: 'a discount on the line and shipping',
    invoices: [
      {
        id: 'in_O53',
        created: JAN,
        lines: [{ amount: 3_100, from: JAN, to: FEB, discounts: [310] }],
        fields: {
          shipping_cost: { amount_subtotal: 500, amount_total: 500 },
          total: 3_290,
          total_excluding_tax: 3_290,
        },
      },
    ],
    expect: [recognised(JAN, FEB, 32.9), recognised(JAN, '2026-01-02', 5.9)],
  },
  {
    id: 'O54',
    what: 'an invoice that is negative with tax in it takes back what is without tax',
    invoices: [
      {
        id: 'in_O54',
        created: MAR,
        lines: [{ amount: -6_000, from: MAR, to: APR, taxes: [{ amount: -1_000, behavior: 'inclusive' }] }],
      },
    ],
    expect: [recognised(MAR, APR, -50)],
  },
];

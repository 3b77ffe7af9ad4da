import { JAN, JUL, FEB, MAR, DEC, annual, monthly, oneOff, paid, of, recognised } from './stripe-case-parts.ts';
import { dispute, refund } from './stripe-payments.ts';

/** A case is data: what Stripe holds, and what must come out. */
export const REVERSAL_CASES = [
  {
    id: 'O01',
    what: '1,200 a year, credited whole on 1 July: what was earned goes on that day, nothing is earned afterwards',
    invoices: [annual('in_O01', { post_credit: 120_000 })],
    credit_notes: [
      { id: 'cn_O01', invoice: 'in_O01', created: JUL, lines: [{ amount: 120_000, line: 'il_in_O01_0' }] },
    ],
    expect: [
      recognised(JAN, JUL, 595.07),
      recognised(JUL, '2026-07-02', -595.07),
      recognised('2026-07-02', '2026-07-03', 0),
      recognised('2026-07-02', DEC, 0),
    ],
  },
  {
    id: 'O02',
    what: '1,200 a year, refunded whole on 1 July without a credit note: the same',
    invoices: [annual('in_O02')],
    refunds: [refund(JUL, 120_000, of('O02'))],
    invoice_payments: [paid('O02', 120_000, 'in_O02')],
    expect: [recognised(JAN, JUL, 595.07), recognised(JUL, '2026-07-02', -595.07), recognised('2026-07-02', DEC, 0)],
  },
  {
    id: 'O03',
    what: 'a refund that a credit note names counts once',
    invoices: [oneOff('in_O03', 9_000, { post_credit: 9_000 })],
    credit_notes: [
      {
        id: 'cn_O03',
        invoice: 'in_O03',
        created: FEB,
        lines: [{ amount: 9_000, line: 'il_in_O03_0' }],
        fields: { refunds: [{ type: 'refund', refund: 're_O03', amount_refunded: 9_000 }], post_payment_amount: 9_000 },
      },
    ],
    refunds: [refund(FEB, 9_000, { id: 're_O03', ...of('O03') })],
    invoice_payments: [paid('O03', 9_000, 'in_O03')],
    expect: [recognised(JAN, FEB, 90), recognised(FEB, MAR, -90), recognised(JAN, DEC, 0)],
  },
  {
    id: 'O04',
    what: 'a credit note to the customer balance of 40 and a refund of 30 both count',
    invoices: [oneOff('in_O04', 9_000, { post_credit: 4_000 })],
    credit_notes: [
      {
        id: 'cn_O04',
        invoice: 'in_O04',
        created: FEB,
        lines: [{ amount: 4_000, line: 'il_in_O04_0' }],
        fields: { refunds: [], customer_balance_transaction: 'cbtxn_1', post_payment_amount: 4_000 },
      },
    ],
    refunds: [refund(FEB, 3_000, of('O04'))],
    invoice_payments: [paid('O04', 9_000, 'in_O04')],
    expect: [recognised(FEB, MAR, -70), recognised(JAN, DEC, 20)],
  },
  {
    id: 'O05',
    what: 'a refund is revenue without its tax: 120 with 20 of tax, half refunded',
    invoices: [
      {
        id: 'in_O05',
        created: JAN,
        lines: [{ amount: 10_000, from: JAN, to: JAN, taxes: [{ amount: 2_000, behavior: 'exclusive' }] }],
      },
    ],
    refunds: [refund(FEB, 6_000, of('O05'))],
    invoice_payments: [paid('O05', 12_000, 'in_O05')],
    expect: [recognised(JAN, FEB, 100), recognised(FEB, MAR, -50)],
  },
  {
    id: 'O06',
    what: 'one payment for two invoices, refunded by half: each gives back its part',
    invoices: [oneOff('in_O06a', 6_000, { customer: 'cus_a' }), oneOff('in_O06b', 3_000, { customer: 'cus_b' })],
    refunds: [refund(FEB, 4_500, of('O06'))],
    invoice_payments: [paid('O06', 6_000, 'in_O06a'), paid('O06', 3_000, 'in_O06b')],
    expect: [recognised(JAN, FEB, 90), recognised(FEB, MAR, -45)],
  },
  {
    id: 'O07',
    what: 'three partial refunds of 10 over an invoice of three lines leave nothing',
    invoices: [
      {
        id: 'in_O07',
        created: JAN,
        lines: [1_000, 1_000, 1_000].map((amount) => ({ amount, from: JAN, to: FEB })),
      },
    ],
    refunds: [FEB, MAR, JUL].map((on) => refund(on, 1_000, of('O07'))),
    invoice_payments: [paid('O07', 3_000, 'in_O07')],
    expect: [recognised(JAN, FEB, 30), recognised(FEB, MAR, -10), recognised(JAN, DEC, 0)],
  },
  {
    id: 'O08',
    what: 'a failed refund takes nothing back',
    invoices: [oneOff('in_O08')],
    refunds: [refund(FEB, 9_000, { ...of('O08'), status: 'failed' })],
    invoice_payments: [paid('O08', 9_000, 'in_O08')],
    expect: [recognised(JAN, DEC, 90)],
  },
  ...['lost', 'won', 'warning_closed', 'under_review'].map((status) => ({
    id: `O09 ${status}`,
    what: `a dispute that is ${status}`,
    invoices: [oneOff('in_O09')],
    disputes: [dispute(FEB, 9_000, status, of('O09'))],
    invoice_payments: [paid('O09', 9_000, 'in_O09')],
    expect: [recognised(JAN, FEB, 90), recognised(FEB, MAR, status === 'lost' ? -90 : 0)],
  })),
  {
    id: 'O10',
    what: 'a lost dispute after a refund of half takes back the other half only',
    invoices: [oneOff('in_O10')],
    refunds: [refund(FEB, 4_500, of('O10'))],
    disputes: [dispute(MAR, 9_000, 'lost', of('O10'))],
    invoice_payments: [paid('O10', 9_000, 'in_O10')],
    expect: [recognised(FEB, MAR, -45), recognised(MAR, JUL, -45), recognised(JAN, DEC, 0)],
  },
  {
    id: 'O11',
    what: 'a lost dispute of a subscription that runs: earned part at once, the rest not earned any more',
    invoices: [annual('in_O11')],
    disputes: [dispute(JUL, 120_000, 'lost', of('O11'))],
    invoice_payments: [paid('O11', 120_000, 'in_O11')],
    expect: [recognised(JUL, '2026-07-02', -595.07), recognised('2026-07-02', DEC, 0)],
  },
  {
    id: 'O12',
    what: 'uncollectible since 1 July: bad debt, not revenue',
    invoices: [
      annual('in_O12', {
        status: 'uncollectible',
        fields: { status_transitions: { finalized_at: 1_767_225_600, marked_uncollectible_at: 1_782_864_000 } },
      }),
    ],
    expect: [recognised(JAN, JUL, 595.07), recognised(JUL, '2026-07-02', -595.07), recognised(JUL, DEC, -595.07)],
  },
  {
    id: 'O13',
    what: 'uncollectible, and Stripe does not say since when: never revenue',
    invoices: [monthly('in_O13', { status: 'uncollectible' })],
    expect: [recognised(JAN, FEB, 0), recognised(JAN, DEC, 0)],
  },
  {
    id: 'O14',
    what: 'uncollectible for the part that was not paid',
    invoices: [
      oneOff('in_O14', 9_000, { status: 'uncollectible', fields: { amount_paid: 6_000, amount_remaining: 3_000 } }),
    ],
    expect: [recognised(JAN, DEC, 60)],
  },
  {
    id: 'O15',
    what: 'uncollectible, paid later: revenue after all',
    invoices: [oneOff('in_O15', 9_000, { status: 'uncollectible', created: '2026-12-14' })],
    step2: { invoices: [oneOff('in_O15', 9_000, { created: '2026-12-14' })] },
    expect: [recognised(JAN, '2026-12-15', 90)],
  },
  {
    id: 'O16',
    what: 'a voided credit note takes nothing back',
    invoices: [oneOff('in_O16', 9_000, { post_credit: 9_000 })],
    credit_notes: [
      {
        id: 'cn_O16',
        invoice: 'in_O16',
        created: FEB,
        status: 'void',
        lines: [{ amount: 9_000, line: 'il_in_O16_0' }],
      },
    ],
    expect: [recognised(JAN, DEC, 90)],
  },
  {
    id: 'O17',
    what: 'a credit note for no line in particular is shared over the lines of the invoice',
    invoices: [
      {
        id: 'in_O17',
        created: JAN,
        post_credit: 4_500,
        lines: [{ amount: 9_000, from: JAN, to: '2026-04-01' }],
      },
    ],
    credit_notes: [{ id: 'cn_O17', invoice: 'in_O17', created: FEB, lines: [{ amount: 4_500 }] }],
    expect: [recognised(JAN, FEB, 31), recognised(FEB, MAR, -1.5), recognised(MAR, '2026-04-01', 15.5)],
  },
];

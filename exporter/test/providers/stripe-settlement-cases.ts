import { cash, DEC, FEB, JAN, JUL, MAR, moved, of, oneOff, paid, recognised } from './stripe-case-parts.ts';
import { epoch } from './stripe-objects.ts';
import { charge, dispute, refund } from './stripe-payments.ts';

const APR = '2026-04-01';
const MAY = '2026-05-01';

const transitions = (marked: string, paidOn?: string): object => ({
  status_transitions: {
    finalized_at: epoch(JAN),
    marked_uncollectible_at: epoch(marked),
    paid_at: paidOn === undefined ? null : epoch(paidOn),
    voided_at: null,
  },
});

/** What becomes of an invoice or a payment: bad debt, refunds, disputes, other currencies, platforms. */
export const SETTLEMENT_CASES = [
  {
    id: 'O37',
    what: 'uncollectible on 1 March, paid on 1 May after all: bad debt until then, revenue again on that day',
    invoices: [
      {
        id: 'in_O37',
        created: JAN,
        lines: [{ amount: 120_000, from: JAN, to: '2027-01-01' }],
        fields: transitions(MAR, MAY),
      },
    ],
    expect: [
      recognised(JAN, MAR, 193.97),
      recognised(MAR, '2026-03-02', -193.97),
      recognised('2026-03-02', MAY, 0),
      recognised(MAY, '2026-05-02', 397.81),
      recognised(JAN, DEC, 1098.08),
    ],
  },
  {
    id: 'O38',
    what: 'an old uncollectible invoice that is paid between two runs',
    invoices: [
      { ...oneOff('in_O38', 9_000, { status: 'uncollectible' }), fields: transitions(MAR) },
      oneOff('in_O38b', 0, { created: '2026-12-10' }),
    ],
    step2: {
      invoices: [
        { ...oneOff('in_O38', 9_000), fields: transitions(MAR, MAY) },
        oneOff('in_O38b', 0, { created: '2026-12-10' }),
      ],
    },
    expect: [recognised(JAN, FEB, 90), recognised(MAR, APR, -90), recognised(MAY, JUL, 90), recognised(JAN, DEC, 90)],
  },
  {
    id: 'O39',
    what: 'paid after it was bad debt, then refunded by half',
    invoices: [{ ...oneOff('in_O39'), fields: transitions(MAR, MAY) }],
    refunds: [refund(JUL, 4_500, of('O39'))],
    invoice_payments: [paid('O39', 9_000, 'in_O39')],
    expect: [recognised(MAY, JUL, 90), recognised(JUL, DEC, -45), recognised(JAN, DEC, 45)],
  },
  {
    id: 'O42',
    what: 'a partial refund after a credit note that refunded another part: each counts once',
    invoices: [oneOff('in_O42', 9_000, { post_credit: 3_000 })],
    credit_notes: [
      {
        id: 'cn_O42',
        invoice: 'in_O42',
        created: FEB,
        lines: [{ amount: 3_000, line: 'il_in_O42_0' }],
        fields: {
          refunds: [{ type: 'refund', refund: 're_O42a', amount_refunded: 3_000 }],
          post_payment_amount: 3_000,
        },
      },
    ],
    refunds: [refund(MAR, 2_000, { id: 're_O42b', ...of('O42') }), refund(FEB, 3_000, { id: 're_O42a', ...of('O42') })],
    invoice_payments: [paid('O42', 9_000, 'in_O42')],
    expect: [recognised(FEB, MAR, -30), recognised(MAR, APR, -20), recognised(JAN, DEC, 40)],
  },
  {
    id: 'O43',
    what: 'a dispute that was withdrawn and reinstated: cash goes and comes back, revenue stays',
    invoices: [oneOff('in_O43')],
    disputes: [dispute(FEB, 9_000, 'won', { id: 'dp_O43', ...of('O43') })],
    invoice_payments: [paid('O43', 9_000, 'in_O43')],
    txns: [
      moved(JAN, 'charge', 9_000, 'ch_O43'),
      moved(FEB, 'dispute', -9_000, 'dp_O43', { fee: 1_500 }),
      moved(MAR, 'dispute_reversal', 9_000, 'dp_O43', { fee: -1_500 }),
    ],
    charges: [charge(JAN, 9_000, { id: 'ch_O43', payment_intent: 'pi_O43' })],
    expect: [
      recognised(JAN, DEC, 90),
      cash(FEB, MAR, -90),
      cash(MAR, APR, 90),
      { fig: 'fees', from: FEB, to: MAR, usd: 15 },
      { fig: 'fees', from: MAR, to: APR, usd: -15 },
    ],
  },
  {
    id: 'O44',
    what: 'an inquiry (warning) never reduces anything',
    invoices: [oneOff('in_O44')],
    disputes: [dispute(FEB, 9_000, 'warning_needs_response', of('O44'))],
    invoice_payments: [paid('O44', 9_000, 'in_O44')],
    expect: [recognised(JAN, DEC, 90)],
  },
  {
    id: 'O46',
    what: 'two currencies in a day; the yen has no minor unit',
    invoices: [oneOff('in_O46a', 9_000), oneOff('in_O46b', 10_000, { currency: 'jpy' })],
    expect: [recognised(JAN, FEB, 157)],
  },
  {
    id: 'O47',
    what: 'a currency without a rate makes the day unknown, not smaller',
    invoices: [oneOff('in_O47a', 9_000), oneOff('in_O47b', 9_000, { currency: 'chf' })],
    expect: [recognised(JAN, '2026-01-02', null), recognised('2026-01-02', FEB, 0)],
  },
  {
    id: 'O48',
    what: 'a charge in euro settled in dollars: the rate that Stripe used',
    invoices: [oneOff('in_O48', 10_000, { currency: 'chf' })],
    txns: [moved(JAN, 'charge', 11_500, 'ch_O48', { exchange_rate: 1.15 })],
    charges: [charge(JAN, 10_000, { id: 'ch_O48', currency: 'chf', payment_intent: 'pi_O48' })],
    invoice_payments: [paid('O48', 10_000, 'in_O48', { currency: 'chf' })],
    expect: [recognised(JAN, FEB, 115), cash(JAN, FEB, 115)],
  },
  {
    id: 'O51',
    what: 'a failed payment of an invoice: the money comes and goes, the invoice is bad debt',
    invoices: [{ ...oneOff('in_O51', 9_000, { status: 'uncollectible' }), fields: transitions(MAR) }],
    txns: [
      moved(JAN, 'charge', 9_000, 'py_O51', { type: 'payment' }),
      moved('2026-01-06', 'charge_failure', -9_000, 'py_O51', { type: 'payment_failure_refund' }),
    ],
    charges: [charge(JAN, 9_000, { id: 'py_O51', payment_intent: 'pi_O51', status: 'failed' })],
    invoice_payments: [paid('O51', 0, 'in_O51', { status: 'open', amount_paid: null, amount_requested: 9_000 })],
    expect: [recognised(JAN, FEB, 90), recognised(MAR, APR, -90), recognised(JAN, DEC, 0), cash(JAN, FEB, 0)],
  },
  {
    id: 'O52',
    what: 'a credit note after a lost dispute of the whole takes nothing back twice',
    invoices: [oneOff('in_O52', 9_000, { post_credit: 9_000 })],
    credit_notes: [
      {
        id: 'cn_O52',
        invoice: 'in_O52',
        created: MAR,
        lines: [{ amount: 9_000, line: 'il_in_O52_0' }],
        fields: { refunds: [], out_of_band_amount: 9_000, post_payment_amount: 9_000 },
      },
    ],
    disputes: [dispute(FEB, 9_000, 'lost', of('O52'))],
    invoice_payments: [paid('O52', 9_000, 'in_O52')],
    expect: [recognised(JAN, DEC, 0)],
  },
  {
    id: 'O55',
    what: 'separate charge and transfer of a platform: what is transferred is no cash and no revenue of ours to lose',
    txns: [
      moved('2026-01-05', 'charge', 10_000, 'ch_O55'),
      moved('2026-01-05', 'transfer', -8_800, 'tr_O55'),
      moved('2026-01-06', 'payout', -1_000, 'po_O55'),
    ],
    charges: [charge('2026-01-05', 10_000, { id: 'ch_O55' })],
    expect: [cash('2026-01-05', DEC, 100)],
  },
  {
    id: 'O56',
    what: 'a refund that is asked of a charge alone, of a payment that Stripe links by the charge',
    invoices: [oneOff('in_O56')],
    refunds: [refund(FEB, 9_000, { charge: 'ch_O56', payment_intent: null })],
    invoice_payments: [
      paid('O56', 9_000, 'in_O56', { payment: { type: 'charge', charge: 'ch_O56', payment_intent: null } }),
    ],
    expect: [recognised(FEB, MAR, -90), recognised(JAN, DEC, 0)],
  },
  {
    id: 'O57',
    what: 'a partial capture: what was not captured never counts',
    txns: [moved('2026-01-05', 'charge', 6_000, 'ch_O57')],
    charges: [charge('2026-01-05', 9_000, { id: 'ch_O57', amount_captured: 6_000, amount_refunded: 3_000 })],
    refunds: [refund('2026-01-05', 3_000, { charge: 'ch_O57', status: 'succeeded' })],
    expect: [cash('2026-01-05', DEC, 60)],
  },
];

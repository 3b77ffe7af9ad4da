import { JAN, FEB, MAR, DEC, oneOff, paid, of, recognised, cash, moved } from './stripe-case-parts.ts';
import { charge, refund } from './stripe-payments.ts';

/** Money that no invoice asked for, and what became of it. */
export const PAYMENT_CASES = [
  {
    id: 'O18',
    what: 'a payment without an invoice, half of it refunded later',
    txns: [moved('2026-01-05', 'charge', 9_000, 'ch_O18'), moved(FEB, 'refund', -4_500, 're_O18')],
    charges: [charge('2026-01-05', 9_000, { id: 'ch_O18', payment_intent: 'pi_O18' })],
    refunds: [refund(FEB, 4_500, { id: 're_O18', ...of('O18') })],
    expect: [
      recognised('2026-01-05', '2026-01-06', 90),
      recognised(FEB, MAR, -45),
      cash('2026-01-05', '2026-01-06', 90),
      cash(FEB, MAR, -45),
    ],
  },
  {
    id: 'O19',
    what: 'the payment of an invoice is no further revenue',
    invoices: [oneOff('in_O19')],
    txns: [moved(JAN, 'charge', 9_000, 'ch_O19')],
    charges: [charge(JAN, 9_000, { id: 'ch_O19', payment_intent: 'pi_O19' })],
    invoice_payments: [paid('O19', 9_000, 'in_O19')],
    expect: [recognised(JAN, DEC, 90), cash(JAN, DEC, 90)],
  },
  {
    id: 'O20',
    what: 'the same where Stripe names neither charge nor invoice payment: by amount and day',
    invoices: [oneOff('in_O20')],
    txns: [moved('2026-01-02', 'charge', 9_000, 'ch_O20'), moved('2026-01-02', 'charge', 5_000, 'ch_O20b')],
    expect: [recognised(JAN, DEC, 140)],
  },
  {
    id: 'O21',
    what: 'a refund of which only the balance knows, with a credit note of its amount, counts once',
    invoices: [oneOff('in_O21', 9_000, { post_credit: 9_000 })],
    credit_notes: [{ id: 'cn_O21', invoice: 'in_O21', created: FEB, lines: [{ amount: 9_000, line: 'il_in_O21_0' }] }],
    txns: [moved(JAN, 'charge', 9_000, 'ch_O21'), moved(FEB, 'refund', -9_000, 're_O21')],
    expect: [recognised(FEB, MAR, -90), recognised(JAN, DEC, 0)],
  },
  {
    id: 'O22',
    what: "a platform's application fee is revenue and cash of its day, and so is its refund",
    txns: [
      moved('2026-01-05', 'platform_earning', 1_000, 'fee_1', { type: 'application_fee' }),
      moved(FEB, 'platform_earning_refund', -400, 'fr_1', { type: 'application_fee_refund' }),
    ],
    expect: [recognised('2026-01-05', '2026-01-06', 10), recognised(FEB, MAR, -4), cash('2026-01-05', DEC, 6)],
  },
  {
    id: 'O23',
    what: 'of a destination charge, what goes on to the connected account is not ours',
    txns: [moved('2026-01-05', 'charge', 10_000, 'ch_O23')],
    charges: [charge('2026-01-05', 10_000, { id: 'ch_O23', transfer_data: { destination: 'acct_2', amount: 8_800 } })],
    expect: [recognised('2026-01-05', DEC, 12)],
  },
  {
    id: 'O24',
    what: 'a contribution to Stripe Climate is a fee',
    txns: [moved('2026-01-05', 'charge', 1_000, 'ch_O24', { fee: 59 }), moved('2026-01-05', 'contribution', -50)],
    expect: [cash('2026-01-05', DEC, 10), { fig: 'fees', from: '2026-01-05', to: DEC, usd: 1.09 }],
  },
  {
    id: 'O25',
    what: 'a failed bank debit without an invoice takes the payment back',
    txns: [
      moved('2026-01-05', 'charge', 5_000, 'py_O25', { type: 'payment' }),
      moved('2026-01-09', 'charge_failure', -5_000, 'py_O25', { type: 'payment_failure_refund' }),
    ],
    expect: [recognised('2026-01-09', '2026-01-10', -50), recognised('2026-01-05', DEC, 0), cash('2026-01-05', DEC, 0)],
  },
];

import { DEC, FEB, JAN, JUL, MAR, moved, oneOff, recognised } from './stripe-case-parts.ts';
import { epoch } from './stripe-objects.ts';
import { charge, creditGrant, creditUse } from './stripe-payments.ts';

const APR = '2026-04-01';

const usage = (id: string, created: string, from: string, to: string, amount: number, credits: number) => ({
  id,
  created,
  lines: [{ amount, from, to, credits }],
});

/** Credit that is bought ahead, and used later or never. */
export const PREPAID_CASES = [
  {
    id: 'O58',
    what: 'credit of 100 bought on 1 January, 31 used in February, 10 in March: each where the usage was',
    invoices: [
      oneOff('in_O58', 10_000),
      usage('in_O58b', MAR, FEB, MAR, 2_800, 2_800),
      usage('in_O58c', APR, MAR, APR, 4_100, 3_100),
    ],
    credit_grants: [creditGrant(JAN, 10_000, { id: 'credgr_O58' })],
    credit_transactions: [
      creditUse(APR, 'credgr_O58', 3_100, 'il_in_O58c_0'),
      creditUse(MAR, 'credgr_O58', 2_800, 'il_in_O58b_0'),
    ],
    expect: [
      recognised(JAN, FEB, 0),
      recognised(FEB, '2026-02-02', 1),
      recognised(FEB, MAR, 28),
      recognised(MAR, APR, 41),
      recognised(JAN, DEC, 69),
    ],
  },
  {
    id: 'O59',
    what: 'credit that expires counts on that day, as far as it was not used',
    invoices: [oneOff('in_O59', 10_000), usage('in_O59b', MAR, FEB, MAR, 2_800, 2_800)],
    credit_grants: [creditGrant(JAN, 10_000, { id: 'credgr_O59', expires_at: epoch(JUL) })],
    credit_transactions: [creditUse(MAR, 'credgr_O59', 2_800, 'il_in_O59b_0')],
    expect: [recognised(JAN, FEB, 0), recognised(FEB, MAR, 28), recognised(JUL, '2026-07-02', 72)],
  },
  {
    id: 'O60',
    what: 'promotional credit is free: nothing is deferred, and what it pays is no revenue',
    invoices: [oneOff('in_O60', 10_000), usage('in_O60b', MAR, FEB, MAR, 2_800, 2_800)],
    credit_grants: [creditGrant(JAN, 10_000, { id: 'credgr_O60', category: 'promotional' })],
    credit_transactions: [creditUse(MAR, 'credgr_O60', 2_800, 'il_in_O60b_0')],
    expect: [recognised(JAN, FEB, 100), recognised(FEB, MAR, 0)],
  },
  {
    id: 'O61',
    what: 'credit of 100 sold for 80: what is used counts in proportion',
    invoices: [oneOff('in_O61', 8_000), usage('in_O61b', MAR, FEB, MAR, 5_000, 5_000)],
    credit_grants: [creditGrant('2026-01-02', 10_000, { id: 'credgr_O61' })],
    credit_transactions: [creditUse(MAR, 'credgr_O61', 5_000, 'il_in_O61b_0')],
    expect: [recognised(JAN, FEB, 0), recognised(FEB, MAR, 40), recognised(JAN, DEC, 40)],
  },
  {
    id: 'O62',
    what: 'credit bought by a Payment Link',
    txns: [moved('2026-01-05', 'charge', 10_000, 'ch_O62')],
    charges: [charge('2026-01-05', 10_000, { id: 'ch_O62', customer: 'cus_case' })],
    invoices: [usage('in_O62b', MAR, FEB, MAR, 2_800, 2_800)],
    credit_grants: [creditGrant('2026-01-05', 10_000, { id: 'credgr_O62' })],
    credit_transactions: [creditUse(MAR, 'credgr_O62', 2_800, 'il_in_O62b_0')],
    expect: [recognised(JAN, FEB, 0), recognised(FEB, MAR, 28), recognised(JAN, DEC, 28)],
  },
  {
    id: 'O63',
    what: 'used on an invoice that was voided: the credit came back and is deferred again',
    invoices: [oneOff('in_O63', 10_000), { ...usage('in_O63b', MAR, FEB, MAR, 2_800, 2_800), status: 'void' }],
    credit_grants: [creditGrant(JAN, 10_000, { id: 'credgr_O63' })],
    credit_transactions: [
      creditUse('2026-03-02', 'credgr_O63', -2_800, 'il_in_O63b_0'),
      creditUse(MAR, 'credgr_O63', 2_800, 'il_in_O63b_0'),
    ],
    expect: [recognised(JAN, FEB, 0), recognised(JAN, DEC, 0)],
  },
];

import { invoicePayment } from './stripe-payments.ts';

/** Parts of cases: days, and what recurs in them. */

export const JAN = '2026-01-01';
export const JUL = '2026-07-01';
export const YEAR = '2027-01-01';
export const FEB = '2026-02-01';
export const MAR = '2026-03-01';
export const DEC = '2026-12-01';

export const annual = (id: string, fields: object = {}, extra: object = {}) => ({
  id,
  created: JAN,
  lines: [{ amount: 120_000, from: JAN, to: YEAR, ...extra }],
  ...fields,
});
export const monthly = (id: string, fields: object = {}) => ({
  id,
  created: JAN,
  lines: [{ amount: 3_100, from: JAN, to: FEB }],
  ...fields,
});
export const oneOff = (id: string, amount = 9_000, fields: object = {}) => ({
  id,
  created: JAN,
  lines: [{ amount, from: JAN, to: JAN }],
  ...fields,
});
export const paid = (key: string, amount: number, invoice: string, fields: Readonly<Record<string, unknown>> = {}) =>
  invoicePayment(JAN, amount, invoice, `pi_${key}`, fields);
export const of = (key: string) => ({ charge: `ch_${key}`, payment_intent: `pi_${key}` });
export const recognised = (from: string, to: string, usd: number | null) => ({ fig: 'recognised', from, to, usd });
export const cash = (from: string, to: string, usd: number | null) => ({ fig: 'cash', from, to, usd });
export const moved = (on: string, category: string, amount: number, source?: string, fields: object = {}) => ({
  on,
  category,
  type: category === 'dispute' || category === 'dispute_reversal' ? 'adjustment' : category,
  amount,
  source,
  ...fields,
});

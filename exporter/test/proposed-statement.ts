import type { ProposedStatement } from '../src/contract/imports.ts';

/** What is read of an invoice of one month. */
export const PROPOSED: ProposedStatement = {
  provider: 'supabase',
  component: null,
  invoiceNumber: 'A-1',
  line: 0,
  billingDate: '2026-03-01',
  periodStart: '2026-03-01',
  periodEnd: '2026-04-01',
  amount: '31.00',
  currency: 'USD',
  fxRate: null,
  taxAmount: null,
  notes: null,
  kind: 'invoice',
  additional: false,
};

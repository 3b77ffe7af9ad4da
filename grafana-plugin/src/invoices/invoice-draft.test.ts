import { describe, expect, it } from 'vitest';
import type { BillingAdjustmentRow } from '../../../exporter/src/contract/billing.ts';
import { invoicesOf } from './history.ts';
import { correctionOf, draftOf, EMPTY_INVOICE, entryOfInvoice, faultsOf } from './invoice-draft.ts';

const row: BillingAdjustmentRow = {
  id: '7',
  seriesId: '5',
  version: 2,
  action: 'correction',
  replaces: '5',
  current: true,
  voided: false,
  provider: 'hetzner',
  component: 'all',
  kind: 'invoice',
  invoiceNumber: 'R-1',
  line: 0,
  billingDate: '2026-03-02',
  periodStart: '2026-02-01',
  periodEnd: '2026-03-01',
  amount: '25.500000',
  currency: 'EUR',
  fxRate: '1.08',
  amountUsd: '27.54',
  taxAmount: null,
  notes: null,
  reason: null,
  additional: false,
  origin: 'form',
  hasDocument: false,
  createdBy: 'anna',
  createdAt: '2026-03-02T10:00:00.000Z',
};

const draft = {
  ...EMPTY_INVOICE,
  provider: ' Hetzner ',
  firstDay: '2026-02-01',
  lastDay: '2026-02-28',
  billingDate: '2026-03-02',
  amount: '25,50',
  currency: 'eur',
  fxRate: '1,08',
};

describe('an invoice as it is typed', () => {
  it('becomes an entry with an exclusive end, decimal points and only what was filled in', () => {
    expect(entryOfInvoice(draft)).toEqual({
      provider: 'Hetzner',
      kind: 'invoice',
      billingDate: '2026-03-02',
      periodStart: '2026-02-01',
      periodEnd: '2026-03-01',
      amount: '25.50',
      currency: 'EUR',
      fxRate: '1.08',
    });
  });

  it('makes a credit negative, however it was typed', () => {
    expect(entryOfInvoice({ ...draft, kind: 'credit', amount: '10' })?.amount).toBe('-10');
    expect(entryOfInvoice({ ...draft, kind: 'credit', amount: '-10' })?.amount).toBe('-10');
    expect(entryOfInvoice({ ...draft, kind: 'credit', amount: '0.00' })?.amount).toBe('0.00');
  });

  it('gives no entry while a value is missing or wrong, and says what is wrong', () => {
    expect(entryOfInvoice({ ...draft, provider: ' ' })).toBeUndefined();
    expect(entryOfInvoice({ ...draft, firstDay: '2026-02-30' })).toBeUndefined();
    expect(faultsOf({ ...draft, amount: '-5' })).toEqual({ amount: 'amounts.negative' });
    expect(faultsOf({ ...draft, lastDay: '2026-01-31' })).toEqual({ lastDay: 'entry.period-reversed' });
    expect(faultsOf({ ...draft, currency: 'EURO', tax: 'x' })).toEqual({
      currency: 'amounts.currency',
      tax: 'amounts.not-a-number',
    });
  });

  it('never sends a rate with dollars', () => {
    expect(entryOfInvoice({ ...draft, currency: 'USD', fxRate: '1.08' })).not.toHaveProperty('fxRate');
  });
});

describe('a correction', () => {
  it('holds only what differs', () => {
    expect(correctionOf(row, draftOf(row))).toBeUndefined();
    expect(correctionOf(row, { ...draftOf(row), amount: '26,00', notes: 'typing error' })).toEqual({
      amount: '26.00',
      notes: 'typing error',
    });
    expect(correctionOf(row, { ...draftOf(row), invoiceNumber: '', lastDay: '2026-02-27' })).toEqual({
      invoiceNumber: null,
      periodEnd: '2026-02-28',
    });
  });

  it('of a credit keeps its sign', () => {
    const credit: BillingAdjustmentRow = { ...row, kind: 'credit', amount: '-5.000000', currency: 'USD', fxRate: null };
    expect(draftOf(credit).amount).toBe('5.00');
    expect(correctionOf(credit, { ...draftOf(credit), amount: '6' })).toEqual({ amount: '-6' });
  });
});

describe('invoicesOf', () => {
  it('gathers the versions of an invoice, newest first', () => {
    const first: BillingAdjustmentRow = {
      ...row,
      id: '5',
      version: 1,
      action: 'entry',
      replaces: null,
      current: false,
      createdAt: '2026-03-01T10:00:00.000Z',
    };
    const other: BillingAdjustmentRow = {
      ...first,
      id: '9',
      seriesId: '9',
      voided: true,
      createdAt: '2026-03-05T10:00:00.000Z',
    };
    const invoices = invoicesOf([first, row, other]);
    expect(invoices.map(({ seriesId, state }) => [seriesId, state])).toEqual([
      ['9', 'voided'],
      ['5', 'corrected'],
    ]);
    expect(invoices[1]?.versions.map(({ id }) => id)).toEqual(['7', '5']);
  });
});

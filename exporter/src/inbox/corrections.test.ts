import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROPOSED } from '../../test/proposed-statement.ts';
import { addDays } from '../money/days.ts';
import { applyCorrection, learnCorrection } from './corrections.ts';

const READ = { ...PROPOSED, provider: null, periodStart: '2026-02-01', periodEnd: '2026-02-28' };

describe('what a vendor was corrected to', () => {
  it.each([
    ['the provider', { provider: 'acme' }, { provider: 'acme' }],
    ['a component', { component: 'servers' }, { component: 'servers' }],
    ['a dollar that was Canadian', { currency: 'CAD' }, { currency: { read: 'USD', means: 'CAD' } }],
    ['the last day, which is included', { periodEnd: '2026-03-01' }, { period: 'month_before', periodMonths: 1 }],
    [
      'the month of the bill',
      { periodStart: '2026-03-01', periodEnd: '2026-04-01' },
      { period: 'billing_month', periodMonths: 1 },
    ],
    ['any other period', { periodStart: '2026-01-05', periodEnd: '2026-01-09' }, {}],
  ])('%s', (_, edited, learned) => {
    expect(learnCorrection(READ, { ...READ, ...edited })).toEqual(learned);
  });

  it('another currency than the one that was wrong stays', () => {
    const { statement } = applyCorrection({ ...READ, currency: 'EUR' }, { currency: { read: 'USD', means: 'CAD' } });
    expect(statement.currency).toBe('EUR');
  });

  it('one month later ends in a shorter month', () => {
    const { statement } = applyCorrection(
      { ...READ, billingDate: '2026-01-31' },
      { period: 'month_from_billing_date', periodMonths: 1 },
    );
    expect([statement.periodStart, statement.periodEnd]).toEqual(['2026-01-31', '2026-02-28']);
  });

  it.each([
    ['of a year', '2026-03-01', '2027-03-01', '2027-03-01'],
    ['of some days', '2026-03-01', '2026-03-08', '2026-03-08'],
    ['of a month', '2026-02-01', '2026-02-28', '2026-04-01'],
    ['that was not read', null, null, '2026-04-01'],
  ])('a period %s, after the period of a monthly invoice was corrected', (_, periodStart, periodEnd, expected) => {
    const correction = { period: 'billing_month', periodMonths: 1 } as const;
    const { statement } = applyCorrection({ ...READ, periodStart, periodEnd }, correction);
    expect(statement.periodEnd).toBe(expected);
  });

  it('is the same correction when its proposal is confirmed as it is, and none when the reading is', () => {
    const day = fc.integer({ min: 0, max: 3_000 }).map((count) => addDays('2020-01-01', count));
    const field = fc.record({
      provider: fc.constantFrom(null, 'acme', 'supabase'),
      component: fc.constantFrom(null, 'servers'),
      currency: fc.constantFrom(null, 'USD', 'CAD'),
      billingDate: day,
      periodStart: fc.option(day),
      periodEnd: fc.option(day),
    });
    fc.assert(
      fc.property(field, field, (one, other) => {
        const [read, edited] = [
          { ...READ, ...one },
          { ...READ, ...other },
        ];
        expect(learnCorrection(read, read)).toEqual({});
        const learned = learnCorrection(read, edited);
        expect(learnCorrection(read, applyCorrection(read, learned).statement, learned)).toEqual(learned);
        // Nothing but what a vendor does every time is carried over.
        expect(applyCorrection(read, learned).statement).toMatchObject({ amount: read.amount, invoiceNumber: 'A-1' });
      }),
    );
  });
});

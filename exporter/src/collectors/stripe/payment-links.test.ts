import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, daysBetween } from '../../money/days.ts';
import { matchPayments, type OpenInvoicePayment, type OpenPayment } from './payment-links.ts';

const START = '2026-01-01';

const payment = fc.record({
  day: fc.nat(12).map((days) => addDays(START, days)),
  minor: fc.constantFrom(1_000n, 2_000n),
  customer: fc.constantFrom(undefined, 'cus_1', 'cus_2'),
});
const invoice = fc.record({
  day: fc.nat(12).map((days) => addDays(START, days)),
  minor: fc.constantFrom(1_000n, 2_000n),
  customer: fc.constantFrom(null, 'cus_1', 'cus_2'),
});

const toPayment = (fields: Partial<OpenPayment>, index: number): OpenPayment => ({
  id: `txn_${String(index).padStart(6, '0')}`,
  source: undefined,
  day: START,
  minor: 1_000n,
  currency: 'USD',
  customer: undefined,
  exchangeRate: undefined,
  ...fields,
});
const toInvoice = (fields: Partial<OpenInvoicePayment>, index: number): OpenInvoicePayment => ({
  invoiceId: `in_${String(index).padStart(6, '0')}`,
  day: START,
  minor: 1_000n,
  currency: 'USD',
  customer: null,
  ...fields,
});

/** The rule word for word: all pairs, nearest first, each side used once. */
function byAllPairs(payments: readonly OpenPayment[], invoices: readonly OpenInvoicePayment[]): Map<string, string> {
  const pairs = payments.flatMap((one) =>
    invoices
      .filter(({ minor, customer }) => minor === one.minor && (!customer || !one.customer || customer === one.customer))
      .map((other) => ({ one, other, distance: Math.abs(daysBetween(other.day, one.day)) })),
  );
  const key = ({ one, other }: (typeof pairs)[number]): string => `${one.day} ${one.id} ${other.invoiceId}`;
  const matched = new Map<string, string>();
  const used = new Set<string>();
  for (const pair of pairs.sort((a, b) => a.distance - b.distance || (key(a) < key(b) ? -1 : 1))) {
    if (pair.distance > 5 || matched.has(pair.one.id) || used.has(pair.other.invoiceId)) continue;
    matched.set(pair.one.id, pair.other.invoiceId);
    used.add(pair.other.invoiceId);
  }
  return matched;
}

const idsOf = (matched: ReadonlyMap<string, OpenInvoicePayment>): Map<string, string> =>
  new Map([...matched].map(([id, { invoiceId }]) => [id, invoiceId]));

describe('payments by amount and day', () => {
  it('are matched as all pairs, nearest first, would be', () => {
    fc.assert(
      fc.property(fc.array(payment, { maxLength: 12 }), fc.array(invoice, { maxLength: 12 }), (drawn, asked) => {
        const payments = drawn.map(toPayment);
        const invoices = asked.map(toInvoice);
        const sorted = (matched: Map<string, string>) => [...matched].sort();
        expect(sorted(idsOf(matchPayments(payments, invoices)))).toEqual(sorted(byAllPairs(payments, invoices)));
      }),
    );
  });

  it('of one price for everybody, tens of thousands of them, take no square of time and memory', () => {
    const day = (index: number): string => addDays(START, Math.floor(index / 90));
    const count = 20_000;
    const payments = Array.from({ length: count }, (_, index) => toPayment({ day: day(index) }, index));
    const invoices = Array.from({ length: count }, (_, index) => toInvoice({ day: day(index) }, index));
    expect(matchPayments(payments, invoices).size).toBe(count);
  }, 20_000);

  it('that Stripe converted belong to the invoice that became that amount', () => {
    const payments = [toPayment({ minor: 11_501n, exchangeRate: '1.15' }, 1)];
    const invoices = [
      toInvoice({ minor: 11_501n }, 1),
      toInvoice({ minor: 10_000n, currency: 'EUR', day: addDays(START, 2) }, 2),
      toInvoice({ minor: 10_100n, currency: 'EUR' }, 3),
    ];
    expect(idsOf(matchPayments(payments, invoices))).toEqual(new Map([['txn_000001', 'in_000002']]));
  });
});

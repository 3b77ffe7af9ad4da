import { addDays, monthStart } from '../money/days.ts';
import { centsToMicros, divideRounded, formatMicros, sumMicros, type Micros } from '../money/micros.ts';
import type { DemoCustomer } from './people.ts';
import type { DemoPeriod } from './period.ts';
import type { Random } from './random.ts';

/** A row of `stripe_revenue_lines`; `amount` in cents. */
export interface RevenueLine {
  readonly id: string;
  readonly invoice_id: string;
  readonly kind: 'invoice_line' | 'credit_note_line';
  readonly customer: string;
  readonly status: string;
  readonly finalised_on: string;
  readonly period_start: string;
  readonly period_end: string;
  readonly amount: string;
  readonly currency: string;
  readonly amount_usd: string;
}

/** A row of `stripe_balance_transactions`; `amount` and `fee` in cents. */
export interface CashMove {
  readonly id: string;
  readonly day: string;
  readonly category: 'charge' | 'refund' | 'dispute';
  readonly amount: string;
  readonly fee: string;
  readonly currency: string;
  readonly amount_usd: string;
  readonly fee_usd: string;
}

/** Invoices of every customer since the beginning, paid on the day; a few are refunded by a credit note. */
export function demoRevenue(
  customers: readonly DemoCustomer[],
  period: DemoPeriod,
  random: Random,
): { lines: RevenueLine[]; cash: CashMove[] } {
  const lines: RevenueLine[] = [];
  const cash: CashMove[] = [];
  for (const customer of customers.filter(({ state }) => state !== 'paused')) {
    for (const [index, { start, end }] of billingPeriods(customer, period).entries()) {
      const invoice = `in_demo_${customer.id.slice(8)}_${index}`;
      const base = {
        invoice_id: invoice,
        customer: customer.id,
        status: 'paid',
        period_start: start,
        period_end: end,
        currency: 'USD',
      } as const;
      lines.push({
        ...base,
        id: `il_${invoice}`,
        kind: 'invoice_line',
        finalised_on: start,
        ...cents(customer.plan.cents),
      });
      // The running invoice of somebody past due is not paid yet.
      if (customer.state === 'past_due' && end > period.today) continue;
      cash.push(
        move(`txn_${invoice}`, start, 'charge', customer.plan.cents, Math.round(customer.plan.cents * 0.029) + 30),
      );
      if (customer.plan.months !== 1 || !random.chance(0.015)) continue;
      const refunded = addDays(start, random.whole(1, 6));
      if (refunded >= period.today) continue;
      lines.push({
        ...base,
        id: `cnl_${invoice}`,
        kind: 'credit_note_line',
        finalised_on: refunded,
        ...cents(-customer.plan.cents),
      });
      cash.push(
        move(`txn_refund_${invoice}`, refunded, random.chance(0.2) ? 'dispute' : 'refund', -customer.plan.cents, 0),
      );
    }
  }
  return { lines, cash };
}

/** MRR of one day by customer, in micro-USD; past due counts and is at risk, paused is 0 and shown apart. */
export function mrrOn(
  customers: readonly DemoCustomer[],
  day: string,
): {
  byCustomer: Map<string, Micros>;
  total: Micros;
  atRisk: Micros;
  paused: Micros;
  statuses: Record<string, number>;
} {
  const live = customers.filter(
    (customer) => customer.since <= day && (customer.until === undefined || day < customer.until),
  );
  const value = ({ plan }: DemoCustomer): Micros =>
    divideRounded(centsToMicros(BigInt(plan.cents)), BigInt(plan.months));
  const of = (state: DemoCustomer['state']): DemoCustomer[] => live.filter((customer) => customer.state === state);
  const counting = live.filter(({ state }) => state !== 'paused');
  return {
    byCustomer: new Map(counting.map((customer) => [customer.id, value(customer)])),
    total: sumMicros(counting.map(value)),
    atRisk: sumMicros(of('past_due').map(value)),
    paused: sumMicros(of('paused').map(value)),
    statuses: {
      active: of('active').length + of('paused').length,
      past_due: of('past_due').length,
      canceled: customers.filter(({ until }) => until !== undefined && until <= day).length,
    },
  };
}

/** Every period that was billed by today, from the first day of the subscription on. */
function billingPeriods({ since, until, plan }: DemoCustomer, { today }: DemoPeriod): { start: string; end: string }[] {
  const periods: { start: string; end: string }[] = [];
  for (let start = since, count = 1; start <= today && (until === undefined || start < until); count += 1) {
    const end = anniversary(since, count * plan.months);
    periods.push({ start, end });
    start = end;
  }
  return periods;
}

/** The day `months` later, on the last day of a month that is too short. */
function anniversary(since: string, months: number): string {
  const [year = 0, month = 1, day = 1] = since.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
  const wanted = addDays(first, day - 1);
  return monthStart(wanted) === first ? wanted : addDays(monthStart(wanted), -1);
}

function move(id: string, day: string, category: CashMove['category'], amount: number, fee: number): CashMove {
  return {
    id,
    day,
    category,
    ...cents(amount),
    fee: String(fee),
    fee_usd: formatMicros(centsToMicros(BigInt(fee))),
    currency: 'USD',
  };
}

function cents(amount: number): { amount: string; amount_usd: string } {
  return { amount: String(amount), amount_usd: formatMicros(centsToMicros(BigInt(amount))) };
}

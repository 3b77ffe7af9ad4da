import { addDays } from '../money/days.ts';
import { centsToMicros, formatMicros } from '../money/micros.ts';
import { anniversariesBetween, anniversary } from './anniversaries.ts';
import type { DemoCustomer } from './customers.ts';
import type { Plan } from './people.ts';
import type { DemoPeriod } from './period.ts';
import type { Random } from './random.ts';

/** A row of `stripe_revenue_lines`; `amount` in cents. */
export interface RevenueLine {
  readonly id: string;
  readonly invoice_id: string;
  readonly kind: 'invoice_line' | 'credit_note_line' | 'bad_debt';
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

/** An uncollectible invoice is given up that long after its day. */
const GIVEN_UP_AFTER = 45;

/**
 * Invoices of every customer since the beginning, paid on the day or some days late; a few are refunded by a credit
 * note or disputed, and what a defaulter owes is given up.
 */
export function demoRevenue(
  customers: readonly DemoCustomer[],
  period: DemoPeriod,
  random: Random,
): { lines: RevenueLine[]; cash: CashMove[] } {
  const lines: RevenueLine[] = [];
  const cash: CashMove[] = [];
  for (const customer of customers) {
    const invoices = invoicesOf(customer, period);
    for (const [index, { plan, start, end }] of invoices.entries()) {
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
        ...cents(plan.cents),
      });
      if (customer.isDefaulter && index === invoices.length - 1) {
        const day = addDays(start, GIVEN_UP_AFTER);
        if (day < period.today) lines.push(givenUp(base, plan.cents, day));
        continue;
      }
      const late = customer.late.find(({ from }) => from === start);
      const paid = late === undefined ? start : late.until;
      if (paid === undefined) continue;
      cash.push(move(`txn_${invoice}`, paid, 'charge', plan.cents, Math.round(plan.cents * 0.029) + 30));
      if (plan.months !== 1 || !random.chance(0.015)) continue;
      const refunded = addDays(paid, random.whole(1, 6));
      if (refunded >= period.today) continue;
      lines.push({
        ...base,
        id: `cnl_${invoice}`,
        kind: 'credit_note_line',
        finalised_on: refunded,
        ...cents(-plan.cents),
      });
      cash.push(move(`txn_refund_${invoice}`, refunded, random.chance(0.2) ? 'dispute' : 'refund', -plan.cents, 0));
    }
  }
  return { lines, cash };
}

/** The month was earned when the invoice is given up: all of it is taken back on that day. */
function givenUp(
  base: Omit<RevenueLine, 'id' | 'kind' | 'finalised_on' | 'amount' | 'amount_usd'>,
  amount: number,
  day: string,
): RevenueLine {
  return {
    ...base,
    id: `${base.invoice_id}:bad_debt`,
    kind: 'bad_debt',
    status: 'posted',
    finalised_on: day,
    period_start: day,
    period_end: addDays(day, 1),
    ...cents(-amount),
  };
}

/** Every period that was billed by today, phase by phase. */
function invoicesOf(
  { phases, pausedFrom }: DemoCustomer,
  { today }: DemoPeriod,
): { plan: Plan; start: string; end: string }[] {
  return phases.flatMap(({ plan, from, until }) => {
    const stop = [addDays(today, 1), until, pausedFrom].reduce<string>(
      (least, day) => (day !== undefined && day < least ? day : least),
      addDays(today, 1),
    );
    if (from >= stop) return [];
    return [from, ...anniversariesBetween(from, stop, plan.months)].map((start, index) => ({
      plan,
      start,
      end: anniversary(from, (index + 1) * plan.months),
    }));
  });
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

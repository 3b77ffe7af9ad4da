import { addDays } from '../money/days.ts';
import { movementsOf, type MrrPart } from '../money/mrr-movements.ts';
import { formatNanos } from '../money/nanos.ts';
import type { DemoCustomer } from './customers.ts';
import { mrrOn } from './mrr.ts';
import { PLANS } from './people.ts';
import type { DemoPeriod } from './period.ts';

type Row = Readonly<Record<string, unknown>>;

const NO_RATES: ReadonlyMap<string, string> = new Map();
const NOTHING_UNREAD: ReadonlySet<string> = new Set();

/** What moved the MRR of each day, as the collector would have recorded it. */
export function demoMovements(
  customers: readonly DemoCustomer[],
  period: DemoPeriod,
): { readonly days: Row[]; readonly plans: Row[]; readonly movements: Row[] } {
  const known = new Set<string>();
  let before: readonly MrrPart[] | undefined;
  const movements = period.revenueDays.flatMap((day) => {
    const after = partsOn(customers, day);
    const moved = movementsOf({
      ...{ before, after, known, unreadBefore: [], unread: NOTHING_UNREAD },
      ...{ rates: NO_RATES, ratesBefore: NO_RATES, otherSettings: false },
    });
    for (const { customer } of after) known.add(customer);
    before = after;
    return moved.map(({ amount, amountUsd, ...one }) => ({
      ...{ day, ...one, amount: formatNanos(amount) },
      amount_usd: amountUsd === null ? null : formatNanos(amountUsd),
    }));
  });
  return {
    days: period.revenueDays.map((day, index) => ({
      ...{ day, rates: {}, policy: {}, by_plan: true, unconverted: [] },
      previous: index === 0 ? null : addDays(day, -1),
      provisional: day >= period.today,
    })),
    plans: Object.values(PLANS).map(({ id, name, product }) => ({ plan: id, name, product })),
    movements,
  };
}

function partsOn(customers: readonly DemoCustomer[], day: string): MrrPart[] {
  return [...mrrOn(customers, day).byCustomer].map(([customer, { plan, mrr }]) => ({
    customer,
    subscription: `sub_${customer}`,
    plan: plan.id,
    product: plan.product,
    currency: 'USD',
    amount: mrr * 1_000n,
  }));
}

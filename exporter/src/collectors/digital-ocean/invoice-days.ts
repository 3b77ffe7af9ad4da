import type { Day } from '../contract.ts';
import { WHOLE_PROVIDER } from '../../contract/providers.ts';
import { spreadCentsOverDays, spreadEvenly } from '../../money/allocation.ts';
import { daysOf, nextMonthStart } from '../../money/days.ts';
import { divideRounded, microsToCents, MICROS_PER_CENT, sumMicros, type Micros } from '../../money/micros.ts';

export interface DayPart {
  readonly day: Day;
  readonly component: string;
  readonly amount: Micros;
}

/**
 * An invoiced month by day and component: the usage of the month, scaled so that the sum is the invoice exactly. Days
 * are whole cents where the invoice is. Where the usage of a day is not known, or there was none, the invoice is spread
 * evenly.
 */
export function invoiceRows(month: Day, cost: Micros, usage: readonly DayPart[]): DayPart[] {
  const byDay = Map.groupBy(usage, ({ day }) => day);
  const days = daysOf(month, nextMonthStart(month));
  const whole = sumMicros(usage.map(({ amount }) => amount));
  if (whole <= 0n || days.some((day) => !byDay.has(day))) return evenly(month, cost);
  const unit = cost % MICROS_PER_CENT === 0n ? MICROS_PER_CENT : 1n;
  const amounts = scaled(
    cost / unit,
    days.map((day) => sumMicros((byDay.get(day) ?? []).map(({ amount }) => amount))),
  );
  return days.flatMap((day, index) => {
    const parts = (byDay.get(day) ?? []).toSorted((a, b) => (a.component < b.component ? -1 : 1));
    const shares = scaled(
      (amounts[index] ?? 0n) * unit,
      parts.map(({ amount }) => amount),
    );
    return parts.map(({ component }, part) => ({ day, component, amount: shares[part] ?? 0n }));
  });
}

/** `total` in the proportions of `weights`, by cumulative rounding: the parts sum to it; zeros where all weigh nothing. */
function scaled(total: bigint, weights: readonly bigint[]): bigint[] {
  const whole = sumMicros(weights);
  let weight = 0n;
  let before = 0n;
  return weights.map((one) => {
    weight += one;
    const after = whole === 0n ? 0n : divideRounded(total * weight, whole);
    const part = after - before;
    before = after;
    return part;
  });
}

function evenly(month: Day, cost: Micros): DayPart[] {
  const end = nextMonthStart(month);
  const days = daysOf(month, end);
  const micros = spreadEvenly(cost, days.length);
  const amounts =
    cost % MICROS_PER_CENT === 0n
      ? spreadCentsOverDays(microsToCents(cost), month, end)
      : new Map(days.map((day, index) => [day, micros[index] ?? 0n]));
  return [...amounts].map(([day, amount]) => ({ day, component: WHOLE_PROVIDER, amount }));
}

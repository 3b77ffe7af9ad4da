import type { RevenueDayRow, RevenueFlows, RevenueMonthRow, RevenueStocks } from '../contract/revenue.ts';
import { addDays, addMonths, monthStart, nextMonthStart, type Period } from '../money/days.ts';
import { formatMicros, parseMicros, sumMicros } from '../money/micros.ts';

/** The months that a period touches, whole. */
export function wholeMonths({ from, to }: Period): Period {
  return { from: monthStart(from), to: addMonths(addDays(to, -1), 1) };
}

/**
 * Months from the days of `revenueFiguresByDay`. A figure of flow is the sum of its days, null where one of them is not
 * known; a stock is that of the last day. The running month goes as far as its days are known, without a gap: what has
 * not happened yet is not missing.
 */
export function revenueByMonth(days: readonly RevenueDayRow[], today: string): RevenueMonthRow[] {
  return [...Map.groupBy(days, ({ day }) => day.slice(0, 7))].map(([month, rows]) => {
    const complete = nextMonthStart(`${month}-01`) <= today;
    const flow = (name: keyof RevenueFlows): string | null => {
      const known = complete ? rows : upToLastKnown(rows, name);
      const amounts = known.flatMap((row) => row[name] ?? []);
      return known.length === 0 || amounts.length < known.length
        ? null
        : formatMicros(sumMicros(amounts.map(parseMicros)));
    };
    const stock = <Name extends keyof RevenueStocks>(name: Name): RevenueStocks[Name] | null =>
      (complete ? rows : upToLastKnown(rows, name)).at(-1)?.[name] ?? null;
    return {
      month,
      complete,
      mrrUsd: stock('mrrUsd'),
      mrrAtRiskUsd: stock('mrrAtRiskUsd'),
      mrrTrialUsd: stock('mrrTrialUsd'),
      mrrPausedUsd: stock('mrrPausedUsd'),
      payingCustomers: stock('payingCustomers'),
      activeSubscriptions: stock('activeSubscriptions'),
      deferredUsd: stock('deferredUsd'),
      recognisedUsd: flow('recognisedUsd'),
      billedUsd: flow('billedUsd'),
      creditedUsd: flow('creditedUsd'),
      badDebtUsd: flow('badDebtUsd'),
      cashUsd: flow('cashUsd'),
      feesUsd: flow('feesUsd'),
      refundsUsd: flow('refundsUsd'),
      disputesUsd: flow('disputesUsd'),
    };
  });
}

function upToLastKnown(
  rows: readonly RevenueDayRow[],
  name: keyof RevenueFlows | keyof RevenueStocks,
): readonly RevenueDayRow[] {
  return rows.slice(0, rows.findLastIndex((row) => row[name] !== null) + 1);
}

import { WHOLE_PROVIDER, type CostProvider } from '../contract/providers.ts';
import { spreadCentsOverDays } from '../money/allocation.ts';
import { monthStart, nextMonthStart } from '../money/days.ts';
import { formatMicros, microsToCents, sumMicros, type Micros } from '../money/micros.ts';
import { replaceLedger } from './replace-rows.ts';
import type { Queryable } from '../database/queryable.ts';

/** One line of an estimate, for the whole month. */
export interface EstimatePart {
  readonly component: string;
  /** Decimal string; negative for credits. */
  readonly monthlyUsd: string;
  /** How it comes about, for a person. */
  readonly basis: string;
}

/** What a calendar month would cost by list prices, for providers that publish no bill. */
export interface MonthlyEstimate {
  readonly monthlyCents: bigint;
  readonly parts: readonly EstimatePart[];
}

export interface PricedPart {
  readonly component: string;
  readonly micros: Micros;
  readonly basis: string;
}

/** Adds parts up; the sum is rounded once, to cents. */
export function monthlyEstimate(parts: readonly PricedPart[]): MonthlyEstimate {
  return {
    monthlyCents: microsToCents(sumMicros(parts.map((part) => part.micros))),
    parts: parts.map((part) => ({
      component: part.component,
      monthlyUsd: formatMicros(part.micros),
      basis: part.basis,
    })),
  };
}

/** The day's part of its month's estimate, as a decimal string: cents by cumulative rounding. NULL stays NULL. */
export function costOfDay(estimate: MonthlyEstimate | null, day: string): string | null {
  if (estimate === null) return null;
  const spread = spreadCentsOverDays(estimate.monthlyCents, monthStart(day), nextMonthStart(day));
  return formatMicros(spread.get(day) ?? 0n);
}

export interface EstimatedDay {
  readonly day: string;
  readonly provisional: boolean;
  readonly estimate: MonthlyEstimate | null;
}

/** Makes the estimates of these days the provider's `estimate` rows of the ledger; better sources are not touched. */
export async function replaceEstimates(
  tx: Queryable,
  provider: CostProvider,
  days: readonly EstimatedDay[],
  asOf: Date,
): Promise<number> {
  const rows = days.flatMap(({ day, provisional, estimate }) => {
    const amountUsd = costOfDay(estimate, day);
    return amountUsd === null ? [] : [{ day, component: WHOLE_PROVIDER, amountUsd, asOf, provisional }];
  });
  return replaceLedger(
    tx,
    provider,
    'estimate',
    days.map(({ day }) => day),
    rows,
  );
}

import type { BudgetRow, BudgetStandingRow, BudgetThreshold } from '../contract/budgets.ts';
import { dayPassed } from '../money/forecast.ts';
import { usdText } from '../money/format.ts';
import { parseMicros, sumMicros, type Micros } from '../money/micros.ts';
import { NOTHING_KNOWN, type Outlook } from './outlook.ts';

/** What is known of that which a budget is for. */
export interface Standing {
  readonly outlook: Outlook | undefined;
  /** A part of the month's cost is not known: what is known is a lower bound. */
  readonly isAtLeast: boolean;
  /** Nothing was used, which is known. */
  readonly isNothing: boolean;
}

/** Where the running month stands against a budget. Pure. */
export function standingOf(
  budget: BudgetRow & { readonly monthUsd: string },
  { outlook = NOTHING_KNOWN, isAtLeast, isNothing }: Standing,
): Omit<BudgetStandingRow, 'name'> {
  const amount = parseMicros(budget.monthUsd);
  const known = outlook.known.size === 0 ? null : sumMicros(outlook.known.values());
  // Only usage without a price: nothing of it is known.
  const spent = known === 0n && isAtLeast ? null : (known ?? (isNothing ? 0n : null));
  return {
    provider: budget.provider,
    customer: budget.customer,
    userId: budget.userId,
    monthUsd: budget.monthUsd,
    spentUsd: usdText(spent),
    isAtLeast,
    forecastMonthUsd: usdText(outlook.days === null ? null : sumMicros(outlook.days.values())),
    thresholds: budget.thresholds.map((percent) => thresholdOf(percent, amount, spent, outlook, isAtLeast)),
  };
}

function thresholdOf(
  percent: number,
  budget: Micros,
  spent: Micros | null,
  outlook: Outlook,
  isAtLeast: boolean,
): BudgetThreshold {
  const amount = thresholdAmount(budget, percent);
  const passedOn = dayPassed(outlook.known, outlook.days, amount);
  const state =
    spent !== null && spent > amount
      ? 'passed'
      : passedOn !== null
        ? 'expected'
        : spent === null || isAtLeast
          ? 'unknown'
          : 'within';
  return { percent, amountUsd: usdText(amount) ?? '', passedOn, state };
}

/** Budgets have whole cents, so a percent of one is whole micros. */
function thresholdAmount(budget: Micros, percent: number): Micros {
  return (budget * BigInt(percent)) / 100n;
}

import type { Sample } from '../collectors/contract.ts';
import type { Queryable } from '../database/queryable.ts';
import { microsToNumber, parseMicros } from '../money/micros.ts';
import { ALL_PROVIDERS } from './forecast.ts';
import { monthStanding } from './month-standing.ts';

/** Gauges of each budget in force, and of no other: what is spent, and the amount of each threshold. */
export async function budgetStandingSamples(db: Queryable, today: string): Promise<Sample[]> {
  const rows = await monthStanding(db, today);
  return rows.flatMap(({ provider, customer, userId, spentUsd, thresholds }): Sample[] => {
    const scope =
      userId !== null ? 'user' : customer !== null ? 'customer' : provider === ALL_PROVIDERS ? 'all' : 'provider';
    const labels = { scope, name: userId ?? customer ?? provider ?? '' };
    return [
      ...(spentUsd === null ? [] : [{ name: 'budget_spent_usd', labels, value: usd(spentUsd) }]),
      ...thresholds.map(({ percent, amountUsd }) => ({
        name: 'budget_threshold_usd',
        labels: { ...labels, threshold: String(percent) },
        value: usd(amountUsd),
      })),
    ];
  });
}

const usd = (text: string): number => microsToNumber(parseMicros(text));

import type { Micros } from '../money/micros.ts';
import type { Day, Warning } from './contract.ts';

/** Says which days a provider shows below zero: a credit, which stays negative and must not surprise anybody. */
export function negativeDays(
  title: string,
  days: readonly { readonly day: Day; readonly amount: Micros }[],
): Warning[] {
  const below = days.filter(({ amount }) => amount < 0n).map(({ day }) => day);
  if (below.length === 0) return [];
  return [
    {
      code: 'negative_day',
      message: `${title} shows a credit: the cost of ${below.join(', ')} is below zero and counts so.`,
      count: below.length,
    },
  ];
}

import type { ApiWarning } from '../../contract/answers.ts';
import { COST_PROVIDERS } from '../../contract/providers.ts';
import { titleOf } from '../../contract/vendors.ts';
import type { PeriodTotals } from '../../margin/totals.ts';
import { addDays, daysBetween } from '../../money/days.ts';
import type { ApiDeps } from '../deps.ts';
import type { ReadContext } from '../reads/cached-reads.ts';
import type { Period } from './period.ts';
import { lastCompleteDayOf, type Provenance } from './provenance.ts';

/** The same days on both sides: the period ends with the last day for which every enabled source is complete. */
export async function completePartOf(
  deps: Pick<ApiDeps, 'collectors'>,
  period: Period,
  context: Pick<ReadContext, 'syncState'>,
): Promise<Period> {
  const last = lastCompleteDayOf(deps, await context.syncState());
  const to = last === null ? period.from : addDays(last, 1);
  return { from: period.from, to: to < period.from ? period.from : to < period.to ? to : period.to };
}

/**
 * Cost providers of which nothing is known: enabled ones, neither read nor entered, and LLM usage of the period of which
 * nothing has a price.
 */
export function unknownCosts({ facts, enabled }: Provenance): string[] {
  const isKnown = (name: string): boolean => facts.costs.some(({ provider }) => provider === name);
  const unread = facts.collectors.filter(
    ({ collector, data_day: day }) => collector !== 'stripe' && enabled.includes(collector) && day === null,
  );
  const names = [...unread.map(({ collector }) => collector), ...(facts.unpriced_tokens === '0' ? [] : ['llm'])];
  return [...new Set(names)].filter((name) => !isKnown(name));
}

export function totalWarnings(totals: PeriodTotals, { from, to }: Period): ApiWarning[] {
  if (daysBetween(from, to) < 1) return [];
  // A vendor that sends one invoice a year has no gap; a provider that is read every day has one.
  const late = [...totals.costsSince]
    .filter(([provider, since]) => since > from && COST_PROVIDERS.some((name) => name === provider))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...(late.length === 0
      ? []
      : [
          {
            code: 'missing_cost_days' as const,
            message:
              `Costs are known only since a later day than ${from}: ` +
              `${late.map(([provider, since]) => `${titleOf(provider)} since ${since}`).join(', ')}.`,
          },
        ]),
    ...(totals.revenue_since === null || totals.revenue_since <= from
      ? []
      : [{ code: 'missing_revenue_days' as const, message: `Revenue is known only since ${totals.revenue_since}.` }]),
    ...(totals.days_without_fees === 0
      ? []
      : [
          {
            code: 'unknown_fees' as const,
            message: `Payment fees are not known for ${totals.days_without_fees} days with revenue.`,
          },
        ]),
  ];
}

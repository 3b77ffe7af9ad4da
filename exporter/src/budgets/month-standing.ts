import type { BudgetRow, BudgetStandingRow } from '../contract/budgets.ts';
import { customerNames } from '../customers/details.ts';
import type { Queryable } from '../database/queryable.ts';
import { providerDays } from '../ledger/provider-days.ts';
import { addDays, addMonths, monthStart, nextMonthStart } from '../money/days.ts';
import { ALL_PROVIDERS } from './forecast.ts';
import { addOutlooks, outlookOf, type Outlook } from './outlook.ts';
import { standingOf, type Standing } from './standing.ts';
import { listBudgets } from './store.ts';
import { isUsageRead, providersWithUnknown, usageDays } from './usage-days.ts';

/** Where the running month stands against each budget in force: of providers, the whole, customers, users. */
export async function monthStanding(db: Queryable, today: string): Promise<BudgetStandingRow[]> {
  const budgets = (await listBudgets(db, false)).flatMap((row) =>
    row.monthUsd === null ? [] : [{ ...row, monthUsd: row.monthUsd }],
  );
  if (budgets.length === 0) return [];
  const named = (of: 'customer' | 'userId') => budgets.flatMap((row) => row[of] ?? []);
  const start = monthStart(today);
  const soFar = { from: start, to: addDays(today, 1) };
  // The trailing week of the 1st reaches into the month before; prices of the coming days are known ahead.
  const period = { from: addMonths(today, -1), to: nextMonthStart(today) };
  const costs = await providerDays(db, period);
  const providers = new Map([...costs].map(([provider, days]) => [provider, outlookOf(days, today)]));
  const unknown = await providersWithUnknown(db, soFar);
  const users = await usageDays(db, 'users', named('userId'), period, start);
  const customers = await usageDays(db, 'customers', named('customer'), period, start);
  const isNothing = await isUsageRead(db, soFar);
  const names = await customerNames(db, named('customer'));

  const find = (row: BudgetRow): Standing => {
    if (row.userId !== null) return { ...usageOf(users, row.userId, today), isNothing };
    if (row.customer !== null) return { ...usageOf(customers, row.customer, today), isNothing };
    if (row.provider === ALL_PROVIDERS)
      return { outlook: addOutlooks([...providers.values()]), isAtLeast: unknown.size > 0, isNothing: false };
    const provider = row.provider ?? '';
    return { outlook: providers.get(provider), isAtLeast: unknown.has(provider), isNothing: false };
  };
  return budgets.map((row) => ({
    ...standingOf(row, find(row)),
    name: row.customer === null ? null : (names.get(row.customer)?.name ?? row.customer),
  }));
}

function usageOf(
  { costs, withUnknown }: Awaited<ReturnType<typeof usageDays>>,
  name: string,
  today: string,
): { readonly outlook: Outlook | undefined; readonly isAtLeast: boolean } {
  const days = costs.get(name);
  return { outlook: days && outlookOf(days, today), isAtLeast: withUnknown.has(name) };
}

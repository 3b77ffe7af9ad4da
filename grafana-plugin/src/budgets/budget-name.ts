import type { BudgetRow } from '../../../exporter/src/contract/budgets.ts';
import { providerName } from '../shared/format.ts';
import { text } from '../shared/translations.ts';

/** Exactly one of them is set; `all` is the whole. */
export type BudgetScope = Pick<BudgetRow, 'provider' | 'customer' | 'userId'>;

export const ALL_COSTS: BudgetScope = { provider: 'all', customer: null, userId: null };

/** What a budget is for; `name` is Stripe's of the customer. */
export function budgetName({ provider, customer, userId }: BudgetScope, name: string | null = null): string {
  if (userId !== null) return text('budgets.user-named', { user: userId });
  if (customer !== null) return text('budgets.customer-named', { customer: name ?? customer });
  return provider === 'all' ? text('budgets.all') : providerName(provider ?? '');
}

export const budgetKey = ({ provider, customer, userId }: BudgetScope): string =>
  provider ?? (customer === null ? `user:${userId ?? ''}` : `customer:${customer}`);

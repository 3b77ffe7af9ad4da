import { providerName } from '../shared/format.ts';
import { text } from '../shared/translations.ts';

/** What a budget is for. */
export const budgetName = (provider: string): string =>
  provider === 'all' ? text('budgets.all') : providerName(provider);

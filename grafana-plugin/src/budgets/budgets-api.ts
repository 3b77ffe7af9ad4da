import type { ForecastRow } from '../../../exporter/src/contract/answers.ts';
import type { BudgetRow, BudgetsAnswer } from '../../../exporter/src/contract/budgets.ts';
import { send } from '../shared/exporter.ts';

const PATH = '/admin/budgets';

export interface MonthlyBudgets {
  readonly budgets: readonly BudgetRow[];
  readonly history: readonly BudgetRow[];
  /** Where the running month stands, with and without a budget. */
  readonly forecast: readonly ForecastRow[];
}

export async function monthlyBudgets(): Promise<MonthlyBudgets> {
  const [budgets, history, forecast] = await Promise.all([
    send<BudgetsAnswer>('GET', PATH),
    send<BudgetsAnswer>('GET', `${PATH}?history=true`),
    send<{ readonly data: readonly ForecastRow[] }>('GET', '/metrics/forecast'),
  ]);
  return { budgets: budgets.data, history: history.data, forecast: forecast.data };
}

/** `monthUsd` null takes the budget away. */
export const putBudget = (budget: {
  readonly provider: string;
  readonly monthUsd: string | null;
}): Promise<BudgetsAnswer> => send('PUT', PATH, budget);

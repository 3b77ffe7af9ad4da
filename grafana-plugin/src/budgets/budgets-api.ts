import type { ForecastRow } from '../../../exporter/src/contract/answers.ts';
import type {
  BudgetRow,
  BudgetsAnswer,
  BudgetStandingAnswer,
  BudgetStandingRow,
} from '../../../exporter/src/contract/budgets.ts';
import { send } from '../shared/exporter.ts';
import type { BudgetScope } from './budget-name.ts';

const PATH = '/admin/budgets';

export interface MonthlyBudgets {
  /** The budgets in force, and where the running month stands. */
  readonly standing: readonly BudgetStandingRow[];
  readonly history: readonly BudgetRow[];
  /** Where the running month stands by provider, with and without a budget. */
  readonly forecast: readonly ForecastRow[];
}

export async function monthlyBudgets(): Promise<MonthlyBudgets> {
  const [standing, history, forecast] = await Promise.all([
    send<BudgetStandingAnswer>('GET', `${PATH}/standing`),
    send<BudgetsAnswer>('GET', `${PATH}?history=true`),
    send<{ readonly data: readonly ForecastRow[] }>('GET', '/metrics/forecast'),
  ]);
  return { standing: standing.data, history: history.data, forecast: forecast.data };
}

/** `monthUsd` null takes the budget away; without thresholds they stay as they are. */
export function putBudget(
  { provider, customer, userId }: BudgetScope,
  budget: { readonly monthUsd: string | null; readonly thresholds?: readonly number[] },
): Promise<BudgetsAnswer> {
  const scope = customer !== null ? { customer } : userId !== null ? { userId } : { provider };
  return send('PUT', PATH, { ...scope, ...budget });
}

import type { FormEvent, ReactElement } from 'react';
import { Alert, Button, Combobox, Field, Stack } from '@grafana/ui';
import type { BudgetsAnswer } from '../../../exporter/src/contract/budgets.ts';
import { COST_PROVIDERS } from '../../../exporter/src/contract/providers.ts';
import { faultOfPositive, parseAmount } from '../shared/amount.ts';
import { money } from '../shared/format.ts';
import { AmountBox, amountError, TextBox } from '../shared/inputs.tsx';
import { fieldMessage, ProblemAlert } from '../shared/problem-alert.tsx';
import { text } from '../shared/translations.ts';
import { useDraft } from '../shared/use-draft.ts';
import { useSubmission } from '../shared/use-request.ts';
import { budgetKey, budgetName, type BudgetScope } from './budget-name.ts';
import { putBudget, type MonthlyBudgets } from './budgets-api.ts';
import { parseThresholds } from './thresholds.ts';

const EMPTY = { amount: '', thresholds: '' };
const CUSTOMER = 'customer:';
const USER = 'user:';

/** Sets the monthly budget of a provider, of all, of a customer or a user; shows where the running month stands. */
export function BudgetForm({
  scope,
  onScope,
  known,
  onStored,
}: {
  readonly scope: BudgetScope;
  readonly onScope: (scope: BudgetScope) => void;
  readonly known: MonthlyBudgets;
  readonly onStored: (message: string) => void;
}): ReactElement {
  const [draft, change, clearDraft] = useDraft('budget', EMPTY);
  const { busy, problem, submit, clear } = useSubmission<BudgetsAnswer>();
  const amount = parseAmount(draft.amount);
  const fault = faultOfPositive(amount);
  const usable = amount.ok && fault === undefined ? amount.value : undefined;
  const thresholds = parseThresholds(draft.thresholds);
  const isReady = usable !== undefined && thresholds !== undefined && scope.customer !== '' && scope.userId !== '';
  const update = (apply: () => void) => {
    clear();
    apply();
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (usable === undefined || thresholds === undefined || !isReady) return;
    submit(
      () => putBudget(scope, { monthUsd: usable, ...(thresholds.length === 0 ? {} : { thresholds }) }),
      ({ warnings = [] }) => {
        clearDraft();
        const stored = text('budgets.stored', { what: budgetName(scope), amount: money(usable) });
        onStored([stored, ...warnings].join(' '));
      },
    );
  };
  return (
    <form onSubmit={save} aria-label={text('budgets.form-title')} data-testid="budget-form">
      <Stack direction="row" gap={2} wrap="wrap" alignItems="flex-start">
        <ScopeFields scope={scope} known={known} problem={problem} onScope={(next) => update(() => onScope(next))} />
        <AmountBox
          label={text('budgets.amount')}
          prefix="$"
          required
          value={draft.amount}
          error={fieldMessage(problem, 'monthUsd', amountError(fault))}
          onChange={(value) => update(() => change({ amount: value }))}
        />
        <TextBox
          label={text('budgets.thresholds')}
          help={text('budgets.thresholds-help')}
          placeholder="50, 80"
          value={draft.thresholds}
          error={fieldMessage(
            problem,
            'thresholds',
            thresholds === undefined ? text('budgets.thresholds-invalid') : undefined,
          )}
          onChange={(value) => update(() => change({ thresholds: value }))}
        />
      </Stack>
      <Standing known={known} scope={scope} budget={usable} />
      <ProblemAlert problem={problem} shown={['provider', 'customer', 'userId', 'monthUsd', 'thresholds']} />
      <Button type="submit" disabled={busy || !isReady}>
        {text(busy ? 'entry.saving' : 'budgets.save')}
      </Button>
    </form>
  );
}

function ScopeFields({
  scope,
  known,
  problem,
  onScope,
}: {
  readonly scope: BudgetScope;
  readonly known: MonthlyBudgets;
  readonly problem: Parameters<typeof fieldMessage>[0];
  readonly onScope: (scope: BudgetScope) => void;
}): ReactElement {
  const { provider, customer, userId } = scope;
  const names = new Set(['all', ...COST_PROVIDERS, ...known.forecast.map((row) => row.provider)]);
  return (
    <>
      <Field label={text('budgets.provider')} htmlFor="budget-provider" error={fieldMessage(problem, 'provider')}>
        <Combobox
          id="budget-provider"
          width={32}
          options={[
            ...[...names].map((value) => ({
              value,
              label: budgetName({ provider: value, customer: null, userId: null }),
            })),
            { value: CUSTOMER, label: text('budgets.customer') },
            { value: USER, label: text('budgets.user') },
          ]}
          value={provider ?? (customer === null ? USER : CUSTOMER)}
          onChange={({ value }) =>
            onScope({
              provider: value === CUSTOMER || value === USER ? null : value,
              customer: value === CUSTOMER ? '' : null,
              userId: value === USER ? '' : null,
            })
          }
        />
      </Field>
      {customer !== null && (
        <TextBox
          label={text('customers.customer')}
          help={text('customers.customer-help')}
          required
          value={customer}
          error={fieldMessage(problem, 'customer')}
          onChange={(value) => onScope({ provider: null, customer: value.trim(), userId: null })}
        />
      )}
      {userId !== null && (
        <TextBox
          label={text('customers.user')}
          help={text('customers.user-help')}
          required
          value={userId}
          error={fieldMessage(problem, 'userId')}
          onChange={(value) => onScope({ provider: null, customer: null, userId: value.trim() })}
        />
      )}
    </>
  );
}

/** Before it is saved: what the month costs so far and is expected to cost, against the amount typed. */
function Standing({
  known,
  scope,
  budget,
}: {
  readonly known: MonthlyBudgets;
  readonly scope: BudgetScope;
  readonly budget: string | undefined;
}): ReactElement {
  const forecast = known.forecast.find((entry) => entry.provider === scope.provider);
  const standing = known.standing.find((entry) => budgetKey(entry) === budgetKey(scope));
  const soFar = forecast?.monthToDateUsd ?? standing?.spentUsd ?? null;
  const expected = forecast?.forecastMonthUsd ?? standing?.forecastMonthUsd ?? null;
  const passes = budget !== undefined && expected !== null && Number(expected) > Number(budget);
  const isShown = forecast !== undefined || standing !== undefined;
  return (
    <div aria-live="polite" data-testid="standing">
      {isShown && <p>{text('budgets.standing', { soFar: money(soFar), expected: money(expected) })}</p>}
      {!isShown && scope.provider !== null && <p>{text('budgets.no-cost')}</p>}
      {passes && <Alert severity="warning" title={text('budgets.would-pass', { amount: money(budget) })} />}
    </div>
  );
}

import { useState, type FormEvent, type ReactElement } from 'react';
import { Alert, Button, Combobox, Field, Stack } from '@grafana/ui';
import type { BudgetsAnswer } from '../../../exporter/src/contract/budgets.ts';
import { COST_PROVIDERS } from '../../../exporter/src/contract/providers.ts';
import { parseAmount } from '../shared/amount.ts';
import { money } from '../shared/format.ts';
import { AmountBox, amountError } from '../shared/inputs.tsx';
import { fieldMessage, ProblemAlert } from '../shared/problem-alert.tsx';
import { text } from '../shared/translations.ts';
import { useSubmission } from '../shared/use-request.ts';
import { budgetName } from './budget-name.ts';
import { putBudget, type MonthlyBudgets } from './budgets-api.ts';

/** Sets the monthly budget of a provider, or of all; shows where the running month stands against it. */
export function BudgetForm({
  provider,
  onProvider,
  known,
  onStored,
}: {
  readonly provider: string;
  readonly onProvider: (provider: string) => void;
  readonly known: MonthlyBudgets;
  readonly onStored: (message: string) => void;
}): ReactElement {
  const [typed, setTyped] = useState('');
  const { busy, problem, submit, clear } = useSubmission<BudgetsAnswer>();
  const amount = parseAmount(typed);
  const usable = amount.ok && Number(amount.value) > 0 ? amount.value : undefined;
  const names = new Set(['all', ...COST_PROVIDERS, ...known.forecast.map((row) => row.provider)]);
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (usable === undefined) return;
    submit(
      () => putBudget({ provider, monthUsd: usable }),
      () => {
        setTyped('');
        onStored(text('budgets.stored', { what: budgetName(provider), amount: money(usable) }));
      },
    );
  };
  return (
    <form onSubmit={save} aria-label={text('budgets.form-title')} data-testid="budget-form">
      <Stack direction="row" gap={2} wrap="wrap" alignItems="flex-start">
        <Field label={text('budgets.provider')} htmlFor="budget-provider" error={fieldMessage(problem, 'provider')}>
          <Combobox
            id="budget-provider"
            width={32}
            options={[...names].map((value) => ({ value, label: budgetName(value) }))}
            value={provider}
            onChange={({ value }) => {
              clear();
              onProvider(value);
            }}
          />
        </Field>
        <AmountBox
          label={text('budgets.amount')}
          prefix="$"
          required
          value={typed}
          error={fieldMessage(problem, 'monthUsd', amount.ok ? undefined : amountError(amount.reason))}
          onChange={(value) => {
            clear();
            setTyped(value);
          }}
        />
      </Stack>
      <Standing known={known} provider={provider} budget={usable} />
      <ProblemAlert problem={problem} shown={['provider', 'monthUsd']} />
      <Button type="submit" disabled={busy || usable === undefined}>
        {text(busy ? 'entry.saving' : 'budgets.save')}
      </Button>
    </form>
  );
}

/** Before it is saved: what the month costs so far and is expected to cost, against the amount typed. */
function Standing({
  known,
  provider,
  budget,
}: {
  readonly known: MonthlyBudgets;
  readonly provider: string;
  readonly budget: string | undefined;
}): ReactElement {
  const row = known.forecast.find((entry) => entry.provider === provider);
  const values = { soFar: money(row?.monthToDateUsd ?? null), expected: money(row?.forecastMonthUsd ?? null) };
  const passes = budget !== undefined && row?.forecastMonthUsd != null && Number(row.forecastMonthUsd) > Number(budget);
  return (
    <div aria-live="polite" data-testid="standing">
      {row === undefined ? <p>{text('budgets.no-cost')}</p> : <p>{text('budgets.standing', values)}</p>}
      {passes && <Alert severity="warning" title={text('budgets.would-pass', { amount: money(budget) })} />}
    </div>
  );
}

import type { ReactElement } from 'react';
import { Badge, Button, Stack } from '@grafana/ui';
import type { ForecastRow } from '../../../exporter/src/contract/answers.ts';
import type { BudgetRow, BudgetsAnswer } from '../../../exporter/src/contract/budgets.ts';
import { dayName, money, timeName } from '../shared/format.ts';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import { Table } from '../shared/table.tsx';
import { TakeAwayButton } from '../shared/take-away-button.tsx';
import { text } from '../shared/translations.ts';
import { useSubmission } from '../shared/use-request.ts';
import { budgetName } from './budget-name.ts';
import { putBudget, type MonthlyBudgets } from './budgets-api.ts';

/** Budgets in force with the running month beside them. */
export function BudgetsTable({
  known,
  onChange,
  onStored,
}: {
  readonly known: MonthlyBudgets;
  readonly onChange: (provider: string) => void;
  readonly onStored: (message: string) => void;
}): ReactElement {
  const { busy, problem, submit } = useSubmission<BudgetsAnswer>();
  const standing = (row: BudgetRow): ForecastRow | undefined =>
    known.forecast.find(({ provider }) => provider === row.provider);
  const takeAway = ({ provider }: BudgetRow) =>
    submit(
      () => putBudget({ provider, monthUsd: null }),
      () => onStored(text('budgets.taken-away', { what: budgetName(provider) })),
    );
  return (
    <>
      <ProblemAlert problem={problem} />
      <Table
        name="budgets"
        label={text('budgets.title')}
        empty={text('budgets.none')}
        rows={known.budgets.filter(({ monthUsd }) => monthUsd !== null)}
        keyOf={(row) => row.provider}
        columns={[
          { title: text('budgets.provider'), cell: (row) => budgetName(row.provider) },
          { title: text('budgets.amount'), kind: 'number', cell: (row) => money(row.monthUsd) },
          {
            title: text('budgets.so-far'),
            kind: 'number',
            cell: (row) => money(standing(row)?.monthToDateUsd ?? null),
          },
          {
            title: text('budgets.expected'),
            kind: 'number',
            cell: (row) => money(standing(row)?.forecastMonthUsd ?? null),
          },
          { title: text('budgets.state'), cell: (row) => <State row={standing(row)} /> },
          {
            title: text('history.actions'),
            kind: 'actions',
            cell: (row) => (
              <Stack gap={1} wrap="nowrap">
                <Button size="sm" variant="secondary" onClick={() => onChange(row.provider)}>
                  {text('budgets.change')}
                </Button>
                <TakeAwayButton disabled={busy} onConfirm={() => takeAway(row)} />
              </Stack>
            ),
          },
        ]}
      />
    </>
  );
}

function State({ row }: { readonly row: ForecastRow | undefined }): ReactElement {
  if (row?.monthToDateUsd == null || row.budgetMonthUsd === null)
    return <Badge color="darkgrey" text={text('budgets.unknown')} />;
  if (row.budgetPassedOn === null) return <Badge color="green" text={text('budgets.within')} />;
  const passed = Number(row.monthToDateUsd) > Number(row.budgetMonthUsd);
  return (
    <Badge
      color={passed ? 'red' : 'orange'}
      text={text(passed ? 'budgets.passed' : 'budgets.will-pass', { day: dayName(row.budgetPassedOn) })}
    />
  );
}

/** Every version, newest first. */
export function BudgetHistory({ rows }: { readonly rows: readonly BudgetRow[] }): ReactElement {
  return (
    <Table
      name="budget-history"
      label={text('budgets.history')}
      empty={text('budgets.none')}
      rows={rows}
      keyOf={(row) => `${row.source}-${row.id}`}
      columns={[
        { title: text('budgets.provider'), cell: (row) => budgetName(row.provider) },
        {
          title: text('budgets.amount'),
          kind: 'number',
          cell: (row) => (row.monthUsd === null ? text('budgets.away') : money(row.monthUsd)),
        },
        { title: text('budgets.since'), kind: 'day', cell: (row) => timeName(row.validFrom) },
        {
          title: text('history.author'),
          cell: (row) => (row.source === 'settings' ? 'BUDGETS_USD' : (row.createdBy ?? '–')),
        },
      ]}
    />
  );
}

import type { ReactElement } from 'react';
import { Badge, Button, Stack } from '@grafana/ui';
import type {
  BudgetRow,
  BudgetsAnswer,
  BudgetStandingRow,
  BudgetThreshold,
} from '../../../exporter/src/contract/budgets.ts';
import { dayName, money, timeName } from '../shared/format.ts';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import { Table } from '../shared/table.tsx';
import { TakeAwayButton } from '../shared/take-away-button.tsx';
import { text } from '../shared/translations.ts';
import { useSubmission } from '../shared/use-request.ts';
import { budgetKey, budgetName, type BudgetScope } from './budget-name.ts';
import { putBudget, type MonthlyBudgets } from './budgets-api.ts';

/** Budgets in force with the running month beside them. */
export function BudgetsTable({
  known,
  onChange,
  onStored,
}: {
  readonly known: MonthlyBudgets;
  readonly onChange: (scope: BudgetScope) => void;
  readonly onStored: (message: string) => void;
}): ReactElement {
  const { busy, problem, submit } = useSubmission<BudgetsAnswer>();
  const takeAway = (row: BudgetStandingRow) =>
    submit(
      () => putBudget(row, { monthUsd: null }),
      () => onStored(text('budgets.taken-away', { what: budgetName(row, row.name) })),
    );
  return (
    <>
      <ProblemAlert problem={problem} />
      <Table
        name="budgets"
        label={text('budgets.title')}
        empty={text('budgets.none')}
        rows={known.standing}
        keyOf={budgetKey}
        columns={[
          { title: text('budgets.provider'), cell: (row) => budgetName(row, row.name) },
          { title: text('budgets.amount'), kind: 'number', cell: (row) => money(row.monthUsd) },
          { title: text('budgets.so-far'), kind: 'number', cell: spentText },
          { title: text('budgets.expected'), kind: 'number', cell: (row) => money(row.forecastMonthUsd) },
          {
            title: text('budgets.state'),
            cell: ({ thresholds }) => (
              <Stack direction="column" gap={0.5}>
                {thresholds.map((one) => (
                  <State key={one.percent} threshold={one} isOnly={thresholds.length === 1} />
                ))}
              </Stack>
            ),
          },
          {
            title: text('history.actions'),
            kind: 'actions',
            cell: (row) => (
              <Stack gap={1} wrap="nowrap">
                <Button size="sm" variant="secondary" onClick={() => onChange(row)}>
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

/** A cost that is partly unknown is a lower bound. */
function spentText({ spentUsd, isAtLeast }: BudgetStandingRow): string {
  const spent = money(spentUsd);
  return spentUsd !== null && isAtLeast ? text('budgets.at-least', { amount: spent }) : spent;
}

const STATES = {
  passed: { colour: 'red', key: 'budgets.passed' },
  expected: { colour: 'orange', key: 'budgets.will-pass' },
  within: { colour: 'green', key: 'budgets.within' },
  unknown: { colour: 'blue', key: 'budgets.unknown' },
} as const;

function State({
  threshold: { percent, passedOn, state },
  isOnly,
}: {
  readonly threshold: BudgetThreshold;
  readonly isOnly: boolean;
}): ReactElement {
  const { colour, key } = STATES[state];
  const what = text(key, { day: passedOn === null ? '' : dayName(passedOn) });
  // A threshold below the whole is a notice, not a passed budget.
  const shown = state === 'passed' && percent < 100 ? 'orange' : colour;
  return <Badge color={shown} text={isOnly ? what : text('budgets.threshold-state', { percent, state: what })} />;
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
        { title: text('budgets.provider'), cell: (row) => budgetName(row) },
        {
          title: text('budgets.amount'),
          kind: 'number',
          cell: (row) => (row.monthUsd === null ? text('budgets.away') : money(row.monthUsd)),
        },
        {
          title: text('budgets.thresholds'),
          cell: (row) => row.thresholds.map((percent) => `${percent} %`).join(', '),
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

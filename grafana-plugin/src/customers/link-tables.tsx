import type { ReactElement } from 'react';
import { Button } from '@grafana/ui';
import type {
  CustomerUserRow,
  CustomerUserStoredAnswer,
  UnlinkedAnswer,
} from '../../../exporter/src/contract/reference-data.ts';
import { count, money, timeName } from '../shared/format.ts';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import { Table } from '../shared/table.tsx';
import { TakeAwayButton } from '../shared/take-away-button.tsx';
import { text } from '../shared/translations.ts';
import { useSubmission } from '../shared/use-request.ts';
import { putLink } from './customers-api.ts';
import { periodName } from './link-form.tsx';

/** Users with usage that no customer pays for, most expensive first. */
export function UnlinkedUsers({
  rows,
  onLink,
}: {
  readonly rows: UnlinkedAnswer['users'];
  readonly onLink: (userId: string) => void;
}): ReactElement {
  return (
    <Table
      name="unlinked-users"
      label={text('customers.unlinked-users')}
      empty={text('customers.all-linked')}
      rows={rows}
      keyOf={(row) => row.userId}
      columns={[
        { title: text('customers.user'), cell: (row) => row.userId },
        { title: text('customers.cost'), kind: 'number', cell: (row) => money(row.costUsd) },
        { title: text('customers.unpriced'), kind: 'number', cell: (row) => count(row.unpricedTokens) },
        {
          title: text('history.actions'),
          kind: 'actions',
          cell: (row) => <LinkButton what={row.userId} onClick={() => onLink(row.userId)} />,
        },
      ]}
    />
  );
}

/** Customers with revenue that no user is linked to, highest revenue first. */
export function UnlinkedCustomers({
  rows,
  onLink,
}: {
  readonly rows: UnlinkedAnswer['customers'];
  readonly onLink: (customer: string) => void;
}): ReactElement {
  return (
    <Table
      name="unlinked-customers"
      label={text('customers.unlinked-customers')}
      empty={text('customers.all-linked')}
      rows={rows}
      keyOf={(row) => row.customer}
      columns={[
        { title: text('customers.customer'), cell: customerText },
        { title: text('customers.email'), cell: (row) => row.email ?? '–' },
        { title: text('customers.revenue'), kind: 'number', cell: (row) => money(row.revenueUsd) },
        {
          title: text('history.actions'),
          kind: 'actions',
          cell: (row) => <LinkButton what={row.customer} onClick={() => onLink(row.customer)} />,
        },
      ]}
    />
  );
}

function LinkButton({ what, onClick }: { readonly what: string; readonly onClick: () => void }): ReactElement {
  return (
    <Button size="sm" variant="secondary" aria-label={text('customers.link-of', { what })} onClick={onClick}>
      {text('customers.link')}
    </Button>
  );
}

/** Every link with its days; taking one away leaves all other days as they are. */
export function LinkTable({
  rows,
  onStored,
}: {
  readonly rows: readonly CustomerUserRow[];
  readonly onStored: (message: string) => void;
}): ReactElement {
  const { busy, problem, submit } = useSubmission<CustomerUserStoredAnswer>();
  const takeAway = ({ userId, customer, validFrom, validTo }: CustomerUserRow) =>
    submit(
      () => putLink({ userId, customer: null, validFrom, validTo }),
      () => onStored(text('customers.taken-away', { user: userId, customer })),
    );
  return (
    <>
      <ProblemAlert problem={problem} />
      <Table
        name="links"
        label={text('customers.title')}
        empty={text('customers.none')}
        rows={rows}
        keyOf={(row) => `${row.userId}-${row.validFrom ?? 'ever'}`}
        columns={[
          { title: text('customers.customer'), cell: customerText },
          { title: text('customers.user'), cell: (row) => row.userId },
          { title: text('prices.days'), kind: 'day', cell: periodName },
          { title: text('history.author'), cell: (row) => `${row.createdBy ?? '–'} · ${timeName(row.createdAt)}` },
          {
            title: text('history.actions'),
            kind: 'actions',
            cell: (row) => <TakeAwayButton disabled={busy} onConfirm={() => takeAway(row)} />,
          },
        ]}
      />
    </>
  );
}

/** The name with the id, which the form above takes. */
function customerText({ customer, name }: { readonly customer: string; readonly name: string }): string {
  return name === customer ? customer : `${name} (${customer})`;
}

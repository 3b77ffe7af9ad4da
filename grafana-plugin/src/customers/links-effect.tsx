import type { ReactElement } from 'react';
import type { LinksEffectRow, LinksStoredAnswer } from '../../../exporter/src/contract/reference-data.ts';
import { money } from '../shared/format.ts';
import { Table } from '../shared/table.tsx';
import { text } from '../shared/translations.ts';

/** The rows of margin by customer that links would change. */
export function LinksEffect({ answer }: { readonly answer: LinksStoredAnswer }): ReactElement {
  return (
    <Table
      name="links-preview"
      label={text('customers.effect-title')}
      empty={text('customers.effect-none')}
      rows={answer.data}
      keyOf={(row) => row.customer ?? row.kind}
      columns={[
        { title: text('customers.customer'), cell: nameOf },
        { title: text('customers.before'), kind: 'number', cell: (row) => money(row.llmCostBeforeUsd) },
        { title: text('customers.after'), kind: 'number', cell: (row) => money(row.llmCostAfterUsd) },
        { title: text('customers.margin-before'), kind: 'number', cell: (row) => money(row.marginBeforeUsd) },
        { title: text('customers.margin-after'), kind: 'number', cell: (row) => money(row.marginAfterUsd) },
      ]}
    />
  );
}

function nameOf({ kind, customer, name }: LinksEffectRow): string {
  return customer === null ? text(`customers.${kind}`) : (name ?? customer);
}

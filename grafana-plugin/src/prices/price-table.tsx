import type { ReactElement } from 'react';
import { Badge, Button } from '@grafana/ui';
import type { LlmPriceRow } from '../../../exporter/src/contract/reference-data.ts';
import { today } from '../shared/days.ts';
import { dayName, daysName, timeName } from '../shared/format.ts';
import { Table } from '../shared/table.tsx';
import { text } from '../shared/translations.ts';

const cache = ({ cacheReadUsdPerMillion, cacheWriteUsdPerMillion }: LlmPriceRow): string =>
  `${cacheReadUsdPerMillion ?? '–'} · ${cacheWriteUsdPerMillion ?? '–'}`;

function days({ validFrom, validTo }: LlmPriceRow): string {
  return validTo === null ? text('prices.open', { from: dayName(validFrom) }) : daysName(validFrom, validTo);
}

function State({ row }: { readonly row: LlmPriceRow }): ReactElement {
  if (row.withdrawnAt !== null) return <Badge color="red" text={text('prices.replaced')} />;
  const now = today();
  if (row.validFrom > now) return <Badge color="blue" text={text('prices.to-come')} />;
  const over = row.validTo !== null && row.validTo <= now;
  return <Badge color={over ? 'darkgrey' : 'green'} text={text(over ? 'prices.over' : 'prices.in-force')} />;
}

/** Every contract price, those that count no longer included. */
export function PriceTable({
  rows,
  onReplace,
}: {
  readonly rows: readonly LlmPriceRow[];
  readonly onReplace: (row: LlmPriceRow) => void;
}): ReactElement {
  return (
    <Table
      name="prices"
      label={text('prices.title')}
      empty={text('prices.none')}
      rows={rows}
      keyOf={(row) => row.id}
      columns={[
        { title: text('prices.provider'), cell: (row) => row.provider },
        { title: text('prices.model'), cell: (row) => row.model },
        { title: text('prices.days'), kind: 'day', cell: days },
        { title: text('prices.input'), kind: 'number', cell: (row) => row.inputUsdPerMillion },
        { title: text('prices.output'), kind: 'number', cell: (row) => row.outputUsdPerMillion },
        { title: text('prices.cache'), kind: 'number', cell: cache },
        { title: text('history.state'), cell: (row) => <State row={row} /> },
        {
          title: text('history.author'),
          cell: (row) => `${row.createdBy ?? '–'} · ${timeName(row.createdAt)}`,
        },
        {
          title: text('history.actions'),
          kind: 'actions',
          cell: (row) =>
            row.withdrawnAt === null && (
              <Button size="sm" variant="secondary" onClick={() => onReplace(row)}>
                {text('history.correct')}
              </Button>
            ),
        },
      ]}
    />
  );
}

import type { ReactElement } from 'react';
import { useStyles2 } from '@grafana/ui';
import { PROVIDERS } from '../../../exporter/src/contract/providers.ts';
import type { CollectorStatusRow } from '../../../exporter/src/contract/sync-answers.ts';
import { dayName, timeName } from '../shared/format.ts';
import { Table } from '../shared/table.tsx';
import { tableStyles } from '../shared/table-style.ts';
import { text } from '../shared/translations.ts';
import { OutcomeBadge } from './outcome-badge.tsx';

const when = (time: string | null): string => (time === null ? '–' : timeName(time));

/** One row a provider: what is missing, how the last run ended, how fresh its figures are. */
export function CollectorTable({ rows }: { readonly rows: readonly CollectorStatusRow[] }): ReactElement {
  return (
    <Table
      name="collectors"
      label={text('setup.title')}
      empty=""
      rows={rows}
      keyOf={(row) => row.collector}
      columns={[
        { title: text('entry.provider'), kind: 'day', cell: (row) => PROVIDERS[row.collector].title },
        {
          title: text('setup.last-run'),
          cell: (row) => (
            <>
              <OutcomeBadge outcome={row.outcome} reason={row.reason} />
              <div>{when(row.finishedAt)}</div>
            </>
          ),
        },
        { title: text('setup.message'), cell: (row) => <WhatToDo row={row} /> },
        {
          title: text('setup.data-day'),
          kind: 'day',
          cell: (row) => (row.dataDay === null ? '–' : dayName(row.dataDay)),
        },
        { title: text('setup.next-run'), kind: 'day', cell: (row) => when(row.nextRunAt) },
        {
          title: text('setup.help'),
          cell: (row) => <code>{PROVIDERS[row.collector].docs}</code>,
        },
      ]}
    />
  );
}

/** The setting that is missing, else the message of the last run, and its warnings. */
function WhatToDo({ row }: { readonly row: CollectorStatusRow }): ReactElement {
  const styles = useStyles2(tableStyles);
  const first = row.settingsMessage ?? row.message;
  return (
    <div className={styles.notes}>
      {first !== null && <p>{first}</p>}
      {row.history !== null && row.history.percent < 100 && (
        <p>
          {row.history.runsLeft === null
            ? text('setup.history', { percent: row.history.percent })
            : text('setup.history-left', { percent: row.history.percent, count: row.history.runsLeft })}
        </p>
      )}
      {row.warnings.map(({ code, message }) => (
        <p key={code + message}>{message}</p>
      ))}
      {first === null && row.warnings.length === 0 && <p>{text('setup.fine')}</p>}
    </div>
  );
}

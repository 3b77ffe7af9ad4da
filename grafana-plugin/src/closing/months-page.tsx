import { useState, type ReactElement } from 'react';
import { Button } from '@grafana/ui';
import { Done } from '../shared/done.tsx';
import { monthName, timeName } from '../shared/format.ts';
import { LoadedPart } from '../shared/loaded-part.tsx';
import { Section, Sections } from '../shared/section.tsx';
import { Table } from '../shared/table.tsx';
import { text } from '../shared/translations.ts';
import { usePage } from '../shared/use-page.ts';
import { ChangesPart } from './changes-part.tsx';
import { ClosingPart } from './closing-part.tsx';
import { months, type MonthRow } from './months-api.ts';
import { ReopenPart } from './reopen-part.tsx';

interface Chosen {
  readonly month: string;
  readonly what: 'close' | 'changes' | 'reopen';
}

/** Months and whether they are closed: preview and close one, see what has changed since, open it again. */
export function MonthsPage(): ReactElement {
  const page = usePage('months', months);
  const [chosen, setChosen] = useState<Chosen>();
  const stored = (message: string): void => {
    setChosen(undefined);
    page.stored(message);
  };
  return (
    <Sections name="months-page">
      <Done message={page.done} onClose={() => page.setDone('')} />
      {chosen?.what === 'close' && <ClosingPart key={chosen.month} month={chosen.month} onStored={stored} />}
      {chosen?.what === 'changes' && <ChangesPart key={chosen.month} month={chosen.month} />}
      {chosen?.what === 'reopen' && <ReopenPart key={chosen.month} month={chosen.month} onStored={stored} />}
      <LoadedPart loaded={page.loaded} onRetry={page.reload}>
        {({ data }) => (
          <Section title={text('closing.title')} about={text('closing.about')}>
            <MonthsTable rows={data} onChoose={setChosen} />
          </Section>
        )}
      </LoadedPart>
    </Sections>
  );
}

function MonthsTable({
  rows,
  onChoose,
}: {
  readonly rows: readonly MonthRow[];
  readonly onChoose: (chosen: Chosen) => void;
}): ReactElement {
  return (
    <Table
      name="months"
      label={text('closing.title')}
      empty={text('closing.none')}
      rows={rows}
      keyOf={({ month }) => month}
      columns={[
        { title: text('closing.month'), cell: ({ month }) => monthName(month) },
        { title: text('closing.state'), cell: ({ state }) => text(`closing.${state}`) },
        { title: text('closing.at'), kind: 'day', cell: ({ at }) => (at === null ? '–' : timeName(at)) },
        {
          title: text('history.actions'),
          kind: 'actions',
          cell: (row) => <Actions row={row} onChoose={onChoose} />,
        },
      ]}
    />
  );
}

function Actions({
  row: { month, state },
  onChoose,
}: {
  readonly row: MonthRow;
  readonly onChoose: (chosen: Chosen) => void;
}): ReactElement {
  const button = (what: Chosen['what']): ReactElement => (
    <Button
      size="sm"
      variant="secondary"
      aria-label={text(`closing.${what}-of`, { month: monthName(month) })}
      onClick={() => onChoose({ month, what })}
    >
      {text(`closing.${what}`)}
    </Button>
  );
  if (state === 'running') return <>–</>;
  return state === 'closed' ? (
    <>
      {button('changes')} {button('reopen')}
    </>
  ) : (
    button('close')
  );
}

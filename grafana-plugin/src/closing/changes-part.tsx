import type { ReactElement } from 'react';
import type { MonthChange } from '../../../exporter/src/contract/months.ts';
import { money, monthName, providerName, timeName } from '../shared/format.ts';
import { LoadedPart } from '../shared/loaded-part.tsx';
import { Section } from '../shared/section.tsx';
import { Table } from '../shared/table.tsx';
import { text } from '../shared/translations.ts';
import { usePage } from '../shared/use-page.ts';
import { monthChanges } from './months-api.ts';

/** What has changed since a month was closed: each figure, then each change. */
export function ChangesPart({ month }: { readonly month: string }): ReactElement {
  const page = usePage(`changes-${month}`, () => monthChanges(month));
  return (
    <Section title={text('closing.changes-of', { month: monthName(month) })} about={text('closing.changes-about')}>
      <LoadedPart loaded={page.loaded} onRetry={page.reload}>
        {({ figures, changes }) => (
          <>
            {changes.length > 0 && (
              <Table
                name="figures"
                label={text('closing.figures')}
                empty=""
                rows={figures.filter(({ beforeUsd, afterUsd }) => beforeUsd !== afterUsd)}
                keyOf={({ figure }) => figure}
                columns={[
                  { title: text('closing.figure'), cell: ({ figure }) => text(`closing.figure-${figure}`) },
                  { title: text('closing.before'), kind: 'number', cell: (row) => money(row.beforeUsd) },
                  { title: text('closing.now'), kind: 'number', cell: (row) => money(row.afterUsd) },
                  { title: text('closing.difference'), kind: 'number', cell: (row) => money(row.differenceUsd) },
                ]}
              />
            )}
            <Table
              name="changes"
              label={text('closing.changes')}
              empty={text('closing.unchanged')}
              rows={changes}
              keyOf={({ key }) => key}
              columns={[
                { title: text('closing.figure'), cell: ({ figure }) => text(`closing.figure-${figure}`) },
                { title: text('closing.change'), cell: (row) => text(`closing.cause-${row.cause}`) },
                { title: text('closing.subject'), cell: subjectOf },
                { title: text('closing.difference'), kind: 'number', cell: (row) => money(row.differenceUsd) },
                { title: text('history.author'), cell: authorOf },
              ]}
            />
          </>
        )}
      </LoadedPart>
    </Section>
  );
}

function subjectOf({ provider, component, invoiceNumber }: MonthChange): string {
  return [provider === null ? null : providerName(provider), component === 'all' ? null : component, invoiceNumber]
    .filter((part) => part !== null)
    .join(', ');
}

function authorOf({ at, by, reason }: MonthChange): string {
  return [by, at === null ? null : timeName(at), reason].filter((part) => part !== null).join(', ') || '–';
}

import type { ReactElement } from 'react';
import { Alert } from '@grafana/ui';
import type { FxRateRow } from '../../../exporter/src/contract/reference-data.ts';
import { Done } from '../shared/done.tsx';
import { dayName, timeName } from '../shared/format.ts';
import { LoadedPart } from '../shared/loaded-part.tsx';
import { Section, Sections } from '../shared/section.tsx';
import { Table } from '../shared/table.tsx';
import { text } from '../shared/translations.ts';
import { usePage } from '../shared/use-page.ts';
import { RateForm } from './rate-form.tsx';
import { rates } from './rates-api.ts';

/** Exchange rates: what is unconverted, store a rate, every stored one with its source. */
export function RatesPage(): ReactElement {
  const page = usePage('rates', rates);
  return (
    <Sections name="rates-page">
      <Done message={page.done} onClose={() => page.setDone('')} />
      <LoadedPart loaded={page.loaded} onRetry={page.reload}>
        {(answer) => (
          <>
            {answer.unconverted.map((message) => (
              <Alert key={message} severity="warning" title={message} />
            ))}
            <Section title={text('rates.form-title')} about={text('rates.form-about')}>
              <RateForm known={answer.rates} onStored={page.stored} />
            </Section>
            <Section title={text('rates.title')} about={text('rates.about')}>
              <RatesTable rows={answer.rates} />
            </Section>
          </>
        )}
      </LoadedPart>
    </Sections>
  );
}

function RatesTable({ rows }: { readonly rows: readonly FxRateRow[] }): ReactElement {
  return (
    <Table
      name="rates"
      label={text('rates.title')}
      empty={text('rates.none')}
      rows={rows}
      keyOf={(row) => `${row.currency}-${row.day}-${row.createdBy ?? ''}`}
      columns={[
        { title: text('rates.currency'), cell: (row) => row.currency },
        { title: text('rates.day'), kind: 'day', cell: (row) => dayName(row.day) },
        { title: text('rates.rate'), kind: 'number', cell: (row) => row.usdRate },
        { title: text('history.author'), cell: (row) => row.createdBy ?? '–' },
        { title: text('rates.stored-at'), kind: 'day', cell: (row) => timeName(row.createdAt) },
      ]}
    />
  );
}

import type { ReactElement } from 'react';
import { Alert, Button } from '@grafana/ui';
import type { MonthPreviewAnswer } from '../../../exporter/src/contract/months.ts';
import { dayName, money, monthName, providerName } from '../shared/format.ts';
import { LoadedPart } from '../shared/loaded-part.tsx';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import { Section } from '../shared/section.tsx';
import { Table } from '../shared/table.tsx';
import { text } from '../shared/translations.ts';
import { usePage } from '../shared/use-page.ts';
import { useSubmission } from '../shared/use-request.ts';
import { closeMonth, previewClosing } from './months-api.ts';

/** The statement that closing would freeze, and the button that freezes exactly it. */
export function ClosingPart({
  month,
  onStored,
}: {
  readonly month: string;
  readonly onStored: (message: string) => void;
}): ReactElement {
  const page = usePage(`preview-${month}`, () => previewClosing(month));
  const { busy, problem, submit } = useSubmission();
  const name = monthName(month);
  return (
    <Section title={text('closing.preview', { month: name })} about={text('closing.preview-about')}>
      <LoadedPart loaded={page.loaded} onRetry={page.reload}>
        {(preview) => (
          <>
            <Figures preview={preview} />
            <Gaps preview={preview} />
            <Button
              disabled={busy}
              onClick={() =>
                submit(
                  () => closeMonth(preview),
                  () => onStored(text('closing.done', { month: name })),
                )
              }
            >
              {text('closing.close-now', { month: name })}
            </Button>
            {problem !== undefined && (
              <Button variant="secondary" onClick={page.reload}>
                {text('closing.look-again')}
              </Button>
            )}
          </>
        )}
      </LoadedPart>
      <ProblemAlert problem={problem} />
    </Section>
  );
}

function Figures({ preview }: { readonly preview: MonthPreviewAnswer }): ReactElement {
  const { figures } = preview.statement;
  const rows = [
    { figure: 'revenue', amount: figures.revenueUsd },
    { figure: 'llm', amount: figures.llmCostUsd },
    { figure: 'infrastructure', amount: figures.infrastructureCostUsd },
    { figure: 'fees', amount: figures.paymentFeesUsd },
    { figure: 'margin', amount: figures.netMarginUsd },
  ] as const;
  return (
    <Table
      name="preview"
      label={text('closing.figures')}
      empty=""
      rows={rows}
      keyOf={({ figure }) => figure}
      columns={[
        { title: text('closing.figure'), cell: ({ figure }) => text(`closing.figure-${figure}`) },
        { title: text('history.amount'), kind: 'number', cell: ({ amount }) => money(amount) },
      ]}
    />
  );
}

/** What is frozen as missing: shown before, so that nobody closes it unseen. */
function Gaps({ preview }: { readonly preview: MonthPreviewAnswer }): ReactElement {
  const { missingInvoices, warnings, complete, to } = preview.statement;
  const gaps = [
    ...(complete ? [] : [text('closing.incomplete', { day: dayName(to) })]),
    ...missingInvoices.map(({ provider, month }) =>
      text('closing.missing', { provider: providerName(provider), month: monthName(month) }),
    ),
    ...warnings.filter(({ code }) => code !== 'missing_invoice').map(({ message }) => message),
  ];
  return (
    <>
      {gaps.map((gap) => (
        <Alert key={gap} severity="warning" title={gap} />
      ))}
    </>
  );
}

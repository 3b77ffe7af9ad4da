import type { FormEvent, ReactElement } from 'react';
import { Button, Checkbox } from '@grafana/ui';
import type { BillingEntryAnswer } from '../../../exporter/src/contract/billing.ts';
import { text } from '../shared/translations.ts';
import { previewEntry, storeEntry } from './billing-api.ts';
import { Effect } from './effect.tsx';
import { EMPTY_INVOICE, entryOfInvoice, type InvoiceDraft } from './invoice-draft.ts';
import { INVOICE_FIELDS, InvoiceFields } from './invoice-fields.tsx';
import { ProblemAlert } from './problem-alert.tsx';
import { useDraft } from './use-draft.ts';
import { useLoaded, useSubmission } from './use-request.ts';

interface Props {
  readonly onStored: (answer: BillingEntryAnswer) => void;
  readonly revision: number;
  readonly onCorrect: (id: string) => void;
}

/** Any provider, with number, period, currency and tax; credits too. */
export function InvoiceForm({ onStored, revision, onCorrect }: Props): ReactElement {
  const [draft, change, clear] = useDraft('invoice', EMPTY_INVOICE);
  const { busy, problem, submit, clear: clearProblem } = useSubmission<BillingEntryAnswer>();
  const entry = entryOfInvoice(draft);
  const preview = useLoaded(
    entry === undefined ? undefined : `${JSON.stringify(entry)}#${revision}`,
    () => (entry === undefined ? Promise.reject(new Error('no entry')) : previewEntry(entry)),
    350,
  );
  const update = (changes: Partial<InvoiceDraft>) => {
    clearProblem();
    change(changes);
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (entry === undefined) return;
    submit(
      () => storeEntry(entry),
      (answer) => {
        clear();
        onStored(answer);
      },
    );
  };
  return (
    <form onSubmit={save} aria-label={text('entry.title')} data-testid="invoice-form">
      <InvoiceFields draft={draft} onChange={update} problem={problem} />
      {(draft.additional || problem?.kind === 'conflict' || preview.problem?.kind === 'conflict') && (
        <Checkbox
          label={text('entry.additional')}
          description={text('entry.additional-help')}
          value={draft.additional}
          onChange={(event) => update({ additional: event.currentTarget.checked })}
        />
      )}
      <Effect preview={preview} onCorrect={onCorrect} />
      <ProblemAlert problem={problem} shown={INVOICE_FIELDS} />
      <Button type="submit" icon={busy ? 'spinner' : 'save'} disabled={busy || entry === undefined}>
        {text(busy ? 'entry.saving' : 'entry.save')}
      </Button>
    </form>
  );
}

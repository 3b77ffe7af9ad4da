import { useState, type FormEvent, type ReactElement } from 'react';
import { Button, Modal, useStyles2 } from '@grafana/ui';
import type { BillingAdjustmentRow, BillingEntryAnswer } from '../../../exporter/src/contract/billing.ts';
import { text } from '../shared/translations.ts';
import { correct, previewCorrection } from './billing-api.ts';
import { Effect } from './effect.tsx';
import { nameOf } from './history-table.tsx';
import { correctionOf, draftOf, type InvoiceDraft } from './invoice-draft.ts';
import { INVOICE_FIELDS, InvoiceFields } from './invoice-fields.tsx';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import { tableStyles } from '../shared/table-style.ts';
import { useLoaded, useSubmission } from '../shared/use-request.ts';

interface Props {
  readonly row: BillingAdjustmentRow;
  readonly onDone: (answer: BillingEntryAnswer) => void;
  readonly onClose: () => void;
}

const SHOWN = [
  'invoiceNumber',
  'billingDate',
  'firstDay',
  'lastDay',
  'amount',
  'currency',
  'fxRate',
  'tax',
  'notes',
] as const satisfies readonly (keyof InvoiceDraft)[];

/** Stores a correction as a new version; the changes are listed as old → new before that. */
export function CorrectDialog({ row, onDone, onClose }: Props): ReactElement {
  const styles = useStyles2(tableStyles);
  const before = draftOf(row);
  const [draft, setDraft] = useState(before);
  const { busy, problem, submit, clear } = useSubmission<BillingEntryAnswer>();
  const correction = correctionOf(row, draft);
  const preview = useLoaded(
    correction === undefined ? undefined : JSON.stringify(correction),
    () => previewCorrection(row.id, correction ?? {}),
    350,
  );
  const changed = SHOWN.filter((field) => draft[field] !== before[field]);
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (correction !== undefined) submit(() => correct(row.id, correction), onDone);
  };
  return (
    <Modal isOpen title={text('correct.title', { what: nameOf(row) })} onDismiss={onClose} closeOnBackdropClick={false}>
      <form onSubmit={save} data-testid="correct-form">
        <p className={styles.quiet}>{text('correct.about')}</p>
        <InvoiceFields
          stored
          draft={draft}
          problem={problem}
          onChange={(changes) => {
            clear();
            setDraft({ ...draft, ...changes });
          }}
        />
        {changed.length > 0 && (
          <ul aria-label={text('correct.changes')} data-testid="changes">
            {changed.map((field) => (
              <li key={field}>
                {text(`correct.field-${field}`)}: <del>{before[field] || '–'}</del> → <ins>{draft[field] || '–'}</ins>
              </li>
            ))}
          </ul>
        )}
        <Effect preview={preview} />
        <ProblemAlert problem={problem} shown={INVOICE_FIELDS} />
        <Modal.ButtonRow>
          <Button variant="secondary" fill="outline" onClick={onClose}>
            {text('dialog.cancel')}
          </Button>
          <Button type="submit" disabled={busy || correction === undefined}>
            {text(busy ? 'entry.saving' : 'correct.save')}
          </Button>
        </Modal.ButtonRow>
      </form>
    </Modal>
  );
}

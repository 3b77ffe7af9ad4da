import { useState, type FormEvent, type ReactElement } from 'react';
import { Button, Modal } from '@grafana/ui';
import type { BillingAdjustmentRow, BillingEntryAnswer } from '../../../exporter/src/contract/billing.ts';
import { text } from '../shared/translations.ts';
import { voidInvoice } from './billing-api.ts';
import { money } from '../shared/format.ts';
import { nameOf } from './history-table.tsx';
import { NotesBox } from '../shared/inputs.tsx';
import { ProblemAlert, fieldMessage } from '../shared/problem-alert.tsx';
import { useSubmission } from '../shared/use-request.ts';

interface Props {
  readonly row: BillingAdjustmentRow;
  readonly onDone: (answer: BillingEntryAnswer) => void;
  readonly onClose: () => void;
}

/** Voids an invoice; it stays in the history with author, time and reason. */
export function VoidDialog({ row, onDone, onClose }: Props): ReactElement {
  const [reason, setReason] = useState('');
  const { busy, problem, submit } = useSubmission<BillingEntryAnswer>();
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() !== '') submit(() => voidInvoice(row.id, { reason: reason.trim() }), onDone);
  };
  return (
    <Modal isOpen title={text('void.title', { what: nameOf(row) })} onDismiss={onClose} closeOnBackdropClick={false}>
      <form onSubmit={save} data-testid="void-form">
        <p>{text('void.about', { amount: money(row.amount, row.currency) })}</p>
        <NotesBox
          label={text('void.reason')}
          required
          value={reason}
          error={fieldMessage(problem, 'reason')}
          onChange={setReason}
        />
        <ProblemAlert problem={problem} shown={['reason']} />
        <Modal.ButtonRow>
          <Button variant="secondary" fill="outline" onClick={onClose}>
            {text('dialog.cancel')}
          </Button>
          <Button type="submit" variant="destructive" disabled={busy || reason.trim() === ''}>
            {text(busy ? 'entry.saving' : 'void.save')}
          </Button>
        </Modal.ButtonRow>
      </form>
    </Modal>
  );
}

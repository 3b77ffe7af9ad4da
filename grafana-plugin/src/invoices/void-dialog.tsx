import type { ReactElement } from 'react';
import type { BillingAdjustmentRow, BillingEntryAnswer } from '../../../exporter/src/contract/billing.ts';
import { money } from '../shared/format.ts';
import { ReasonDialog } from '../shared/reason-dialog.tsx';
import { text } from '../shared/translations.ts';
import { voidInvoice } from './billing-api.ts';
import { nameOf } from './history-table.tsx';

interface Props {
  readonly row: BillingAdjustmentRow;
  readonly onDone: (answer: BillingEntryAnswer) => void;
  readonly onClose: () => void;
}

/** Voids an invoice; it stays in the history with author, time and reason. */
export function VoidDialog({ row, onDone, onClose }: Props): ReactElement {
  return (
    <ReasonDialog
      name="void-form"
      title={text('void.title', { what: nameOf(row) })}
      about={text('void.about', { amount: money(row.amount, row.currency) })}
      action={text('void.save')}
      variant="destructive"
      send={(reason) => voidInvoice(row.id, { reason })}
      onDone={onDone}
      onClose={onClose}
    />
  );
}

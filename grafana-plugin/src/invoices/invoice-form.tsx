import type { ReactElement } from 'react';
import { text } from '../shared/translations.ts';
import { EntryFooter } from './entry-footer.tsx';
import { EMPTY_INVOICE, entryOfInvoice } from './invoice-draft.ts';
import { INVOICE_FIELDS, InvoiceFields } from './invoice-fields.tsx';
import { useEntryForm, type EntryFormProps } from './use-entry-form.ts';

/** Any provider, with number, period, currency and tax; credits too. */
export function InvoiceForm(props: EntryFormProps): ReactElement {
  const form = useEntryForm('invoice', EMPTY_INVOICE, entryOfInvoice, props);
  const { draft, update, problem, save } = form;
  return (
    <form onSubmit={save} aria-label={text('entry.title')} data-testid="invoice-form">
      <InvoiceFields draft={draft} onChange={update} problem={problem} />
      <EntryFooter
        form={form}
        additional={draft.additional}
        onAdditional={(additional) => update({ additional })}
        onCorrect={props.onCorrect}
        shown={INVOICE_FIELDS}
      />
    </form>
  );
}

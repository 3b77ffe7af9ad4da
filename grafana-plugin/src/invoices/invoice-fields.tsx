import { useId, type ReactElement } from 'react';
import { Field, RadioButtonGroup, Stack } from '@grafana/ui';
import type { RequestProblem } from '../shared/problem.ts';
import { text } from '../shared/translations.ts';
import { faultsOf, type InvoiceDraft } from './invoice-draft.ts';
import { AmountBox, DayBox, NotesBox, TextBox } from '../shared/inputs.tsx';
import { fieldMessage } from '../shared/problem-alert.tsx';

interface Props {
  readonly draft: InvoiceDraft;
  readonly onChange: (changes: Partial<InvoiceDraft>) => void;
  readonly problem: RequestProblem | undefined;
  /** Provider and kind of a stored invoice cannot be changed. */
  readonly stored?: boolean;
}

/** The fields of the API that have an input here. */
export const INVOICE_FIELDS = [
  'provider',
  'invoiceNumber',
  'billingDate',
  'periodStart',
  'periodEnd',
  'amount',
  'currency',
  'fxRate',
  'taxAmount',
  'notes',
];

/** The inputs of one invoice: a new one, a correction, or one that was read from a file. */
export function InvoiceFields({ draft, onChange, problem, stored = false }: Props): ReactElement {
  const kindId = useId();
  const faults = faultsOf(draft);
  const formMessage = (field: keyof InvoiceDraft) => (faults[field] === undefined ? undefined : text(faults[field]));
  const foreign = draft.currency.trim().toUpperCase() !== 'USD';
  return (
    <>
      <Stack direction="row" gap={2} wrap="wrap" alignItems="flex-start">
        <TextBox
          label={text('entry.provider')}
          required
          disabled={stored}
          value={draft.provider}
          help={text('entry.provider-help')}
          error={fieldMessage(problem, 'provider')}
          onChange={(provider) => onChange({ provider })}
        />
        <TextBox
          label={text('entry.number')}
          value={draft.invoiceNumber}
          help={text('entry.number-help')}
          error={fieldMessage(problem, 'invoiceNumber')}
          onChange={(invoiceNumber) => onChange({ invoiceNumber })}
        />
        {!stored && (
          <Field label={text('entry.kind')} description={text('entry.kind-help')} htmlFor={kindId}>
            <RadioButtonGroup
              id={kindId}
              aria-label={text('entry.kind')}
              options={[
                { value: 'invoice' as const, label: text('entry.invoice') },
                { value: 'credit' as const, label: text('entry.credit') },
              ]}
              value={draft.kind}
              onChange={(kind) => onChange({ kind })}
            />
          </Field>
        )}
      </Stack>
      <Stack direction="row" gap={2} wrap="wrap" alignItems="flex-start">
        <DayBox
          label={text('entry.first-day')}
          required
          value={draft.firstDay}
          help={text('entry.first-day-help')}
          error={fieldMessage(problem, 'periodStart', formMessage('firstDay'))}
          onChange={(firstDay) => onChange({ firstDay })}
        />
        <DayBox
          label={text('entry.last-day')}
          required
          value={draft.lastDay}
          help={text('entry.last-day-help')}
          error={fieldMessage(problem, 'periodEnd', formMessage('lastDay'))}
          onChange={(lastDay) => onChange({ lastDay })}
        />
        <DayBox
          label={text('month.billing-date')}
          value={draft.billingDate}
          help={text('entry.billing-date-help')}
          error={fieldMessage(problem, 'billingDate')}
          onChange={(billingDate) => onChange({ billingDate })}
        />
      </Stack>
      <Stack direction="row" gap={2} wrap="wrap" alignItems="flex-start">
        <AmountBox
          label={text('entry.amount')}
          required
          value={draft.amount}
          help={text('entry.amount-help')}
          error={fieldMessage(problem, 'amount', formMessage('amount'))}
          onChange={(amount) => onChange({ amount })}
        />
        <TextBox
          label={text('entry.currency')}
          required
          value={draft.currency}
          help={text('entry.currency-help')}
          error={fieldMessage(problem, 'currency', formMessage('currency'))}
          onChange={(currency) => onChange({ currency: currency.toUpperCase() })}
        />
        {foreign && (
          <AmountBox
            label={text('entry.rate')}
            value={draft.fxRate}
            help={text('entry.rate-help', { currency: draft.currency })}
            error={fieldMessage(problem, 'fxRate', formMessage('fxRate'))}
            onChange={(fxRate) => onChange({ fxRate })}
          />
        )}
        <AmountBox
          label={text('entry.tax')}
          value={draft.tax}
          help={text('entry.tax-help')}
          error={fieldMessage(problem, 'taxAmount', formMessage('tax'))}
          onChange={(tax) => onChange({ tax })}
        />
      </Stack>
      <NotesBox
        label={text('month.notes')}
        value={draft.notes}
        error={fieldMessage(problem, 'notes')}
        onChange={(notes) => onChange({ notes })}
      />
    </>
  );
}

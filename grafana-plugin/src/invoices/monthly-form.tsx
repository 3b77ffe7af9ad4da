import type { ReactElement } from 'react';
import { Stack } from '@grafana/ui';
import type { BillingFormEntry } from '../../../exporter/src/contract/billing.ts';
import {
  INVOICE_FIELDS,
  INVOICE_ONLY_PROVIDERS,
  PROVIDERS,
  recordOf,
  type InvoiceOnlyProvider,
} from '../../../exporter/src/contract/providers.ts';
import { text } from '../shared/translations.ts';
import { parseAmount } from './amount.ts';
import { isDay, lastDay, monthOf, addMonths, today } from './days.ts';
import { EntryFooter } from './entry-footer.tsx';
import { monthName } from './format.ts';
import { AmountBox, DayBox, NotesBox, amountError } from './inputs.tsx';
import { fieldMessage } from './problem-alert.tsx';
import { useEntryForm, type EntryFormProps } from './use-entry-form.ts';

/** With an amount, as entered, for each provider without a billing API. */
export interface MonthlyDraft extends Readonly<Record<InvoiceOnlyProvider, string>> {
  readonly billingDate: string;
  readonly notes: string;
  readonly additional: boolean;
}

/** Invoices arrive after the month, so the default is the last day of the month before. */
export const EMPTY_MONTH: MonthlyDraft = {
  billingDate: lastDay(addMonths(monthOf(today()), -1)),
  ...recordOf(INVOICE_ONLY_PROVIDERS, () => ''),
  notes: '',
  additional: false,
};

/** The entry of the draft; `undefined` while a value is missing or invalid. */
export function entryOfMonth(draft: MonthlyDraft): BillingFormEntry | undefined {
  const amounts = INVOICE_ONLY_PROVIDERS.map((name) => [PROVIDERS[name].cost.field, parseAmount(draft[name])] as const);
  const bad = amounts.some(([, amount]) => (amount.ok ? amount.value.startsWith('-') : amount.reason !== 'empty'));
  if (bad || !isDay(draft.billingDate) || !amounts.some(([, amount]) => amount.ok)) return undefined;
  return {
    billingDate: draft.billingDate,
    ...Object.fromEntries(amounts.flatMap(([field, amount]) => (amount.ok ? [[field, amount.value] as const] : []))),
    ...(draft.notes.trim() === '' ? {} : { notes: draft.notes.trim() }),
    ...(draft.additional ? { additional: true } : {}),
  };
}

function amountMessage(typed: string): string | undefined {
  const amount = parseAmount(typed);
  if (!amount.ok) return amountError(amount.reason);
  return amount.value.startsWith('-') ? text('amounts.negative') : undefined;
}

/** The two amounts of a month, which an administrator enters twelve times a year. */
export function MonthlyForm(props: EntryFormProps): ReactElement {
  const form = useEntryForm('month', EMPTY_MONTH, entryOfMonth, props);
  const { draft, update, problem, save } = form;
  return (
    <form onSubmit={save} aria-label={text('month.title')} data-testid="monthly-form">
      <Stack direction="row" gap={2} wrap="wrap" alignItems="flex-start">
        <DayBox
          label={text('month.billing-date')}
          required
          value={draft.billingDate}
          help={
            isDay(draft.billingDate)
              ? text('month.counts-for', { month: monthName(monthOf(draft.billingDate)) })
              : text('month.billing-date-help')
          }
          error={fieldMessage(problem, 'billingDate')}
          onChange={(billingDate) => update({ billingDate })}
        />
        {INVOICE_ONLY_PROVIDERS.map((name) => (
          <AmountBox
            key={name}
            label={text('month.amount', { provider: PROVIDERS[name].title })}
            prefix="$"
            value={draft[name]}
            help={text('month.amount-help')}
            error={fieldMessage(problem, PROVIDERS[name].cost.field, amountMessage(draft[name]))}
            onChange={(amount) => update({ [name]: amount })}
          />
        ))}
      </Stack>
      <NotesBox
        label={text('month.notes')}
        value={draft.notes}
        error={fieldMessage(problem, 'notes')}
        onChange={(notes) => update({ notes })}
      />
      <EntryFooter
        form={form}
        additional={draft.additional}
        onAdditional={(additional) => update({ additional })}
        onCorrect={props.onCorrect}
        shown={['billingDate', ...INVOICE_FIELDS, 'notes']}
      />
    </form>
  );
}

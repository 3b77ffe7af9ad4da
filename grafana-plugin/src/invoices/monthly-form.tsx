import type { ReactElement } from 'react';
import { Checkbox, Stack } from '@grafana/ui';
import type { BillingFormEntry } from '../../../exporter/src/contract/billing.ts';
import {
  INVOICE_FIELDS,
  INVOICE_ONLY_PROVIDERS,
  PROVIDERS,
  recordOf,
  type InvoiceOnlyProvider,
} from '../../../exporter/src/contract/providers.ts';
import { text } from '../shared/translations.ts';
import { parseAmount } from '../shared/amount.ts';
import { isDay, lastDay, monthOf, addMonths, today } from '../shared/days.ts';
import { EntryFooter } from './entry-footer.tsx';
import { monthName } from '../shared/format.ts';
import { AmountBox, DayBox, NotesBox, amountError } from '../shared/inputs.tsx';
import { fieldMessage } from '../shared/problem-alert.tsx';
import { useEntryForm, type EntryFormProps } from './use-entry-form.ts';

/** With an amount, as entered, for each provider without a billing API. */
export interface MonthlyDraft extends Readonly<Record<InvoiceOnlyProvider, string>> {
  readonly billingDate: string;
  readonly notes: string;
  /** The invoice is for the month before that of the billing date; asked in the first days of a month. */
  readonly monthBefore: boolean;
  readonly additional: boolean;
}

/** Invoices arrive after the month, so the default is the last day of the month before. */
export const EMPTY_MONTH: MonthlyDraft = {
  billingDate: lastDay(addMonths(monthOf(today()), -1)),
  ...recordOf(INVOICE_ONLY_PROVIDERS, () => ''),
  notes: '',
  monthBefore: false,
  additional: false,
};

/** Invoices of a month come in the first days of the next: there the form asks which one is meant. */
const LAST_ASKED_DAY = 5;
const isMonthAsked = (day: string): boolean => isDay(day) && Number(day.slice(8)) <= LAST_ASKED_DAY;

function billedMonth({ billingDate, monthBefore }: MonthlyDraft): string {
  return addMonths(monthOf(billingDate), isMonthAsked(billingDate) && monthBefore ? -1 : 0);
}

/** The entry of the draft; `undefined` while a value is missing or invalid. */
export function entryOfMonth(draft: MonthlyDraft): BillingFormEntry | undefined {
  const amounts = INVOICE_ONLY_PROVIDERS.map((name) => [PROVIDERS[name].cost.field, parseAmount(draft[name])] as const);
  const bad = amounts.some(([, amount]) => (amount.ok ? amount.value.startsWith('-') : amount.reason !== 'empty'));
  if (bad || !isDay(draft.billingDate) || !amounts.some(([, amount]) => amount.ok)) return undefined;
  return {
    billingDate: draft.billingDate,
    ...(isMonthAsked(draft.billingDate) ? { month: billedMonth(draft) } : {}),
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
              ? text('month.counts-for', { month: monthName(billedMonth(draft)) })
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
      {isMonthAsked(draft.billingDate) && (
        <Checkbox
          label={text('month.before', { month: monthName(addMonths(monthOf(draft.billingDate), -1)) })}
          value={draft.monthBefore}
          onChange={(event) => update({ monthBefore: event.currentTarget.checked })}
        />
      )}
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

import type { FormEvent, ReactElement } from 'react';
import { Button, Stack } from '@grafana/ui';
import type { CustomerUserRow, CustomerUserStoredAnswer } from '../../../exporter/src/contract/reference-data.ts';
import { addDays, isDay } from '../shared/days.ts';
import { dayName, money } from '../shared/format.ts';
import { DayBox, TextBox } from '../shared/inputs.tsx';
import { fieldMessage, ProblemAlert } from '../shared/problem-alert.tsx';
import { text } from '../shared/translations.ts';
import { useDraft } from '../shared/use-draft.ts';
import { useSubmission } from '../shared/use-request.ts';
import { putLink, type Customers, type LinkEntry } from './customers-api.ts';

export interface LinkDraft {
  readonly customer: string;
  readonly userId: string;
  readonly firstDay: string;
  /** Included. */
  readonly lastDay: string;
}
export const EMPTY_LINK: LinkDraft = { customer: '', userId: '', firstDay: '', lastDay: '' };

const optionalDay = (day: string): boolean => day === '' || isDay(day);

/** The link of the draft; `undefined` while a value is missing or invalid. */
export function linkOf(draft: LinkDraft): LinkEntry | undefined {
  const { firstDay, lastDay } = draft;
  if (draft.customer.trim() === '' || draft.userId.trim() === '') return undefined;
  if (!optionalDay(firstDay) || !optionalDay(lastDay)) return undefined;
  if (firstDay !== '' && lastDay !== '' && lastDay < firstDay) return undefined;
  return {
    customer: draft.customer.trim(),
    userId: draft.userId.trim(),
    validFrom: firstDay === '' ? null : firstDay,
    validTo: lastDay === '' ? null : addDays(lastDay, 1),
  };
}

/** Whose usage is whose customer's; says before what moves. */
export function LinkForm({
  known,
  onStored,
}: {
  readonly known: Customers;
  readonly onStored: (message: string) => void;
}): ReactElement {
  const [draft, change, clearDraft] = useDraft('link', EMPTY_LINK);
  const { busy, problem, submit, clear } = useSubmission<CustomerUserStoredAnswer>();
  const link = linkOf(draft);
  const update = (changes: Partial<LinkDraft>) => {
    clear();
    change(changes);
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (link === undefined) return;
    submit(
      () => putLink(link),
      ({ changed }) => {
        clearDraft();
        const values = { user: link.userId, customer: link.customer ?? '' };
        onStored(text(changed ? 'customers.stored' : 'customers.so-already', values));
      },
    );
  };
  const reversed = draft.firstDay !== '' && draft.lastDay !== '' && draft.lastDay < draft.firstDay;
  return (
    <form onSubmit={save} aria-label={text('customers.form-title')} data-testid="link-form">
      <Stack direction="row" gap={2} wrap="wrap" alignItems="flex-start">
        <TextBox
          label={text('customers.customer')}
          help={text('customers.customer-help')}
          required
          value={draft.customer}
          error={fieldMessage(problem, 'customer')}
          onChange={(customer) => update({ customer })}
        />
        <TextBox
          label={text('customers.user')}
          help={text('customers.user-help')}
          required
          value={draft.userId}
          error={fieldMessage(problem, 'userId')}
          onChange={(userId) => update({ userId })}
        />
        <DayBox
          label={text('customers.first-day')}
          help={text('customers.first-day-help')}
          value={draft.firstDay}
          error={fieldMessage(problem, 'validFrom')}
          onChange={(firstDay) => update({ firstDay })}
        />
        <DayBox
          label={text('customers.last-day')}
          help={text('customers.last-day-help')}
          value={draft.lastDay}
          error={fieldMessage(problem, 'validTo', reversed ? text('entry.period-reversed') : undefined)}
          onChange={(lastDay) => update({ lastDay })}
        />
      </Stack>
      <p aria-live="polite" data-testid="link-effect">
        {link === undefined ? '' : effectOf(link, known)}
      </p>
      <ProblemAlert problem={problem} shown={['customer', 'userId', 'validFrom', 'validTo']} />
      <Button type="submit" disabled={busy || link === undefined}>
        {text(busy ? 'entry.saving' : 'customers.save')}
      </Button>
    </form>
  );
}

/** The user's cost of the last 30 days, and the link that ends where the new one begins. */
function effectOf(link: LinkEntry, { links, unlinked }: Customers): string {
  const usage = unlinked.users.find(({ userId }) => userId === link.userId);
  const others = links.filter(
    (row) => row.userId === link.userId && row.customer !== link.customer && meets(row, link),
  );
  return [
    ...(usage === undefined
      ? []
      : [text('customers.effect-cost', { amount: money(usage.costUsd), customer: link.customer ?? '' })]),
    ...others.map((row) => text('customers.effect-other', { customer: row.name, days: periodName(row) })),
  ].join(' ');
}

function meets(row: CustomerUserRow, { validFrom, validTo }: LinkEntry): boolean {
  const beginsBefore = row.validFrom === null || validTo === null || row.validFrom < validTo;
  return beginsBefore && (row.validTo === null || validFrom === null || row.validTo > validFrom);
}

export function periodName({ validFrom, validTo }: Pick<CustomerUserRow, 'validFrom' | 'validTo'>): string {
  const from = validFrom === null ? text('customers.ever') : dayName(validFrom);
  return `${from} – ${validTo === null ? text('customers.further') : dayName(addDays(validTo, -1))}`;
}

import { useState, type ReactElement } from 'react';
import { Button, Checkbox, Stack } from '@grafana/ui';
import type {
  LinksRejectedAnswer,
  LinksStoredAnswer,
  LinkSuggestionRow,
  LinkSuggestionsAnswer,
} from '../../../exporter/src/contract/reference-data.ts';
import { isDay } from '../shared/days.ts';
import { money } from '../shared/format.ts';
import { DayBox } from '../shared/inputs.tsx';
import { fieldMessage, ProblemAlert } from '../shared/problem-alert.tsx';
import { Table } from '../shared/table.tsx';
import { text } from '../shared/translations.ts';
import { useSubmission } from '../shared/use-request.ts';
import { putLinks, rejectLinks } from './customers-api.ts';
import { LinksEffect } from './links-effect.tsx';

const keyOf = ({ userId, customer }: LinkSuggestionRow): string => `${userId}-${customer}`;

/** Suggested links: selected, previewed, then stored together, or rejected for good. */
export function Suggestions({
  known,
  onStored,
}: {
  readonly known: LinkSuggestionsAnswer;
  readonly onStored: (message: string) => void;
}): ReactElement {
  const [keys, setKeys] = useState<readonly string[]>([]);
  const [firstDay, setFirstDay] = useState('');
  const [preview, setPreview] = useState<LinksStoredAnswer>();
  const storing = useSubmission<LinksStoredAnswer>();
  const rejecting = useSubmission<LinksRejectedAnswer>();
  // What was selected may have been linked meanwhile.
  const chosen = known.data.filter((row) => keys.includes(keyOf(row)));
  const links = chosen.map(({ userId, customer }) => ({
    userId,
    customer,
    validFrom: firstDay === '' ? null : firstDay,
    validTo: null,
  }));
  const change = (apply: () => void) => {
    setPreview(undefined);
    storing.clear();
    apply();
  };
  const select = (selected: readonly string[]) => change(() => setKeys(selected));
  const stored = (message: string) => {
    select([]);
    onStored(message);
  };
  const send = (dryRun: boolean) =>
    storing.submit(
      () => putLinks(links, dryRun),
      (answer) => {
        if (dryRun) setPreview(answer);
        else stored(text('customers.linked-many', { count: answer.changed }));
      },
    );
  const reject = () =>
    rejecting.submit(
      () => rejectLinks(chosen),
      ({ rejected }) => stored(text('customers.rejected-many', { count: rejected })),
    );
  const busy = storing.busy || rejecting.busy;
  const isReady = !busy && chosen.length > 0 && (firstDay === '' || isDay(firstDay));
  return (
    <div data-testid="suggestions-part">
      <p>
        {text('customers.unlinked-money', {
          revenue: money(known.unlinkedRevenueUsd),
          cost: money(known.unlinkedCostUsd),
        })}
      </p>
      <SuggestionTable rows={known.data} selected={chosen.map(keyOf)} onSelect={select} />
      {known.ambiguous.map(({ userIds, customers }) => (
        <p key={[...userIds, ...customers].join(' ')} data-testid="ambiguous">
          {text('customers.ambiguous', { users: userIds.join(', '), customers: customers.join(', ') })}
        </p>
      ))}
      {known.data.length > 0 && (
        <>
          <DayBox
            label={text('customers.from-day')}
            help={text('customers.from-day-help')}
            value={firstDay}
            error={fieldMessage(storing.problem, 'validFrom')}
            onChange={(day) => change(() => setFirstDay(day))}
          />
          <ProblemAlert problem={storing.problem ?? rejecting.problem} />
          <div aria-live="polite">{preview !== undefined && <LinksEffect answer={preview} />}</div>
          <Stack gap={1} wrap="wrap">
            <Button variant="secondary" disabled={!isReady} onClick={() => send(true)}>
              {text('customers.preview-links', { count: chosen.length })}
            </Button>
            {preview !== undefined && (
              <Button disabled={!isReady} onClick={() => send(false)}>
                {text('customers.link-many', { count: chosen.length })}
              </Button>
            )}
            <Button variant="destructive" fill="outline" disabled={busy || chosen.length === 0} onClick={reject}>
              {text('customers.reject-many', { count: chosen.length })}
            </Button>
          </Stack>
        </>
      )}
    </div>
  );
}

function SuggestionTable({
  rows,
  selected,
  onSelect,
}: {
  readonly rows: readonly LinkSuggestionRow[];
  readonly selected: readonly string[];
  readonly onSelect: (keys: readonly string[]) => void;
}): ReactElement {
  const toggle = (key: string) =>
    onSelect(selected.includes(key) ? selected.filter((one) => one !== key) : [...selected, key]);
  const areAll = selected.length === rows.length;
  return (
    <>
      {rows.length > 1 && (
        <Checkbox
          label={text('customers.select-all')}
          value={areAll}
          onChange={() => onSelect(areAll ? [] : rows.map(keyOf))}
        />
      )}
      <Table
        name="suggestions"
        label={text('customers.suggestions')}
        empty={text('customers.suggestions-none')}
        rows={rows}
        keyOf={keyOf}
        columns={[
          {
            title: text('customers.link'),
            cell: (row) => (
              <Checkbox
                aria-label={text('customers.select', { user: row.userEmail ?? row.userId, customer: row.name })}
                value={selected.includes(keyOf(row))}
                onChange={() => toggle(keyOf(row))}
              />
            ),
          },
          { title: text('customers.user'), cell: (row) => row.userEmail ?? row.userId },
          { title: text('customers.customer'), cell: (row) => row.name },
          {
            title: text('customers.reason'),
            cell: ({ reasons }) => reasons.map((reason) => text(`customers.reason-${reason}`)).join(', '),
          },
          { title: text('customers.cost'), kind: 'number', cell: (row) => money(row.llmCostUsd) },
          { title: text('customers.revenue'), kind: 'number', cell: (row) => money(row.revenueUsd) },
        ]}
      />
    </>
  );
}

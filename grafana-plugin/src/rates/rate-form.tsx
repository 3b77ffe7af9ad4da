import { useState, type FormEvent, type ReactElement } from 'react';
import { Alert, Button, Stack } from '@grafana/ui';
import type { FxRateRow, FxRateStoredAnswer } from '../../../exporter/src/contract/reference-data.ts';
import { faultOfPositive, parseRate } from '../shared/amount.ts';
import { isDay, today } from '../shared/days.ts';
import { dayName } from '../shared/format.ts';
import { amountError, DayBox, TextBox } from '../shared/inputs.tsx';
import { fieldMessage, ProblemAlert } from '../shared/problem-alert.tsx';
import { text } from '../shared/translations.ts';
import { useDraft } from '../shared/use-draft.ts';
import { useSubmission } from '../shared/use-request.ts';
import { putRate } from './rates-api.ts';

const RATE_DECIMALS = 8;
const EMPTY = { currency: '', day: today(), rate: '' };

/** Stores the rate of a currency from a day on. Says before what stands there, and what a rate does not change. */
export function RateForm({
  known,
  onStored,
}: {
  readonly known: readonly FxRateRow[];
  readonly onStored: (message: string) => void;
}): ReactElement {
  const [draft, change, clearDraft] = useDraft('rate', EMPTY);
  const [notice, setNotice] = useState('');
  const { busy, problem, submit, clear } = useSubmission<FxRateStoredAnswer>();
  const currency = draft.currency.trim().toUpperCase();
  const rate = parseRate(draft.rate, RATE_DECIMALS);
  const fault = faultOfPositive(rate);
  const usable =
    /^[A-Z]{3}$/.test(currency) && isDay(draft.day) && rate.ok && fault === undefined ? rate.value : undefined;
  const update = (changes: Partial<typeof EMPTY>) => {
    clear();
    setNotice('');
    change(changes);
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (usable === undefined) return;
    submit(
      () => putRate({ currency, day: draft.day, usdRate: usable }),
      (answer) => {
        clearDraft();
        setNotice(answer.notice);
        onStored(text('rates.stored', { currency, rate: usable, day: dayName(draft.day) }));
      },
    );
  };
  return (
    <form onSubmit={save} aria-label={text('rates.form-title')} data-testid="rate-form">
      <Stack direction="row" gap={2} wrap="wrap" alignItems="flex-start">
        <TextBox
          label={text('rates.currency')}
          help={text('entry.currency-help')}
          required
          value={draft.currency}
          error={fieldMessage(
            problem,
            'currency',
            currency === '' || /^[A-Z]{3}$/.test(currency) ? undefined : text('amounts.currency'),
          )}
          onChange={(value) => update({ currency: value })}
        />
        <DayBox
          label={text('rates.day')}
          help={text('rates.day-help')}
          required
          value={draft.day}
          error={fieldMessage(problem, 'day')}
          onChange={(day) => update({ day })}
        />
        <TextBox
          label={text('rates.rate-of', { currency: currency === '' ? '…' : currency })}
          help={text('rates.rate-help')}
          required
          value={draft.rate}
          error={fieldMessage(problem, 'usdRate', amountError(fault))}
          onChange={(value) => update({ rate: value })}
        />
      </Stack>
      <p aria-live="polite">{usable === undefined ? '' : effectOf(known, currency, draft.day, usable)}</p>
      <ProblemAlert problem={problem} shown={['currency', 'day', 'usdRate']} />
      {notice !== '' && <Alert severity="info" title={notice} />}
      <Button type="submit" disabled={busy || usable === undefined}>
        {text(busy ? 'entry.saving' : 'rates.save')}
      </Button>
    </form>
  );
}

/** "1 EUR = 1.08 USD from Mar 15, 2026; 1.07 counts there now." */
function effectOf(known: readonly FxRateRow[], currency: string, day: string, rate: string): string {
  const before = known.find((row) => row.currency === currency && row.day <= day);
  const next = known.findLast((row) => row.currency === currency && row.day > day);
  return [
    text('rates.effect', { currency, rate, day: dayName(day) }),
    before === undefined
      ? text('rates.effect-first', { currency })
      : text('rates.effect-before', { rate: before.usdRate, day: dayName(before.day) }),
    ...(next === undefined ? [] : [text('rates.effect-until', { day: dayName(next.day) })]),
  ].join(' ');
}

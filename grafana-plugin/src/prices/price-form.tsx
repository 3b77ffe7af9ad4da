import type { FormEvent, ReactElement } from 'react';
import { Alert, Button, Stack } from '@grafana/ui';
import type { LlmPriceStoredAnswer } from '../../../exporter/src/contract/reference-data.ts';
import { amountError, AmountBox, DayBox, NotesBox, TextBox } from '../shared/inputs.tsx';
import { fieldMessage, ProblemAlert } from '../shared/problem-alert.tsx';
import { text } from '../shared/translations.ts';
import { useDraft } from '../shared/use-draft.ts';
import { useSubmission } from '../shared/use-request.ts';
import { EMPTY_PRICE, priceEntryOf, priceOf, type PriceDraft } from './price-draft.ts';
import { storePrice, type PriceEntry } from './prices-api.ts';

/** Draft field → field of the API, in the order of the form. */
const PRICE_BOXES = [
  { name: 'input', field: 'inputUsdPerMillion', required: true },
  { name: 'output', field: 'outputUsdPerMillion', required: true },
  { name: 'cacheRead', field: 'cacheReadUsdPerMillion', required: false },
  { name: 'cacheWrite', field: 'cacheWriteUsdPerMillion', required: false },
] as const;
const SHOWN = ['provider', 'model', 'validFrom', 'validTo', 'notes', ...PRICE_BOXES.map(({ field }) => field)];

/** A contract price of a model. What it changes in stored usage is previewed after it is stored, by re-pricing. */
export function PriceForm({ onStored }: { readonly onStored: (price: PriceEntry) => void }): ReactElement {
  const [draft, change, clearDraft] = useDraft('price', EMPTY_PRICE);
  const { busy, problem, submit, clear } = useSubmission<LlmPriceStoredAnswer>();
  const entry = priceEntryOf(draft);
  const update = (changes: Partial<PriceDraft>) => {
    clear();
    change(changes);
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (entry === undefined) return;
    submit(
      () => storePrice(entry),
      () => {
        clearDraft();
        onStored(entry);
      },
    );
  };
  return (
    <form onSubmit={save} aria-label={text('prices.form-title')} data-testid="price-form">
      {draft.replaces !== '' && (
        <Alert
          severity="info"
          title={text('prices.replaces', { id: draft.replaces })}
          onRemove={() => update({ replaces: '' })}
        />
      )}
      <Stack direction="row" gap={2} wrap="wrap" alignItems="flex-start">
        <TextBox
          label={text('prices.provider')}
          help={text('prices.provider-help')}
          required
          value={draft.provider}
          error={fieldMessage(problem, 'provider')}
          onChange={(provider) => update({ provider })}
        />
        <TextBox
          label={text('prices.model')}
          help={text('prices.model-help')}
          required
          value={draft.model}
          error={fieldMessage(problem, 'model')}
          onChange={(model) => update({ model })}
        />
        <DayBox
          label={text('prices.valid-from')}
          required
          value={draft.validFrom}
          error={fieldMessage(problem, 'validFrom')}
          onChange={(validFrom) => update({ validFrom })}
        />
        <DayBox
          label={text('prices.valid-to')}
          help={text('prices.valid-to-help')}
          value={draft.validTo}
          error={fieldMessage(
            problem,
            'validTo',
            draft.validTo !== '' && draft.validTo <= draft.validFrom ? text('prices.reversed') : undefined,
          )}
          onChange={(validTo) => update({ validTo })}
        />
        {PRICE_BOXES.map(({ name, field, required }) => {
          const price = priceOf(draft[name]);
          const fault = price.ok ? (price.value.startsWith('-') ? 'below-zero' : undefined) : price.reason;
          return (
            <AmountBox
              key={name}
              label={text(`prices.${name}`)}
              {...(required ? { required } : { help: text('prices.cache-help') })}
              prefix="$"
              value={draft[name]}
              error={fieldMessage(problem, field, amountError(fault))}
              onChange={(typed) => update({ [name]: typed })}
            />
          );
        })}
      </Stack>
      <NotesBox
        label={text('month.notes')}
        value={draft.notes}
        error={fieldMessage(problem, 'notes')}
        onChange={(notes) => update({ notes })}
      />
      <ProblemAlert problem={problem} shown={SHOWN} />
      <Button type="submit" disabled={busy || entry === undefined}>
        {text(busy ? 'entry.saving' : 'prices.save')}
      </Button>
    </form>
  );
}

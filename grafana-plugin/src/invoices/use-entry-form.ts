import type { FormEvent } from 'react';
import type { BillingEntryAnswer, BillingPreviewAnswer } from '../../../exporter/src/contract/billing.ts';
import type { RequestProblem } from '../shared/problem.ts';
import { previewEntry, storeEntry, type Entry } from './billing-api.ts';
import { useDraft } from '../shared/use-draft.ts';
import { useLoaded, useSubmission, type Loaded } from '../shared/use-request.ts';

/** Delay between the last key press and the request for the effect. */
const PREVIEW_DELAY_MS = 350;

export interface EntryFormProps {
  readonly onStored: (answer: BillingEntryAnswer) => void;
  /** Changes whenever the stored figures do, so that the effect is requested again. */
  readonly revision: number;
  /** Opens the stored invoice that conflicts with the entry. */
  readonly onCorrect: (id: string) => void;
}

export interface EntryForm<Draft> {
  readonly draft: Draft;
  readonly update: (changes: Partial<Draft>) => void;
  /** False while a value is missing or invalid. */
  readonly complete: boolean;
  readonly preview: Loaded<BillingPreviewAnswer>;
  readonly busy: boolean;
  readonly problem: RequestProblem | undefined;
  readonly save: (event: FormEvent) => void;
}

/**
 * The life cycle of a form that enters invoices: the draft survives a failed request, its effect is previewed, and it
 * is stored once and then cleared. `entryOf` returns `undefined` for an incomplete draft.
 */
export function useEntryForm<Draft extends object>(
  key: string,
  empty: Draft,
  entryOf: (draft: Draft) => Entry | undefined,
  { onStored, revision }: EntryFormProps,
): EntryForm<Draft> {
  const [draft, change, clear] = useDraft(key, empty);
  const { busy, problem, submit, clear: clearProblem } = useSubmission<BillingEntryAnswer>();
  const entry = entryOf(draft);
  const preview = useLoaded(
    entry === undefined ? undefined : `${JSON.stringify(entry)}#${revision}`,
    () => (entry === undefined ? Promise.reject(new Error('there is no entry to preview')) : previewEntry(entry)),
    PREVIEW_DELAY_MS,
  );
  const update = (changes: Partial<Draft>) => {
    clearProblem();
    change(changes);
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (entry === undefined) return;
    submit(
      () => storeEntry(entry),
      (answer) => {
        clear();
        onStored(answer);
      },
    );
  };
  return { draft, update, complete: entry !== undefined, preview, busy, problem, save };
}

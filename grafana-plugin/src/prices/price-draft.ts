import { parseRate, type Amount } from '../shared/amount.ts';
import { isDay, today } from '../shared/days.ts';
import type { PriceEntry } from './prices-api.ts';

/** USD per million tokens have at most six decimals. */
const PRICE_DECIMALS = 6;

/** The price form as it is typed. */
export interface PriceDraft {
  readonly provider: string;
  readonly model: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly input: string;
  readonly output: string;
  readonly cacheRead: string;
  readonly cacheWrite: string;
  readonly notes: string;
  /** The id of the wrong price that this one replaces; empty for a new one. */
  readonly replaces: string;
}

export const EMPTY_PRICE: PriceDraft = {
  provider: '',
  model: '',
  validFrom: today(),
  validTo: '',
  input: '',
  output: '',
  cacheRead: '',
  cacheWrite: '',
  notes: '',
  replaces: '',
};

export const priceOf = (typed: string): Amount => parseRate(typed, PRICE_DECIMALS);

const optional = (typed: string): string | null | undefined => {
  const price = priceOf(typed);
  return price.ok ? price.value : price.reason === 'empty' ? null : undefined;
};
const orNull = (typed: string): string | null => (typed.trim() === '' ? null : typed.trim());

/** The price of the draft; `undefined` while a value is missing or invalid. */
export function priceEntryOf(draft: PriceDraft): PriceEntry | undefined {
  const input = priceOf(draft.input);
  const output = priceOf(draft.output);
  const cacheReadUsdPerMillion = optional(draft.cacheRead);
  const cacheWriteUsdPerMillion = optional(draft.cacheWrite);
  if (!input.ok || !output.ok || cacheReadUsdPerMillion === undefined || cacheWriteUsdPerMillion === undefined)
    return undefined;
  if (
    [input.value, output.value, cacheReadUsdPerMillion, cacheWriteUsdPerMillion].some((price) => price?.startsWith('-'))
  )
    return undefined;
  if (draft.provider.trim() === '' || draft.model.trim() === '' || !isDay(draft.validFrom)) return undefined;
  if (draft.validTo !== '' && !(isDay(draft.validTo) && draft.validTo > draft.validFrom)) return undefined;
  return {
    provider: draft.provider.trim(),
    model: draft.model.trim(),
    validFrom: draft.validFrom,
    validTo: orNull(draft.validTo),
    inputUsdPerMillion: input.value,
    outputUsdPerMillion: output.value,
    cacheReadUsdPerMillion,
    cacheWriteUsdPerMillion,
    notes: orNull(draft.notes),
    replaces: orNull(draft.replaces),
  };
}

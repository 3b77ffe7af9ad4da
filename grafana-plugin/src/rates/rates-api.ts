import type { Envelope } from '../../../exporter/src/contract/answers.ts';
import {
  REFERENCE_PATHS,
  type FxRateRow,
  type FxRatesAnswer,
  type FxRateStoredAnswer,
} from '../../../exporter/src/contract/reference-data.ts';
import { send } from '../shared/exporter.ts';

export interface Rates {
  /** Newest day first. */
  readonly rates: readonly FxRateRow[];
  /** What is outside the totals because its currency has no rate, as the exporter says it. */
  readonly unconverted: readonly string[];
}

export async function rates(): Promise<Rates> {
  const [stored, costs] = await Promise.all([
    send<FxRatesAnswer>('GET', REFERENCE_PATHS.fxRates),
    send<Envelope>('GET', '/metrics/infrastructure-costs'),
  ]);
  return {
    rates: stored.data.toSorted((a, b) => (a.day < b.day ? 1 : a.day > b.day ? -1 : a.currency < b.currency ? -1 : 1)),
    unconverted: costs.warnings.filter(({ code }) => code === 'unconverted_currency').map(({ message }) => message),
  };
}

export const putRate = (rate: {
  readonly currency: string;
  readonly day: string;
  readonly usdRate: string;
}): Promise<FxRateStoredAnswer> => send('PUT', REFERENCE_PATHS.fxRates, rate);

import {
  REFERENCE_PATHS,
  type LlmPriceRow,
  type LlmPricesAnswer,
  type LlmPriceStoredAnswer,
  type RepriceAnswer,
} from '../../../exporter/src/contract/reference-data.ts';
import { addDays, today } from '../shared/days.ts';
import { send } from '../shared/exporter.ts';

const UNPRICED_DAYS = 30;

export interface Prices {
  /** Every price that was ever stored, newest first. */
  readonly prices: readonly LlmPriceRow[];
  /** Models of the last 30 days that have no price, most tokens first. */
  readonly unpriced: RepriceAnswer['stillUnpriced'];
}

export interface PriceEntry {
  readonly provider: string;
  readonly model: string;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly inputUsdPerMillion: string;
  readonly outputUsdPerMillion: string;
  readonly cacheReadUsdPerMillion: string | null;
  readonly cacheWriteUsdPerMillion: string | null;
  readonly notes: string | null;
  readonly replaces: string | null;
}

export interface Repricing {
  readonly provider?: string;
  readonly model?: string;
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
  /** False: a preview; nothing is stored. */
  readonly apply: boolean;
}

export const reprice = (what: Repricing): Promise<RepriceAnswer> => send('POST', REFERENCE_PATHS.reprice, what);

export async function prices(): Promise<Prices> {
  const tomorrow = addDays(today(), 1);
  const [stored, preview] = await Promise.all([
    send<LlmPricesAnswer>('GET', `${REFERENCE_PATHS.llmPrices}?history=true`),
    reprice({ from: addDays(tomorrow, -UNPRICED_DAYS), to: tomorrow, apply: false }),
  ]);
  return {
    prices: stored.data.toSorted((a, b) => Number(b.id) - Number(a.id)),
    unpriced: preview.stillUnpriced,
  };
}

export const storePrice = (price: PriceEntry): Promise<LlmPriceStoredAnswer> =>
  send('POST', REFERENCE_PATHS.llmPrices, price);

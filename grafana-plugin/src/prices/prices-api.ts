import type { ListAnswer, TokenRatioRow } from '../../../exporter/src/contract/answers.ts';
import {
  REFERENCE_PATHS,
  type LlmPriceRow,
  type LlmPricesAnswer,
  type LlmPriceStoredAnswer,
  type RepriceAnswer,
} from '../../../exporter/src/contract/reference-data.ts';
import { send } from '../shared/exporter.ts';

export interface Prices {
  /** Every price that was ever stored, newest first. */
  readonly prices: readonly LlmPriceRow[];
  /** Models of the last 30 days that have no price, most tokens first. */
  readonly unpriced: readonly TokenRatioRow[];
  /** False where no model was used in the last 30 days, so that none needs a price. */
  readonly hasUsage: boolean;
}

/** What an administrator enters of a price. */
export type PriceEntry = Omit<LlmPriceRow, 'id' | 'createdBy' | 'createdAt' | 'withdrawnBy' | 'withdrawnAt'>;

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
  const [stored, models] = await Promise.all([
    send<LlmPricesAnswer>('GET', `${REFERENCE_PATHS.llmPrices}?history=true`),
    send<ListAnswer<TokenRatioRow>>('GET', '/metrics/token-ratios'),
  ]);
  return {
    prices: stored.data.toSorted((a, b) => Number(b.id) - Number(a.id)),
    unpriced: models.data.filter(({ costUsd }) => costUsd === null),
    hasUsage: models.data.length > 0,
  };
}

export const storePrice = (price: PriceEntry): Promise<LlmPriceStoredAnswer> =>
  send('POST', REFERENCE_PATHS.llmPrices, price);

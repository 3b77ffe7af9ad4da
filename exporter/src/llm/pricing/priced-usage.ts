import type { Queryable } from '../../database/queryable.ts';
import type { TokenPrice } from '../../money/llm-price.ts';
import { costSql, PRICE_COLUMNS, unpricedSql } from './cost-sql.ts';
import { loadPriceBook } from './price-book.ts';

/** Usage days in `[from, to)`; without provider or model, all of them. */
export interface RepriceRange {
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly from: string;
  readonly to: string;
}

export interface DatedPrice {
  readonly day: string;
  readonly provider: string;
  readonly model: string;
  readonly price: TokenPrice | undefined;
}

export async function pricesOf(db: Queryable, range: RepriceRange): Promise<DatedPrice[]> {
  const book = await loadPriceBook(db);
  const used = await db.query<{ day: string; provider: string; model: string }>(
    `SELECT day::text AS day, provider, model FROM llm_model_day
     WHERE day >= $1::date AND day < $2::date
       AND ($3::text IS NULL OR provider = $3) AND ($4::text IS NULL OR model = $4)
     ORDER BY day, provider, model`,
    [range.from, range.to, range.provider ?? null, range.model ?? null],
  );
  return used.rows.map((row) => ({ ...row, price: book(row.provider, row.model, row.day) }));
}

/** Parameters of `PRICED`, from $1 on. */
export function parameters(range: RepriceRange, prices: readonly DatedPrice[]): unknown[] {
  // Units of 1e-12 USD per million, whole numbers; everything below is exact until it is rounded.
  return [
    range.from,
    range.to,
    prices.map(({ day }) => day),
    prices.map(({ provider }) => provider),
    prices.map(({ model }) => model),
    ...PRICE_COLUMNS.map(({ kind }) => prices.map(({ price }) => price?.[kind]?.toString() ?? null)),
  ];
}

/**
 * SQL: `prices` by day, provider and model, and `priced`: the usage of the range that no source reported a cost for,
 * with the cost by these prices.
 */
export const PRICED = `
prices AS MATERIALIZED (
  SELECT * FROM unnest($3::date[], $4::text[], $5::text[], ${PRICE_COLUMNS.map((_, index) => `$${index + 6}::numeric[]`).join(', ')})
    AS p(day, provider, model, ${PRICE_COLUMNS.map(({ column }) => column).join(', ')})
), priced AS (
  SELECT h.user_id, h.day, h.provider, h.model, ${unpricedSql('h')} AS unpriced_usage,
    h.prompt_tokens, h.audio_prompt_tokens, h.audio_completion_tokens, h.computed_cost_usd AS old_computed, h.cost_usd AS old_cost, h.unpriced_tokens AS old_unpriced,
    ${costSql('h', 'p')} AS computed
  FROM llm_metrics_history h JOIN prices p ON p.day = h.day AND p.provider = h.provider AND p.model = h.model
  WHERE h.day >= $1::date AND h.day < $2::date AND h.reported_cost_usd IS NULL
)`;

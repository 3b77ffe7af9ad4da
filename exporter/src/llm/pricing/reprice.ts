import { formatMicros, parseMicros } from '../../money/micros.ts';
import type { TokenPrice } from '../../money/llm-price.ts';
import type { Queryable } from '../../database/queryable.ts';
import { updateCostGauges } from './gauges.ts';
import { updateLlmLedger } from '../rollups/ledger.ts';
import { costSql, PRICE_COLUMNS, unpricedSql } from './cost-sql.ts';
import { loadPriceBook } from './price-book.ts';
import { addChangedToRollups, LOCK_USAGE } from '../rollups/rollup-sql.ts';
import { REPAIR_LIMITS, updateRunningTotals } from '../rollups/running-totals.ts';

/** Usage days in `[from, to)`; without provider or model, all of them. */
export interface RepriceRange {
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly from: string;
  readonly to: string;
}

/** What re-pricing changes for one model. Amounts are decimal strings in USD. */
export interface RepricedModel {
  readonly provider: string;
  readonly model: string;
  readonly rows: number;
  readonly users: number;
  /** Of the rows that change; null where none of them has a price. */
  readonly beforeUsd: string | null;
  readonly afterUsd: string | null;
  readonly unpricedBefore: number;
  readonly unpricedAfter: number;
}

export interface Repricing {
  readonly rows: number;
  readonly users: number;
  readonly days: readonly string[];
  readonly beforeUsd: string | null;
  readonly afterUsd: string | null;
  readonly unpricedBefore: number;
  readonly unpricedAfter: number;
  readonly models: readonly RepricedModel[];
}

/** What today's prices (contracts included) would change in stored usage. Reads only. */
export async function findPriceChanges(db: Queryable, range: RepriceRange): Promise<Repricing> {
  const prices = await pricesOf(db, range);
  const result = await db.query<ChangeRow>(`WITH ${CHANGED} ${SUMMARY}`, parameters(range, prices));
  return summaryOf(result.rows);
}

/**
 * Re-prices stored usage in the caller's transaction: rows whose computed cost changes, their rollups by the
 * difference, the ledger of their days and the gauges of the last one. Rows whose source reports a cost do not change.
 * The cost of `today` is marked as provisional.
 */
export async function repriceUsage(
  tx: Queryable,
  range: RepriceRange,
  today: string,
  limits = REPAIR_LIMITS,
): Promise<Repricing> {
  await tx.query(LOCK_USAGE);
  const prices = await pricesOf(tx, range);
  const result = await tx.query<ChangeRow>(
    `WITH ${CHANGED}, ${UPDATE_RAW}, ${ADD_TO_ROLLUPS} ${SUMMARY}`,
    parameters(range, prices),
  );
  const summary = summaryOf(result.rows);
  await updateRunningTotals(tx, summary.days, undefined, limits);
  await updateLlmLedger(tx, summary.days, today);
  await updateCostGauges(tx, summary.days);
  return summary;
}

interface DatedPrice {
  readonly day: string;
  readonly provider: string;
  readonly model: string;
  readonly price: TokenPrice | undefined;
}

async function pricesOf(db: Queryable, range: RepriceRange): Promise<DatedPrice[]> {
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

function parameters(range: RepriceRange, prices: readonly DatedPrice[]): unknown[] {
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

const CHANGED = `
prices AS MATERIALIZED (
  SELECT * FROM unnest($3::date[], $4::text[], $5::text[], ${PRICE_COLUMNS.map((_, index) => `$${index + 6}::numeric[]`).join(', ')})
    AS p(day, provider, model, ${PRICE_COLUMNS.map(({ column }) => column).join(', ')})
), priced AS (
  SELECT h.user_id, h.day, h.provider, h.model, ${unpricedSql('h')} AS unpriced_usage,
    h.computed_cost_usd AS old_computed, h.cost_usd AS old_cost, h.unpriced_tokens AS old_unpriced,
    ${costSql('h', 'p')} AS computed
  FROM llm_metrics_history h JOIN prices p ON p.day = h.day AND p.provider = h.provider AND p.model = h.model
  WHERE h.day >= $1::date AND h.day < $2::date AND h.reported_cost_usd IS NULL
), changed AS MATERIALIZED (
  SELECT user_id, day, provider, model, computed, computed AS cost, unpriced, old_cost, old_unpriced,
    coalesce(computed, 0) - coalesce(old_cost, 0) AS d_cost_usd, unpriced - old_unpriced AS d_unpriced_tokens
  FROM priced, LATERAL (
    SELECT CASE WHEN computed IS NULL THEN unpriced_usage ELSE 0 END AS unpriced) AS u
  WHERE computed IS DISTINCT FROM old_computed
)`;

/** A new price moves the cost and the tokens without a price, never the counts. */
const ADD_TO_ROLLUPS = addChangedToRollups(['cost_usd', 'unpriced_tokens']);

const UPDATE_RAW = `
raw AS (
  UPDATE llm_metrics_history h SET computed_cost_usd = c.computed, cost_usd = c.cost, unpriced_tokens = c.unpriced
  FROM changed c
  WHERE h.user_id = c.user_id AND h.day = c.day AND h.provider = c.provider AND h.model = c.model
    AND h.day >= $1::date AND h.day < $2::date
  RETURNING 1
)`;

interface ChangeRow {
  /** Null in the row of the whole. */
  readonly provider: string | null;
  readonly model: string | null;
  readonly rows: string;
  readonly users: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly unpriced_before: string;
  readonly unpriced_after: string;
  readonly days: string[] | null;
}

const SUMMARY = `
SELECT provider, model, count(*)::text AS rows, count(DISTINCT user_id)::text AS users,
  sum(old_cost)::text AS before, sum(cost)::text AS after, coalesce(sum(old_unpriced), 0)::text AS unpriced_before,
  coalesce(sum(unpriced), 0)::text AS unpriced_after, array_agg(DISTINCT day::text) AS days
FROM changed GROUP BY GROUPING SETS ((provider, model), ()) ORDER BY provider, model`;

function summaryOf(rows: readonly ChangeRow[]): Repricing {
  const whole = rows.find(({ provider }) => provider === null);
  if (whole === undefined) throw new Error('the row of the whole is missing');
  return {
    ...figuresOf(whole),
    days: (whole.days ?? []).toSorted(),
    models: rows.flatMap((row) =>
      row.provider === null || row.model === null
        ? []
        : [{ provider: row.provider, model: row.model, ...figuresOf(row) }],
    ),
  };
}

function figuresOf(row: ChangeRow) {
  return {
    rows: Number(row.rows),
    users: Number(row.users),
    beforeUsd: row.before === null ? null : formatMicros(parseMicros(row.before)),
    afterUsd: row.after === null ? null : formatMicros(parseMicros(row.after)),
    unpricedBefore: Number(row.unpriced_before),
    unpricedAfter: Number(row.unpriced_after),
  };
}

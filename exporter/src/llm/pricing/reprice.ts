import { formatMicros, parseMicros } from '../../money/micros.ts';
import type { Queryable } from '../../database/queryable.ts';
import { updateCostGauges } from './gauges.ts';
import { updateLlmLedger } from '../rollups/ledger.ts';
import type { VariationSums } from './price-variations.ts';
import { parameters, PRICED, pricesOf, type RepriceRange } from './priced-usage.ts';
import { variationsOf } from './varying-costs.ts';
import { addChangedToRollups, LOCK_USAGE } from '../rollups/rollup-sql.ts';
import { REPAIR_LIMITS, updateRunningTotals } from '../rollups/running-totals.ts';

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
  /** Which share of the range's cost is by prices that totals of a day do not tell apart. */
  readonly variations: VariationSums;
}

/** What today's prices (contracts included) would change in stored usage. Reads only. */
export async function findPriceChanges(db: Queryable, range: RepriceRange): Promise<Repricing> {
  const prices = await pricesOf(db, range);
  const result = await db.query<ChangeRow>(`WITH ${CHANGED} ${SUMMARY}`, parameters(range, prices));
  return summaryOf(result.rows, await variationsOf(db, range, prices));
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
  const variations = await variationsOf(tx, range, prices);
  const result = await tx.query<ChangeRow>(
    `WITH ${CHANGED}, ${UPDATE_RAW}, ${ADD_TO_ROLLUPS} ${SUMMARY}`,
    parameters(range, prices),
  );
  const summary = summaryOf(result.rows, variations);
  await updateRunningTotals(tx, summary.days, undefined, limits);
  await updateLlmLedger(tx, summary.days, today);
  await updateCostGauges(tx, range);
  return summary;
}

const CHANGED = `${PRICED}, changed AS MATERIALIZED (
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

function summaryOf(rows: readonly ChangeRow[], variations: VariationSums): Repricing {
  const whole = rows.find(({ provider }) => provider === null);
  if (whole === undefined) throw new Error('the row of the whole is missing');
  return {
    ...figuresOf(whole),
    variations,
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

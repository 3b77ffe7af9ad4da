import type { CostSource } from '../contract/providers.ts';
import type { Queryable } from '../database/queryable.ts';

/** One row of the daily cost ledger (`component_costs`). Amounts are decimal strings. */
export interface LedgerRow {
  readonly day: string;
  readonly component: string;
  /** NULL where the native amount has no rate to USD. */
  readonly amountUsd: string | null;
  readonly amountNative?: string | null;
  readonly currency?: string;
  readonly fxRate?: string | null;
  readonly asOf?: Date | null;
  readonly provisional?: boolean;
  readonly demo?: boolean;
}

/**
 * Makes `rows` the whole of one provider's costs from one source on `days`: changed rows are updated, new ones
 * inserted, rows of components that are no longer there deleted; equal rows are left alone. Other days and other
 * sources are not touched. Returns the number of rows that really changed.
 */
export async function replaceLedger(
  tx: Queryable,
  provider: string,
  source: CostSource,
  days: readonly string[],
  rows: readonly LedgerRow[],
): Promise<number> {
  if (days.length === 0) return 0;
  const replaced = new Set(days);
  const outside = rows.find((row) => !replaced.has(row.day));
  if (outside) throw new RangeError(`ledger row of ${outside.day} is outside the days that are replaced`);
  let changed = 0;
  for (let first = 0; first < days.length; first += MAX_DAYS_AT_ONCE) {
    const part = days.slice(first, first + MAX_DAYS_AT_ONCE);
    const here = new Set(part);
    changed += await replaceDays(
      tx,
      provider,
      source,
      part,
      rows.filter(({ day }) => here.has(day)),
    );
  }
  return changed;
}

/** The planner expects a hundred rows of JSON whatever they are: the comparison is quadratic beyond some years. */
const MAX_DAYS_AT_ONCE = 200;

async function replaceDays(
  tx: Queryable,
  provider: string,
  source: CostSource,
  days: readonly string[],
  rows: readonly LedgerRow[],
): Promise<number> {
  const payload = rows.map((row) => ({
    day: row.day,
    component: row.component,
    amount_usd: row.amountUsd,
    amount_native: row.amountNative ?? row.amountUsd,
    currency: row.currency ?? 'USD',
    fx_rate: row.fxRate ?? null,
    as_of: row.asOf?.toISOString() ?? null,
    provisional: row.provisional ?? false,
    demo: row.demo ?? false,
  }));
  const result = await tx.query<{ changed: string }>(REPLACE, [provider, source, days, JSON.stringify(payload)]);
  return Number(result.rows[0]?.changed ?? 0);
}

// Ordered by the key, so that two writers never wait for each other crosswise.
const REPLACE = `
WITH input AS (
  SELECT * FROM jsonb_to_recordset($4::jsonb) AS r(
    day date, component text, amount_usd numeric, amount_native numeric, currency text, fx_rate numeric,
    as_of timestamptz, provisional boolean, demo boolean)
), gone AS (
  DELETE FROM component_costs c
  WHERE c.provider = $1 AND c.source = $2 AND c.day = ANY($3::date[])
    AND NOT EXISTS (SELECT 1 FROM input i WHERE i.day = c.day AND i.component = c.component)
  RETURNING 1
), written AS (
  INSERT INTO component_costs AS c (
    day, provider, component, source, amount_usd, amount_native, currency, fx_rate, as_of, provisional, demo,
      updated_at)
  SELECT day, $1, component, $2, amount_usd, amount_native, currency, fx_rate, as_of, provisional, demo, now()
  FROM input ORDER BY day, component
  ON CONFLICT (day, provider, component, source) DO UPDATE SET
    amount_usd = excluded.amount_usd, amount_native = excluded.amount_native, currency = excluded.currency,
    fx_rate = excluded.fx_rate, as_of = excluded.as_of, provisional = excluded.provisional, demo = excluded.demo,
    updated_at = now()
  WHERE (c.amount_usd, c.amount_native, c.currency, c.fx_rate, c.provisional, c.demo)
    IS DISTINCT FROM (excluded.amount_usd, excluded.amount_native, excluded.currency, excluded.fx_rate,
      excluded.provisional, excluded.demo)
  RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written) AS changed`;

import { z } from 'zod';
import type { Queryable } from '../database/queryable.ts';
import { takeLock } from '../database/locks.ts';

export interface BudgetSetting {
  /** A provider, or `all` for the whole. */
  readonly provider: string;
  /** Decimal string above 0. */
  readonly monthUsd: string;
  /** Percent; 100 alone where left out. */
  readonly thresholds?: readonly number[];
}

// $1 providers, $2 amounts, $3 now, $4 thresholds. A budget that left the settings is removed; one set by the API stays as it is.
const WRITE = `
WITH wanted AS (SELECT * FROM unnest($1::text[], $2::numeric[], $4::text[]) AS w(provider, month_usd, percents)),
newest AS (
  SELECT DISTINCT ON (provider) provider, month_usd, thresholds, source FROM budgets WHERE provider IS NOT NULL
  ORDER BY provider, id DESC
),
due AS (
  SELECT w.provider, w.month_usd, w.percents::int[] AS thresholds FROM wanted w LEFT JOIN newest n USING (provider)
  WHERE n.source IS NULL OR (n.source = 'settings'
    AND (n.month_usd, n.thresholds) IS DISTINCT FROM (w.month_usd, w.percents::int[]))
  UNION ALL
  SELECT n.provider, NULL, n.thresholds FROM newest n
  WHERE n.source = 'settings' AND n.month_usd IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.provider = n.provider)
), stored AS (
  INSERT INTO budgets (provider, month_usd, thresholds, valid_from, created_by, source)
  SELECT provider, month_usd, thresholds, $3::timestamptz, 'settings', 'settings' FROM due ORDER BY provider
  RETURNING provider
)
SELECT (SELECT count(*)::int FROM stored) AS stored,
  ARRAY(
    SELECT w.provider FROM wanted w JOIN newest n USING (provider)
    WHERE n.source = 'api' AND n.month_usd IS DISTINCT FROM w.month_usd ORDER BY 1
  ) AS overruled`;

const result = z.tuple([z.object({ stored: z.int(), overruled: z.array(z.string()) })]);

/** Stores the budgets of BUDGETS_USD that changed; `overruled` are the providers whose budget was set by the API. */
export async function writeBudgetSettings(
  tx: Queryable,
  budgets: readonly BudgetSetting[],
  now: Date,
): Promise<{ readonly stored: number; readonly overruled: readonly string[] }> {
  // Replicas start at once: the second finds what the first has stored.
  await takeLock(tx, 'budgets');
  const { rows } = await tx.query(WRITE, [
    budgets.map(({ provider }) => provider),
    budgets.map(({ monthUsd }) => monthUsd),
    now,
    budgets.map(({ thresholds = [100] }) => `{${thresholds.join(',')}}`),
  ]);
  return result.parse(rows)[0];
}

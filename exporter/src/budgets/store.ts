import { z } from 'zod';
import { BUDGET_SOURCES, type BudgetRow } from '../contract/datasets.ts';
import type { Queryable } from '../database/queryable.ts';
import { isoSql } from '../database/sql.ts';
import { micros, usdText } from '../money/format.ts';

const budgetRow = z.object({
  id: z.string(),
  provider: z.string(),
  month_usd: z.string().nullable(),
  valid_from: z.string(),
  source: z.enum(BUDGET_SOURCES),
  created_by: z.string(),
});

const COLUMNS = `id::text AS id, provider, month_usd::text AS month_usd, ${isoSql('valid_from')} AS valid_from,
  source, created_by`;

/** The version in force of each provider (also a budget that was taken away), or every version, newest first. */
export async function listBudgets(db: Queryable, history: boolean): Promise<BudgetRow[]> {
  const newest = 'SELECT DISTINCT ON (provider) * FROM budgets ORDER BY provider, id DESC';
  const { rows } = await db.query(
    history
      ? `SELECT ${COLUMNS} FROM budgets ORDER BY budgets.id DESC LIMIT 1000`
      : `SELECT ${COLUMNS} FROM (${newest}) b ORDER BY b.provider LIMIT 1000`,
  );
  return z.array(budgetRow).parse(rows).map(budgetOf);
}

/** Appends a version, unless the newest one of the API says the same already: a repeated PUT stores nothing. */
export async function putBudget(
  db: Queryable,
  budget: { readonly provider: string; readonly monthUsd: string | null; readonly now: Date; readonly by: string },
): Promise<{ stored: boolean; rows: BudgetRow[] }> {
  const { rows } = await db.query(
    `WITH newest AS (SELECT * FROM budgets WHERE provider = $1 ORDER BY id DESC LIMIT 1),
     stored AS (
       INSERT INTO budgets (provider, month_usd, valid_from, created_by)
       SELECT $1, $2::numeric, $3, $4
       WHERE (SELECT month_usd FROM newest) IS DISTINCT FROM $2::numeric OR (SELECT source FROM newest) = 'settings'
       RETURNING *
     )
     SELECT ${COLUMNS}, true AS stored FROM stored
     UNION ALL SELECT ${COLUMNS}, false FROM newest WHERE NOT EXISTS (SELECT 1 FROM stored)`,
    [budget.provider, budget.monthUsd, budget.now, budget.by],
  );
  return { stored: rows[0]?.['stored'] === true, rows: z.array(budgetRow).parse(rows).map(budgetOf) };
}

function budgetOf(row: z.output<typeof budgetRow>): BudgetRow {
  return {
    id: row.id,
    provider: row.provider,
    monthUsd: usdText(micros(row.month_usd)),
    validFrom: row.valid_from,
    source: row.source,
    createdBy: row.created_by,
  };
}

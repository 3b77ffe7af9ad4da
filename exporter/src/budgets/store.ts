import { z } from 'zod';
import { BUDGET_SOURCES, type BudgetRow, type BudgetScope } from '../contract/datasets.ts';
import type { Queryable } from '../database/queryable.ts';
import { isoSql } from '../database/sql.ts';
import { micros, usdText } from '../money/format.ts';
import { ALL_PROVIDERS } from './forecast.ts';

const budgetRow = z.object({
  id: z.string(),
  provider: z.string().nullable(),
  customer: z.string().nullable(),
  user_id: z.string().nullable(),
  month_usd: z.string().nullable(),
  thresholds: z.array(z.int()),
  valid_from: z.string(),
  source: z.enum(BUDGET_SOURCES),
  created_by: z.string(),
});

export interface BudgetEntry extends BudgetScope {
  /** Null takes the budget away. */
  readonly monthUsd: string | null;
  /** Percent, ascending, 100 among them; undefined: as they were, at first 100 alone. */
  readonly thresholds?: readonly number[] | undefined;
  readonly now: Date;
  readonly by: string;
}

const COLUMNS = `id::text AS id, provider, customer, user_id, month_usd::text AS month_usd, thresholds,
  ${isoSql('valid_from')} AS valid_from, source, created_by`;

/** The version in force of each budget (also one that was taken away), or every version, newest first. */
export async function listBudgets(db: Queryable, history: boolean): Promise<BudgetRow[]> {
  const newest = `SELECT DISTINCT ON (provider, customer, user_id) * FROM budgets
    ORDER BY provider, customer, user_id, id DESC`;
  const { rows } = await db.query(
    history
      ? `SELECT ${COLUMNS} FROM budgets ORDER BY budgets.id DESC LIMIT 1000`
      : `SELECT ${COLUMNS} FROM (${newest}) b ORDER BY b.provider, b.customer, b.user_id LIMIT 1000`,
  );
  return z.array(budgetRow).parse(rows).map(budgetOf);
}

/** Appends a version, unless the newest one of the API says the same already: a repeated PUT stores nothing. */
export async function putBudget(db: Queryable, entry: BudgetEntry): Promise<{ stored: boolean; rows: BudgetRow[] }> {
  const { rows } = await db.query(
    `WITH newest AS (
       SELECT * FROM budgets WHERE provider IS NOT DISTINCT FROM $1 AND customer IS NOT DISTINCT FROM $2
         AND user_id IS NOT DISTINCT FROM $3 ORDER BY id DESC LIMIT 1
     ), wanted AS (SELECT coalesce($5::int[], (SELECT thresholds FROM newest), '{100}') AS thresholds),
     stored AS (
       INSERT INTO budgets (provider, customer, user_id, month_usd, thresholds, valid_from, created_by)
       SELECT $1, $2, $3, $4::numeric, thresholds, $6, $7 FROM wanted
       WHERE (SELECT (month_usd, thresholds) FROM newest) IS DISTINCT FROM ($4::numeric, thresholds)
         AND NOT ($4::numeric IS NULL AND (SELECT month_usd IS NULL AND source = 'api' FROM newest) IS TRUE)
         OR (SELECT source FROM newest) = 'settings'
       RETURNING *
     )
     SELECT ${COLUMNS}, true AS stored FROM stored
     UNION ALL SELECT ${COLUMNS}, false FROM newest WHERE NOT EXISTS (SELECT 1 FROM stored)`,
    [entry.provider, entry.customer, entry.userId, entry.monthUsd, entry.thresholds ?? null, entry.now, entry.by],
  );
  return { stored: rows[0]?.['stored'] === true, rows: z.array(budgetRow).parse(rows).map(budgetOf) };
}

function budgetOf(row: z.output<typeof budgetRow>): BudgetRow {
  return {
    id: row.id,
    provider: row.provider,
    customer: row.customer,
    userId: row.user_id,
    monthUsd: usdText(micros(row.month_usd)),
    thresholds: row.thresholds,
    validFrom: row.valid_from,
    source: row.source,
    createdBy: row.created_by,
  };
}

const known = z.object({ known: z.boolean() });

/** Whether anything is stored of what a budget is to be for; a typing mistake is not. */
export async function isKnownScope(db: Queryable, { provider, customer, userId }: BudgetScope): Promise<boolean> {
  if (provider === ALL_PROVIDERS) return true;
  const [sql, value] =
    customer !== null
      ? [CUSTOMER_IS_KNOWN, customer]
      : userId !== null
        ? [USER_IS_KNOWN, userId]
        : ['EXISTS (SELECT 1 FROM component_costs WHERE provider = $1)', provider];
  return z.tuple([known]).parse((await db.query(`SELECT ${sql} AS known`, [value])).rows)[0].known;
}

const CUSTOMER_IS_KNOWN = ['customer_details', 'mrr_movements', 'revenue_by_customer', 'customer_users']
  .map((table) => `EXISTS (SELECT 1 FROM ${table} WHERE customer = $1)`)
  .join(' OR ');
const USER_IS_KNOWN = ['llm_user_month', 'llm_user_emails', 'customer_users', 'llm_user_day']
  .map((table) => `EXISTS (SELECT 1 FROM ${table} WHERE user_id = $1)`)
  .join(' OR ');

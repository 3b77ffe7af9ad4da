import { z } from 'zod';
import { DATASETS } from '../contract/datasets.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Period } from '../money/days.ts';
import { revenueCohorts } from '../movements/cohorts.ts';
import { movementsByMonth } from '../movements/movements.ts';
import { revenueRetention } from '../movements/retention.ts';
import { free, type Cell } from './csv.ts';
import { cellsOf } from './dataset-cells.ts';

/** The fields of the datasets, under the same names. */
export const WATERFALL_COLUMNS = Object.keys(DATASETS['mrr-waterfall'].fields).filter(
  (name) => !['kind', 'group', 'name'].includes(name),
);
export const RETENTION_COLUMNS = Object.keys(DATASETS['revenue-retention'].fields);
export const COHORT_COLUMNS = Object.keys(DATASETS['revenue-cohorts'].fields);

export const MOVEMENT_COLUMNS = [
  'day',
  'customer',
  'subscription',
  'plan',
  'planName',
  'product',
  'movement',
  'reason',
  'currency',
  'amount',
  'amountUsd',
  'customerName',
  'customerEmail',
] as const;

export async function waterfallCells(db: Queryable, period: Period, today: string): Promise<Cell[][]> {
  const rows = await movementsByMonth(db, period, { groupBy: 'none', limit: 1 }, today);
  return rows.map((row) => cellsOf(row, WATERFALL_COLUMNS));
}

export async function retentionCells(db: Queryable, period: Period, today: string): Promise<Cell[][]> {
  return (await revenueRetention(db, period, today)).map((row) => cellsOf(row, RETENTION_COLUMNS));
}

export async function cohortCells(db: Queryable, period: Period, today: string): Promise<Cell[][]> {
  return (await revenueCohorts(db, period, today)).map((row) => cellsOf(row, COHORT_COLUMNS));
}

const text = z.string().nullable();
const movementRow = z.object({
  day: z.string(),
  customer: text,
  subscription: text,
  plan: text,
  planName: text,
  product: text,
  movement: z.string(),
  reason: text,
  currency: text,
  amount: z.string(),
  amountUsd: text,
  customerName: text,
  customerEmail: text,
});

const MOVEMENTS = `
SELECT day::text AS day, customer, nullif(subscription, '') AS subscription, nullif(plan, '') AS plan, p.name AS "planName",
  nullif(m.product, '') AS product, kind AS movement, nullif(reason, '') AS reason, nullif(currency, '') AS currency,
  trim_scale(amount)::text AS amount, trim_scale(amount_usd)::text AS "amountUsd",
  d.name AS "customerName", d.email AS "customerEmail"
FROM mrr_movements m LEFT JOIN mrr_plans p USING (plan) LEFT JOIN customer_details d USING (customer)
WHERE day >= $1::date AND day < $2::date ORDER BY day, customer, subscription, plan, kind, reason`;

/** Every stored movement; the line of the rates has none, since it follows from levels and rates. */
export async function movementCells(db: Queryable, { from, to }: Period): Promise<Cell[][]> {
  const { rows } = await db.query(MOVEMENTS, [from, to]);
  return z
    .array(movementRow)
    .parse(rows)
    .map((row) => [
      row.day,
      ...[row.customer, row.subscription, row.plan, row.planName, row.product].map(free),
      ...[row.movement, row.reason, row.currency, row.amount, row.amountUsd],
      ...[row.customerName, row.customerEmail].map(free),
    ]);
}

import { DATASETS } from '../contract/datasets.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Period } from '../money/days.ts';
import { mrrByCurrency } from '../revenue/mrr-by-currency.ts';
import { revenueFiguresByDay } from '../revenue/revenue-by-day.ts';
import type { Cell } from './csv.ts';
import { cellsOf } from './dataset-cells.ts';

/** The fields of the datasets, under the same names. */
export const REVENUE_COLUMNS = Object.keys(DATASETS['revenue-by-day'].fields);
export const MRR_CURRENCY_COLUMNS = Object.keys(DATASETS['mrr-by-currency'].fields);

export async function revenueCells(db: Queryable, period: Period): Promise<Cell[][]> {
  return (await revenueFiguresByDay(db, period)).map((row) => cellsOf(row, REVENUE_COLUMNS));
}

export async function mrrCurrencyCells(db: Queryable, period: Period): Promise<Cell[][]> {
  return (await mrrByCurrency(db, period)).map((row) => cellsOf(row, MRR_CURRENCY_COLUMNS));
}

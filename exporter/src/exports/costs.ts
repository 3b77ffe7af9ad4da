import type { Queryable } from '../database/queryable.ts';
import { effectiveCosts } from '../ledger/effective-costs.ts';
import type { Period } from '../money/days.ts';
import { formatMicros } from '../money/micros.ts';
import { free, type Cell } from './csv.ts';

export const COST_COLUMNS = [
  'day',
  'provider',
  'component',
  'source',
  'costUsd',
  'amount',
  'currency',
  'fxRate',
  'provisional',
] as const;

export async function costCells(db: Queryable, period: Period, provider?: string): Promise<Cell[][]> {
  return (await effectiveCosts(db, period, { provider, withInvoices: true })).map((row) => [
    row.day,
    free(row.provider),
    free(row.component),
    row.source,
    row.usd === null ? null : formatMicros(row.usd),
    row.native === null ? null : formatMicros(row.native),
    row.currency,
    row.fx_rate,
    String(row.provisional),
  ]);
}

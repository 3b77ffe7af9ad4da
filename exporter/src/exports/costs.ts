import type { Queryable } from '../database/queryable.ts';
import { effectiveCosts } from '../ledger/effective-costs.ts';
import { tokensByComponent } from '../llm/usage/tokens-by-component.ts';
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
  'unpricedTokens',
] as const;

/** Usage without a price is in no `costUsd`: a row with `unpricedTokens` cost at least what it says, or is unknown. */
export async function costCells(db: Queryable, period: Period, provider?: string): Promise<Cell[][]> {
  const [costs, tokens] = await Promise.all([
    effectiveCosts(db, period, { provider, withInvoices: true }),
    tokensByComponent(db, period),
  ]);
  return costs.map((row) => [
    row.day,
    free(row.provider),
    free(row.component),
    row.source,
    row.usd === null ? null : formatMicros(row.usd),
    row.native === null ? null : formatMicros(row.native),
    row.currency,
    row.fx_rate,
    String(row.provisional),
    row.provider === 'llm' && row.source === 'api_usage'
      ? String(tokens.get(`${row.day} ${row.component}`)?.unpriced ?? 0n)
      : null,
  ]);
}

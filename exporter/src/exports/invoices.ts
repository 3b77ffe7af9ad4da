import type { Queryable } from '../database/queryable.ts';
import { adjustmentSeries } from '../invoices/store.ts';
import type { Period } from '../money/days.ts';
import { free, type Cell } from './csv.ts';

export const INVOICE_COLUMNS = [
  'id',
  'seriesId',
  'version',
  'action',
  'current',
  'provider',
  'component',
  'kind',
  'invoiceNumber',
  'billingDate',
  'periodStart',
  'periodEnd',
  'amount',
  'currency',
  'fxRate',
  'amountUsd',
  'taxAmount',
  'createdAt',
] as const;
/** Who wrote what is for administrators. */
export const PERSONAL_COLUMNS = ['createdBy', 'notes', 'reason'] as const;

/** The invoices that count now, or every version. */
export async function invoiceCells(
  db: Queryable,
  period: Period,
  options: { readonly provider?: string | undefined; readonly all: boolean; readonly personal: boolean },
): Promise<Cell[][]> {
  const series = await adjustmentSeries(db, period.from, period.to);
  return series
    .flatMap((versions) => versions.map((row) => ({ row, current: row === versions.at(-1) && row.action !== 'void' })))
    .filter(
      ({ row, current }) =>
        (options.all || current) &&
        (options.provider === undefined || row.provider === options.provider) &&
        row.periodStart < period.to &&
        row.periodEnd > period.from,
    )
    .map(({ row, current }) => [
      row.id,
      row.seriesId,
      String(row.version),
      row.action,
      String(current),
      free(row.provider),
      free(row.component),
      row.kind,
      free(row.invoiceNumber),
      row.billingDate,
      row.periodStart,
      row.periodEnd,
      row.amount,
      row.currency,
      row.fxRate,
      row.amountUsd,
      row.taxAmount,
      row.createdAt,
      ...(options.personal ? [free(row.createdBy), free(row.notes), free(row.reason)] : []),
    ]);
}

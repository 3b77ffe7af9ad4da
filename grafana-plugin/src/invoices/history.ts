import type { BillingAdjustmentRow } from '../../../exporter/src/contract/billing.ts';

/** One invoice with every version of it, newest first. */
export interface Invoice {
  readonly seriesId: string;
  readonly newest: BillingAdjustmentRow;
  readonly versions: readonly BillingAdjustmentRow[];
  readonly state: 'entered' | 'corrected' | 'voided';
}

/** Versions by invoice; invoices by the time of their newest version, newest first. */
export function invoicesOf(rows: readonly BillingAdjustmentRow[]): Invoice[] {
  const series = Map.groupBy(rows, (row) => row.seriesId);
  return [...series.entries()]
    .flatMap(([seriesId, versions]): Invoice[] => {
      const sorted = [...versions].sort((a, b) => b.version - a.version);
      const newest = sorted[0];
      if (newest === undefined) return [];
      return [
        {
          seriesId,
          newest,
          versions: sorted,
          state: newest.voided || newest.action === 'void' ? 'voided' : sorted.length > 1 ? 'corrected' : 'entered',
        },
      ];
    })
    .sort((a, b) => (a.newest.createdAt < b.newest.createdAt ? 1 : a.newest.createdAt > b.newest.createdAt ? -1 : 0));
}

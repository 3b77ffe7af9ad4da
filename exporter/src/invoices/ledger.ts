import { addDays } from '../money/days.ts';
import { formatMicros, type Micros } from '../money/micros.ts';
import { replaceLedger, type LedgerRow } from '../ledger/replace-rows.ts';
import type { Queryable } from '../database/queryable.ts';
import { sharesByDay } from './allocate.ts';
import type { Adjustment } from './invoice.ts';
import { invoicedProvidersAt, ledgerPlace } from '../ledger/ledger-key.ts';
import { currentAdjustments } from './store.ts';

/** What the ledger needs of an invoice. */
export type LedgerInvoice = Pick<
  Adjustment,
  'provider' | 'component' | 'periodStart' | 'periodEnd' | 'amount' | 'amountUsd' | 'currency' | 'fxRate' | 'demo'
>;

interface Cell {
  readonly day: string;
  readonly component: string;
  usd: Micros | null;
  native: Micros;
  currency: string | null;
  fxRate: string | null;
  demo: boolean;
}

/**
 * One ledger provider's invoices by day and component; invoices of one place add up. Where currencies meet, the native
 * amount is the USD one; what has no rate is in no sum. Pure. `days` limits the rows.
 */
export function invoiceLedgerRows(invoices: readonly LedgerInvoice[], days?: ReadonlySet<string>): LedgerRow[] {
  const cells = new Map<string, Cell>();
  for (const invoice of invoices) {
    const { component } = ledgerPlace(invoice.provider, invoice.component);
    for (const { day, usd, native } of sharesByDay(invoice)) {
      if (days !== undefined && !days.has(day)) continue;
      const key = `${day} ${component}`;
      const cell = cells.get(key);
      if (cell === undefined) {
        cells.set(key, {
          day,
          component,
          usd,
          native,
          currency: invoice.currency,
          fxRate: invoice.fxRate,
          demo: invoice.demo,
        });
        continue;
      }
      if (usd !== null) cell.usd = (cell.usd ?? 0n) + usd;
      cell.native += native;
      if (cell.currency !== invoice.currency) cell.currency = null;
      if (cell.fxRate !== invoice.fxRate) cell.fxRate = null;
      cell.demo ||= invoice.demo;
    }
  }
  return [...cells.values()].map(({ day, component, usd, native, currency, fxRate, demo }) => {
    const amountUsd = usd === null ? null : formatMicros(usd);
    return {
      day,
      component,
      amountUsd,
      amountNative: currency === null ? amountUsd : formatMicros(native),
      currency: currency ?? 'USD',
      fxRate: currency === null ? null : fxRate,
      demo,
    };
  });
}

/** Rewrites the `invoice` rows of these days of one ledger provider from the invoices that count now. */
export async function rewriteInvoiceLedger(
  tx: Queryable,
  ledgerProvider: string,
  days: readonly string[],
): Promise<number> {
  const sorted = [...new Set(days)].sort();
  const first = sorted[0];
  const last = sorted.at(-1);
  if (first === undefined || last === undefined) return 0;
  const invoices = await currentAdjustments(tx, invoicedProvidersAt(ledgerProvider), first, addDays(last, 1));
  const here = invoices.filter(
    ({ provider, component }) => ledgerPlace(provider, component).provider === ledgerProvider,
  );
  return replaceLedger(tx, ledgerProvider, 'invoice', sorted, invoiceLedgerRows(here, new Set(sorted)));
}

import type { Queryable } from '../database/queryable.ts';
import { adjustmentSeries } from '../invoices/store.ts';
import { effectiveCosts } from '../ledger/effective-costs.ts';
import { ledgerPlace } from '../ledger/ledger-key.ts';
import type { Period } from '../money/days.ts';
import { calendarPeriod, chargesOfSeries, type Charge } from './focus.ts';

/** Invoices by version, and every other cost that counts. An invoice is listed by vendor, usage by collector. */
export async function focusCharges(db: Queryable, period: Period, provider?: string): Promise<Charge[]> {
  const [series, others] = await Promise.all([
    adjustmentSeries(db, period.from, period.to),
    effectiveCosts(db, period, { provider, withInvoices: false }),
  ]);
  const invoiced = series
    .filter(
      ([first]) =>
        provider === undefined ||
        (first !== undefined &&
          [first.provider, ledgerPlace(first.provider, first.component).provider].includes(provider)),
    )
    .flatMap(chargesOfSeries);
  const usage = others.flatMap(({ day, provider: name, component, source, usd, native, currency }): Charge[] => {
    const cost = native ?? usd;
    if (cost === null) return [];
    return [
      {
        day,
        provider: name,
        component,
        source,
        usd,
        native: cost,
        currency,
        billingPeriod: calendarPeriod(day),
        category: source === 'fixed' ? 'Purchase' : 'Usage',
        isCorrection: false,
        description: `${name} ${component}: ${source}`,
        invoiceId: null,
        adjustmentId: null,
      },
    ];
  });
  return [...invoiced.filter(({ day }) => day >= period.from && day < period.to), ...usage];
}

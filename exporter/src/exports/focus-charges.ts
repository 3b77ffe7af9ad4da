import { WHOLE_PROVIDER } from '../contract/providers.ts';
import type { Queryable } from '../database/queryable.ts';
import { adjustmentSeries } from '../invoices/store.ts';
import { effectiveCosts } from '../ledger/effective-costs.ts';
import { ledgerPlace } from '../ledger/ledger-key.ts';
import { tokensByComponent } from '../llm/usage/tokens-by-component.ts';
import type { Period } from '../money/days.ts';
import { calendarPeriod, type Charge } from './focus.ts';
import { chargesOfSeries } from './focus-invoices.ts';

/** Invoices by version, and every other cost that counts, each by the vendor that is paid. */
export async function focusCharges(db: Queryable, period: Period, provider?: string): Promise<Charge[]> {
  const [series, others, tokens] = await Promise.all([
    adjustmentSeries(db, period.from, period.to),
    effectiveCosts(db, period, { provider, withInvoices: false }),
    tokensByComponent(db, period),
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
    const isLlm = name === 'llm' && component !== WHOLE_PROVIDER;
    const used = isLlm && source === 'api_usage' ? tokens.get(`${day} ${component}`) : undefined;
    return [
      {
        day,
        provider: isLlm ? component : name,
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
        // The cost is that of the tokens with a price.
        consumed: used === undefined ? null : { quantity: `${used.priced}.0`, unit: 'Tokens' },
        unpricedTokens: used === undefined || used.unpriced === 0n ? null : String(used.unpriced),
      },
    ];
  });
  return [...invoiced.filter(({ day }) => day >= period.from && day < period.to), ...usage];
}

import { z } from 'zod';
import { WHOLE_PROVIDER } from '../contract/providers.ts';
import type { Queryable } from '../database/queryable.ts';
import { adjustmentSeries } from '../invoices/store.ts';
import { effectiveCosts } from '../ledger/effective-costs.ts';
import { ledgerPlace } from '../ledger/ledger-key.ts';
import { componentOf } from '../llm/rollups/ledger.ts';
import type { Period } from '../money/days.ts';
import { calendarPeriod, type Charge } from './focus.ts';
import { chargesOfSeries } from './focus-invoices.ts';

/** Invoices by version, and every other cost that counts, each by the vendor that is paid. */
export async function focusCharges(db: Queryable, period: Period, provider?: string): Promise<Charge[]> {
  const [series, others, tokens] = await Promise.all([
    adjustmentSeries(db, period.from, period.to),
    effectiveCosts(db, period, { provider, withInvoices: false }),
    tokensByDay(db, period),
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
    const quantity = isLlm && source === 'api_usage' ? tokens.get(`${day} ${component}`) : undefined;
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
        consumed: quantity === undefined ? null : { quantity, unit: 'Tokens' },
      },
    ];
  });
  return [...invoiced.filter(({ day }) => day >= period.from && day < period.to), ...usage];
}

const tokenRow = z.object({ day: z.string(), provider: z.string(), tokens: z.string().transform(BigInt) });

/** Tokens by day and component of the ledger, as decimal strings. */
async function tokensByDay(db: Queryable, { from, to }: Period): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query(
    `SELECT day::text AS day, provider, sum(prompt_tokens + completion_tokens)::text AS tokens FROM llm_model_day
     WHERE day >= $1::date AND day < $2::date GROUP BY day, provider`,
    [from, to],
  );
  const sums = new Map<string, bigint>();
  for (const { day, provider, tokens } of z.array(tokenRow).parse(rows)) {
    const key = `${day} ${componentOf(provider)}`;
    sums.set(key, (sums.get(key) ?? 0n) + tokens);
  }
  return new Map([...sums].map(([key, sum]) => [key, `${sum}.0`]));
}

import { z } from 'zod';
import type { LineFigure, MonthLine } from '../contract/months.ts';
import { COST_SOURCES } from '../contract/providers.ts';
import { compareProviders } from '../contract/vendors.ts';
import type { Queryable } from '../database/queryable.ts';
import { sharesByDay } from '../invoices/allocate.ts';
import type { Adjustment } from '../invoices/invoice.ts';
import { currentAdjustmentsOfAll } from '../invoices/store.ts';
import { ledgerPlace } from '../ledger/ledger-key.ts';
import type { Period } from '../money/days.ts';
import { micros, sumKnown, usdText } from '../money/format.ts';
import type { Micros } from '../money/micros.ts';

/** What one source says about one component over the days on which it counts. */
const countedRow = z.object({
  provider: z.string(),
  component: z.string(),
  source: z.enum(COST_SOURCES),
  usd: z.string().nullable().transform(micros),
  /** The currency of the days that have no rate. */
  unconverted: z.string().nullable(),
});
export type CountedCost = z.output<typeof countedRow>;

export async function countedCosts(db: Queryable, { from, to }: Period): Promise<CountedCost[]> {
  const { rows } = await db.query(
    `SELECT provider, component, source, sum(amount_usd)::text AS usd,
       max(currency) FILTER (WHERE amount_usd IS NULL) AS unconverted
     FROM effective_costs WHERE day >= $1::date AND day < $2::date
     GROUP BY provider, component, source ORDER BY provider, component, source`,
    [from, to],
  );
  return z.array(countedRow).parse(rows);
}

/**
 * What every cost of the period consists of: each entered invoice with its share of these days, and every other source
 * that counts, by component. The lines of a figure add up to what the ledger says.
 */
export async function costLines(db: Queryable, period: Period, counted: readonly CountedCost[]): Promise<MonthLine[]> {
  const invoices = await currentAdjustmentsOfAll(db, period.from, period.to);
  return linesOf(counted, invoices, period);
}

function linesOf(counted: readonly CountedCost[], invoices: readonly Adjustment[], period: Period): MonthLine[] {
  const entered = invoices.map((invoice) => ({
    ledgerProvider: ledgerPlace(invoice.provider, invoice.component).provider,
    share: shareOf(invoice, period),
    invoice,
  }));
  const invoicedUsd = Map.groupBy(
    counted.filter(({ source }) => source === 'invoice'),
    ({ provider }) => provider,
  );
  const rest = [...invoicedUsd].flatMap(([provider, rows]): MonthLine[] => {
    const explained =
      sumKnown(entered.filter((one) => one.ledgerProvider === provider).map(({ share }) => share)) ?? 0n;
    const left = (sumKnown(rows.map(({ usd }) => usd)) ?? 0n) - explained;
    return left === 0n
      ? []
      : [
          line({
            kind: 'rest',
            key: `rest:${provider}`,
            figure: figureOf(provider),
            provider,
            source: 'invoice',
            usd: left,
          }),
        ];
  });
  return [
    ...entered.map(({ invoice, share, ledgerProvider }) =>
      line({
        kind: 'invoice',
        key: `invoice:${invoice.seriesId}`,
        figure: figureOf(ledgerProvider),
        provider: invoice.provider,
        component: invoice.component,
        source: 'invoice',
        invoiceNumber: invoice.invoiceNumber,
        version: invoice.version,
        usd: share,
        currency: invoice.currency,
      }),
    ),
    ...rest,
    ...counted
      .filter(({ source }) => source !== 'invoice')
      .map(({ provider, component, source, usd, unconverted }) =>
        line({
          kind: 'cost',
          key: `cost:${provider}:${component}:${source}`,
          figure: figureOf(provider),
          provider,
          component,
          source,
          usd,
          currency: unconverted,
        }),
      ),
  ].toSorted((a, b) => compareProviders(a.provider ?? '', b.provider ?? '') || (a.key < b.key ? -1 : 1));
}

/** The invoice's part of these days; null where it has no rate. */
function shareOf(invoice: Adjustment, { from, to }: Period): Micros | null {
  return sumKnown(
    sharesByDay(invoice)
      .filter(({ day }) => day >= from && day < to)
      .map(({ usd }) => usd),
  );
}

function figureOf(ledgerProvider: string): LineFigure {
  return ledgerProvider === 'llm' ? 'llm' : 'infrastructure';
}

type LineFacts = Pick<MonthLine, 'figure' | 'kind' | 'key'> &
  Partial<Omit<MonthLine, 'figure' | 'kind' | 'key' | 'amountUsd'>> & { readonly usd: Micros | null };

/** A line with null for what is not given; the currency is said only where the amount has no rate. */
export function line({ usd, currency, ...facts }: LineFacts): MonthLine {
  return {
    provider: null,
    component: null,
    source: null,
    invoiceNumber: null,
    version: null,
    ...facts,
    amountUsd: usdText(usd),
    currency: usd === null ? (currency ?? null) : null,
  };
}

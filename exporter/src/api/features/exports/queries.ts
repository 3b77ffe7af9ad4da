import { z } from 'zod';
import { COST_SOURCES } from '../../../contract/providers.ts';
import { free, type Cell } from '../../../exports/csv.ts';
import { calendarPeriod, chargesOfSeries, type Charge } from '../../../exports/focus.ts';
import type { Adjustment } from '../../../invoices/invoice.ts';
import { ledgerPlace } from '../../../ledger/ledger-key.ts';
import { ADJUSTMENT_COLUMNS, parseAdjustments } from '../../../invoices/store.ts';
import { formatMicros, parseMicros } from '../../../money/micros.ts';
import type { Queryable } from '../../../database/queryable.ts';
import type { Period } from '../../shared/period.ts';

const amount = z
  .string()
  .nullable()
  .transform((text) => (text === null ? null : parseMicros(text)));
const costRow = z.object({
  day: z.string(),
  provider: z.string(),
  component: z.string(),
  source: z.enum(COST_SOURCES),
  usd: amount,
  native: amount,
  currency: z.string(),
  fx_rate: z.string().nullable(),
  provisional: z.boolean(),
});
type CostRow = z.output<typeof costRow>;

/** What counts, by day, provider and component. */
async function effectiveCosts(
  db: Queryable,
  { from, to }: Period,
  provider: string | undefined,
  invoices: boolean,
): Promise<CostRow[]> {
  const { rows } = await db.query(
    `SELECT day::text AS day, provider, component, source, amount_usd::text AS usd, amount_native::text AS native, currency, fx_rate::text AS fx_rate, provisional FROM effective_costs
     WHERE day >= $1::date AND day < $2::date AND ($3::text IS NULL OR provider = $3) AND ($4 OR source <> 'invoice') ORDER BY effective_costs.day, provider, component`,
    [from, to, provider ?? null, invoices],
  );
  return z.array(costRow).parse(rows);
}

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
  return (await effectiveCosts(db, period, provider, true)).map((row) => [
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

/** Every version of the invoices that touch the period or ever did, by series, oldest first. */
async function seriesOf(db: Queryable, { from, to }: Period): Promise<Adjustment[][]> {
  const { rows } = await db.query(
    `SELECT ${ADJUSTMENT_COLUMNS} FROM manual_billing_adjustments a
     WHERE a.series_id IN (SELECT series_id FROM manual_billing_adjustments WHERE period_start < $2::date AND period_end > $1::date) ORDER BY a.series_id, a.version`,
    [from, to],
  );
  return [...Map.groupBy(parseAdjustments(rows), ({ seriesId }) => seriesId).values()];
}

/** Invoices by version, and every other cost that counts. An invoice stands under its vendor, usage under its collector. */
export async function focusCharges(db: Queryable, period: Period, provider?: string): Promise<Charge[]> {
  const [series, others] = await Promise.all([seriesOf(db, period), effectiveCosts(db, period, provider, false)]);
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
  const series = await seriesOf(db, period);
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

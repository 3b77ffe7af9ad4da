import { z } from 'zod';
import type { BillingPreviewRow } from '../contract/billing.ts';
import { addDays, addMonths, monthStart } from '../money/days.ts';
import type { Queryable } from '../database/queryable.ts';
import { usdText } from '../money/format.ts';
import { parseMicros } from '../money/micros.ts';
import type { Adjustment } from './invoice.ts';
import { ledgerPlace } from '../ledger/ledger-key.ts';

export type PreviewRow = BillingPreviewRow;

export interface TouchedMonth {
  readonly provider: string;
  /** Its first day. */
  readonly month: string;
}

/** Each provider's months that the rows state anything about. */
export function touchedMonths(
  rows: readonly Pick<Adjustment, 'provider' | 'component' | 'periodStart' | 'periodEnd'>[],
): TouchedMonth[] {
  const found = new Map<string, TouchedMonth>();
  for (const { provider: vendor, component, periodStart, periodEnd } of rows) {
    const { provider } = ledgerPlace(vendor, component);
    for (let month = monthStart(periodStart); month <= addDays(periodEnd, -1); month = addMonths(month, 1))
      found.set(`${month} ${provider}`, { provider, month });
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

export interface MonthFigure {
  readonly provider: string | null;
  readonly total: string | null;
}

const amount = z
  .string()
  .nullable()
  .transform((text) => (text === null ? null : usdText(parseMicros(text))));
const figureRow = z.object({ provider: amount, total: amount });

/** What counts in each of these months: of the provider, and of all. */
export async function monthFigures(db: Queryable, months: readonly TouchedMonth[]): Promise<MonthFigure[]> {
  const { rows } = await db.query(
    `SELECT
       (SELECT sum(amount_usd) FROM effective_costs e
        WHERE e.day >= m.month AND e.day < (m.month + interval '1 month')::date AND e.provider = m.provider
       )::text AS provider,
       (SELECT sum(amount_usd) FROM effective_costs e
        WHERE e.day >= m.month AND e.day < (m.month + interval '1 month')::date
       )::text AS total
     FROM unnest($1::text[], $2::date[]) WITH ORDINALITY AS m(provider, month, place) ORDER BY m.place`,
    [months.map(({ provider }) => provider), months.map(({ month }) => month)],
  );
  return z.array(figureRow).parse(rows);
}

export function previewRows(
  months: readonly TouchedMonth[],
  before: readonly MonthFigure[],
  after: readonly MonthFigure[],
): PreviewRow[] {
  return months.map(({ provider, month }, index) => ({
    provider,
    month: month.slice(0, 7),
    beforeUsd: before[index]?.provider ?? null,
    afterUsd: after[index]?.provider ?? null,
    totalBeforeUsd: before[index]?.total ?? null,
    totalAfterUsd: after[index]?.total ?? null,
  }));
}

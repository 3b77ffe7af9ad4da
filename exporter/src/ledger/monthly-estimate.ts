import { PROVIDERS, WHOLE_PROVIDER, type CostProvider, type InvoiceOnlyProvider } from '../contract/providers.ts';
import { spreadCentsOverDays } from '../money/allocation.ts';
import { addDays, daysOf, monthStart, nextMonthStart } from '../money/days.ts';
import { formatMicros, microsToCents, parseMicros, sumMicros, type Micros } from '../money/micros.ts';
import { replaceLedger } from './replace-rows.ts';
import type { Queryable } from '../database/queryable.ts';

/** One line of an estimate, for the whole month. */
export interface EstimatePart {
  readonly component: string;
  /** Decimal string; negative for credits. */
  readonly monthlyUsd: string;
  /** How it comes about, for a person. */
  readonly basis: string;
}

/** What a calendar month would cost by list prices, for providers that publish no bill. */
export interface MonthlyEstimate {
  readonly monthlyCents: bigint;
  readonly parts: readonly EstimatePart[];
}

export interface PricedPart {
  readonly component: string;
  readonly micros: Micros;
  readonly basis: string;
}

/** A part of a stored estimate as it was priced. */
export function pricedPart({ component, monthlyUsd, basis }: EstimatePart): PricedPart {
  return { component, micros: parseMicros(monthlyUsd), basis };
}

/** Adds parts up; the sum is rounded once, to cents. */
export function monthlyEstimate(parts: readonly PricedPart[]): MonthlyEstimate {
  return {
    monthlyCents: microsToCents(sumMicros(parts.map((part) => part.micros))),
    parts: parts.map((part) => ({
      component: part.component,
      monthlyUsd: formatMicros(part.micros),
      basis: part.basis,
    })),
  };
}

/** The day's part of its month's estimate, as a decimal string: cents by cumulative rounding. NULL stays NULL. */
export function costOfDay(estimate: MonthlyEstimate | null, day: string): string | null {
  if (estimate === null) return null;
  const spread = spreadCentsOverDays(estimate.monthlyCents, monthStart(day), nextMonthStart(day));
  return formatMicros(spread.get(day) ?? 0n);
}

export interface EstimatedDay {
  readonly day: string;
  readonly provisional: boolean;
  readonly estimate: MonthlyEstimate | null;
}

/** Makes the estimates of these days the provider's `estimate` rows of the ledger; better sources are not touched. */
export async function replaceEstimates(
  tx: Queryable,
  provider: CostProvider,
  days: readonly EstimatedDay[],
  asOf: Date,
): Promise<number> {
  const rows = days.flatMap(({ day, provisional, estimate }) => {
    const amountUsd = costOfDay(estimate, day);
    return amountUsd === null ? [] : [{ day, component: WHOLE_PROVIDER, amountUsd, asOf, provisional }];
  });
  return replaceLedger(
    tx,
    provider,
    'estimate',
    days.map(({ day }) => day),
    rows,
  );
}

/**
 * Makes the newest estimate of each month that of all its days so far: a month's price grows with what was used since
 * its first day (active users), so that an estimate of its first days is restated until the month has ended. The days
 * reach back to the provider's first row, before which nobody knows what there was. A day without an estimate changes
 * nothing. Returns the number of ledger rows that changed.
 */
export async function restateMonths(
  tx: Queryable,
  provider: InvoiceOnlyProvider,
  days: readonly EstimatedDay[],
  asOf: Date,
): Promise<number> {
  const { table } = PROVIDERS[provider];
  const since = await tx.query<{ day: string | null }>(
    `SELECT min(recorded_at)::text AS day FROM ${table} WHERE NOT demo`,
  );
  const first = since.rows[0]?.day ?? days[0]?.day ?? '';
  let changed = 0;
  for (const [month, ofMonth] of Map.groupBy(days, ({ day }) => monthStart(day))) {
    const newest = ofMonth.findLast(({ estimate }) => estimate !== null);
    if (newest === undefined) continue;
    const start = first > month ? first : month;
    const restated = daysOf(start, addDays(newest.day, 1)).map((day) => ({
      day,
      provisional: newest.provisional && day === newest.day,
      estimate: newest.estimate,
    }));
    changed += await replaceEstimates(tx, provider, restated, asOf);
    await tx.query(
      `UPDATE ${table} m SET cost_usd = c.amount_usd, cost_source = 'estimate', cost_parts = $5::jsonb
       FROM component_costs c
       WHERE c.provider = $1 AND c.source = 'estimate' AND c.component = $4 AND c.day = m.recorded_at AND NOT m.demo
         AND m.recorded_at >= $2::date AND m.recorded_at <= $3::date
         AND (m.cost_usd, m.cost_parts) IS DISTINCT FROM (c.amount_usd, $5::jsonb)`,
      [provider, start, newest.day, WHOLE_PROVIDER, JSON.stringify(newest.estimate?.parts ?? [])],
    );
  }
  return changed;
}

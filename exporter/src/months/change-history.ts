import { z } from 'zod';
import type { Queryable } from '../database/queryable.ts';
import { isoSql } from '../database/sql.ts';
import type { Adjustment } from '../invoices/invoice.ts';
import { adjustmentSeries } from '../invoices/store.ts';
import type { Period } from '../money/days.ts';

/** Who did something, when and why. */
export interface Event {
  readonly at: string;
  readonly by: string | null;
  readonly reason: string | null;
}

export interface InvoiceEvent extends Event {
  readonly action: Adjustment['action'];
  /** It was entered at or after that time, too. */
  readonly isNew: boolean;
}

/** What was entered at or after a time that can have changed the figures of a period. */
export interface ChangeHistory {
  /** The newest version of each invoice, by the key of its line. */
  readonly invoices: ReadonlyMap<string, InvoiceEvent>;
  /** The newest rate of each currency. */
  readonly rates: ReadonlyMap<string, Event>;
  /** The last time that LLM usage of the period was priced again. */
  readonly repriced: Event | undefined;
}

const rateRow = z.object({ currency: z.string(), at: z.string(), by: z.string() });
const repricedRow = z.object({ at: z.string(), by: z.string() });

export async function changeHistory(db: Queryable, period: Period, since: string): Promise<ChangeHistory> {
  const series = await adjustmentSeries(db, period.from, period.to);
  const rates = await db.query(
    `SELECT DISTINCT ON (currency) currency, ${isoSql('created_at')} AS at, created_by AS by FROM fx_rates r
     WHERE r.created_at >= $1::timestamptz AND r.day < $2::date ORDER BY currency, r.created_at DESC`,
    [since, period.to],
  );
  const repriced = await db.query(
    `SELECT ${isoSql('applied_at')} AS at, applied_by AS by FROM llm_repricings p
     WHERE p.applied_at >= $1::timestamptz AND p.from_day < $3::date AND p.to_day > $2::date
     ORDER BY p.applied_at DESC LIMIT 1`,
    [since, period.from, period.to],
  );
  const [last] = z.array(repricedRow).parse(repriced.rows);
  return {
    invoices: new Map(
      series.flatMap((versions) => {
        const [first, newest] = [versions[0], versions.at(-1)];
        if (first === undefined || newest === undefined || newest.createdAt < since) return [];
        const { seriesId, action, createdAt, createdBy, reason } = newest;
        return [
          [
            `invoice:${seriesId}`,
            { action, isNew: first.createdAt >= since, at: createdAt, by: createdBy, reason },
          ] as const,
        ];
      }),
    ),
    rates: new Map(
      z
        .array(rateRow)
        .parse(rates.rows)
        .map(({ currency, at, by }) => [currency, { at, by, reason: null }]),
    ),
    repriced: last && { ...last, reason: null },
  };
}

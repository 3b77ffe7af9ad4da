import { z } from 'zod';
import type { LineFigure, MonthLine } from '../contract/months.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Period } from '../money/days.ts';
import { micros, sumKnown } from '../money/format.ts';
import { line } from './cost-lines.ts';

const amount = z.string().nullable().transform(micros);
const dayRow = z.object({ day: z.string(), revenue: amount, cash: amount, billed: amount, fees: amount });
export type RevenueDay = z.output<typeof dayRow>;

export async function revenueDays(db: Queryable, { from, to }: Period): Promise<RevenueDay[]> {
  const { rows } = await db.query(
    `SELECT day::text AS day, recognised_usd::text AS revenue, cash_usd::text AS cash, billed_usd::text AS billed,
       fees_usd::text AS fees
     FROM revenue_daily r WHERE r.day >= $1::date AND r.day < $2::date ORDER BY r.day`,
    [from, to],
  );
  return z.array(dayRow).parse(rows);
}

const earnedRow = z.object({ invoice: z.string(), usd: amount, currency: z.string().nullable() });

// The rule of collectors/stripe/store-revenue.ts, whose days telescope: what a line earned up to a day, at both ends of
// the period. A test holds the sum equal to the days.
const EARNED = `
WITH edges AS (
  SELECT l.invoice_id, l.currency, l.amount, l.amount_usd,
    CASE WHEN l.period_start >= $1::date THEN 0
      ELSE round(l.amount * ($1::date - s.start) / (s.finish - s.start)) END AS before,
    CASE WHEN l.period_end <= $2::date THEN l.amount
      ELSE round(l.amount * ($2::date - s.start) / (s.finish - s.start)) END AS after
  FROM stripe_revenue_lines l
  CROSS JOIN LATERAL (SELECT coalesce(l.spread_start, l.period_start) AS start,
    coalesce(l.spread_end, l.period_end) AS finish) s
  WHERE l.period_start < $2::date AND l.period_end > $1::date AND l.status NOT IN ('void', 'draft') AND l.amount <> 0
)
SELECT invoice_id AS invoice,
  sum(round(amount_usd * after / amount, 6) - round(amount_usd * before / amount, 6))::text AS usd,
  max(upper(currency)) FILTER (WHERE amount_usd IS NULL) AS currency
FROM edges GROUP BY invoice_id ORDER BY invoice_id`;

/** What each invoice of Stripe, or payment without one, earned in the period. */
async function earnedByInvoice(db: Queryable, { from, to }: Period): Promise<MonthLine[]> {
  const { rows } = await db.query(EARNED, [from, to]);
  return z
    .array(earnedRow)
    .parse(rows)
    .map(({ invoice, usd, currency }) =>
      line({
        figure: 'revenue',
        kind: 'stripe_invoice',
        key: `stripe:${invoice}`,
        invoiceNumber: invoice,
        usd,
        currency,
      }),
    );
}

/** What revenue, cash, billed and fees consist of. The lines of a figure add up to its days. */
export async function revenueLines(db: Queryable, period: Period, days: readonly RevenueDay[]): Promise<MonthLine[]> {
  const earned = await earnedByInvoice(db, period);
  const known = sumKnown(days.map(({ revenue }) => revenue));
  const explained = sumKnown(earned.map(({ amountUsd }) => micros(amountUsd)));
  // Days that were never derived from invoices: a demonstration, or a history that is still being read.
  const left = known === null ? null : known - (explained ?? 0n);
  const lines =
    known === null
      ? []
      : [
          ...earned,
          ...(left === null || left === 0n
            ? []
            : [line({ figure: 'revenue', kind: 'rest', key: 'rest:revenue', usd: left })]),
        ];
  return [...lines, ...daily(days, 'cash'), ...daily(days, 'billed'), ...daily(days, 'fees')];
}

function daily(days: readonly RevenueDay[], figure: Extract<LineFigure, 'cash' | 'billed' | 'fees'>): MonthLine[] {
  return days.flatMap((one) =>
    one[figure] === null ? [] : [line({ figure, kind: 'day', key: `${figure}:${one.day}`, usd: one[figure] })],
  );
}

import { z } from 'zod';
import type { MrrCurrencyRow } from '../contract/revenue.ts';
import { convert } from '../ledger/fx-rates.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Period } from '../money/days.ts';
import { formatMicros, parseMicros } from '../money/micros.ts';

const row = z.object({
  day: z.string(),
  currency: z.string(),
  mrr: z.string().transform(parseMicros),
  rate: z.string().nullable(),
});

/** MRR as Stripe bills it, with the rate that was in force when the day was stored; only days that were read. */
export async function mrrByCurrency(db: Queryable, { from, to }: Period): Promise<MrrCurrencyRow[]> {
  const { rows } = await db.query(
    `SELECT m.recorded_at::text AS day, c.currency, c.mrr,
       CASE WHEN c.currency = 'USD' THEN '1' ELSE m.fx_rates ->> c.currency END AS rate
     FROM stripe_metrics m CROSS JOIN jsonb_each_text(m.mrr_by_currency) AS c(currency, mrr)
     WHERE m.recorded_at >= $1::date AND m.recorded_at < $2::date
     ORDER BY m.recorded_at, c.currency`,
    [from, to],
  );
  return z
    .array(row)
    .parse(rows)
    .map(({ day, currency, mrr, rate }) => ({
      day,
      currency,
      mrr: formatMicros(mrr),
      fxRate: rate,
      mrrUsd: rate === null ? (mrr === 0n ? '0.00' : null) : formatMicros(convert(mrr, rate)),
    }));
}

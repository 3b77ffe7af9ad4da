import { z } from 'zod';
import type { Sample } from '../collectors/contract.ts';
import type { ConvertedFigure } from '../contract/revenue.ts';
import type { MetricName } from '../contract/metrics.ts';
import type { Queryable } from '../database/queryable.ts';
import { addDays, monthStart } from '../money/days.ts';
import { microsToNumber, parseMicros } from '../money/micros.ts';

/** Sums of the running month; refunds, disputes and bad debt are positive. */
const MONTH_TO_DATE = {
  recognised: 'revenue_month_to_date_usd',
  billed: 'billed_month_to_date_usd',
  cash: 'cash_month_to_date_usd',
  fees: 'payment_fees_month_to_date_usd',
  refunds: 'refunds_month_to_date_usd',
  disputes: 'disputes_month_to_date_usd',
  bad_debt: 'bad_debt_month_to_date_usd',
} as const satisfies Partial<Record<ConvertedFigure, MetricName>>;
const DEFERRED = 'deferred_revenue_usd' satisfies MetricName;

/** A sum without one of its closed days, or without an amount that has no rate, would look like less: it is absent. */
const SUMS = Object.entries(MONTH_TO_DATE).map(
  ([figure, metric]) =>
    `CASE WHEN NOT bool_or(unconverted ? '${figure}' OR (${figure}_usd IS NULL AND day < $2::date))
       THEN sum(${figure}_usd) END::text AS ${metric}`,
);

const REVENUE = `
SELECT ${SUMS.join(', ')},
  (SELECT deferred_usd FROM revenue_daily WHERE day < $2::date ORDER BY day DESC LIMIT 1)::text AS ${DEFERRED}
FROM revenue_daily WHERE day >= $1::date AND day < $3::date`;

const row = z.record(z.string(), z.string().nullable());

/** What was billed, earned and paid in the running month, from what is stored by day. */
export async function revenueSamples(db: Queryable, today: string): Promise<Sample[]> {
  const { rows } = await db.query(REVENUE, [monthStart(today), today, addDays(today, 1)]);
  return Object.entries(row.parse(rows[0])).flatMap(([name, amount]) =>
    amount === null ? [] : [{ name, labels: { provider: 'stripe' }, value: microsToNumber(parseMicros(amount)) }],
  );
}

import { z } from 'zod';
import { CONVERTED_FIGURES, type ConvertedFigure, type RevenueDayRow } from '../contract/revenue.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Period } from '../money/days.ts';
import { micros, usdText } from '../money/format.ts';
import { formatMicros } from '../money/micros.ts';
import { minorToMicros } from '../money/minor-units.ts';

const amount = z
  .string()
  .nullable()
  .transform((text) => usdText(micros(text)));
const minorByCurrency = z.record(z.string(), z.string().transform(BigInt));

const row = z.object({
  day: z.string(),
  mrr: amount,
  at_risk: amount,
  trial: amount,
  paused: amount,
  paying_customers: z.int().nullable(),
  active_subscriptions: z.int().nullable(),
  recognised: amount,
  billed: amount,
  credited: amount,
  bad_debt: amount,
  deferred: amount,
  cash: amount,
  fees: amount,
  refunds: amount,
  disputes: amount,
  unconverted: z.partialRecord(z.enum(CONVERTED_FIGURES), minorByCurrency).nullable(),
});

/** Figures of flow by their column, which is null on days where the known part is not the whole. */
const FLOWS = CONVERTED_FIGURES.map(
  (figure) => `CASE WHEN NOT r.unconverted ? '${figure}' THEN r.${figure}_usd END::text AS ${figure}`,
).join(', ');

/** Every day of the period; a day that was not read, or whose amounts have no rate, is null and never 0. */
export async function revenueFiguresByDay(db: Queryable, { from, to }: Period): Promise<RevenueDayRow[]> {
  const { rows } = await db.query(
    `SELECT d.day::date::text AS day, r.mrr_usd::text AS mrr, r.mrr_at_risk_usd::text AS at_risk,
       r.mrr_trial_usd::text AS trial, r.mrr_paused_usd::text AS paused, r.deferred_usd::text AS deferred,
       m.paying_customers, m.active_subscriptions, ${FLOWS}, r.unconverted
     FROM generate_series($1::date::timestamp, $2::date::timestamp - interval '1 day', '1 day') AS d(day)
     LEFT JOIN revenue_daily r ON r.day = d.day::date
     LEFT JOIN stripe_metrics m ON m.recorded_at = d.day::date
     ORDER BY d.day`,
    [from, to],
  );
  return z
    .array(row)
    .parse(rows)
    .map((one) => ({
      day: one.day,
      mrrUsd: one.mrr,
      mrrAtRiskUsd: one.at_risk,
      mrrTrialUsd: one.trial,
      mrrPausedUsd: one.paused,
      payingCustomers: one.paying_customers,
      activeSubscriptions: one.active_subscriptions,
      recognisedUsd: one.recognised,
      billedUsd: one.billed,
      creditedUsd: one.credited,
      badDebtUsd: one.bad_debt,
      deferredUsd: one.deferred,
      cashUsd: one.cash,
      feesUsd: one.fees,
      refundsUsd: one.refunds,
      disputesUsd: one.disputes,
      unconverted: inMajorUnits(one.unconverted ?? {}),
    }));
}

function inMajorUnits(
  figures: Readonly<Partial<Record<ConvertedFigure, Readonly<Record<string, bigint>>>>>,
): RevenueDayRow['unconverted'] {
  return Object.fromEntries(
    Object.entries(figures).map(([figure, byCurrency]) => [
      figure,
      Object.fromEntries(
        Object.entries(byCurrency).map(([currency, minor]) => [currency, formatMicros(minorToMicros(minor, currency))]),
      ),
    ]),
  );
}

import { z } from 'zod';
import type { Queryable } from '../database/queryable.ts';
import { addMonths, daysOf, monthStart, type Period } from '../money/days.ts';
import type { Rates } from '../money/mrr-movements.ts';

const boundary = z
  .object({ day: z.string(), rates: z.record(z.string(), z.string()) })
  .transform(({ day, rates }): { readonly day: string; readonly rates: Rates } => ({
    day,
    rates: new Map(Object.entries(rates)),
  }))
  .nullable();
const row = z.object({
  from: z.string(),
  to: z.string(),
  opens: boundary,
  first: boundary,
  closes: boundary,
});

/** A known day at whose end MRR is looked at, with its rates. */
export type Boundary = NonNullable<z.output<typeof boundary>>;

/** A day or a month. */
export interface Bucket extends Period {
  /** The last known day before it; for the month in which the history begins, the first known day. Null without one. */
  readonly opens: Boundary | null;
  /** Its last known day; null where none is. */
  readonly closes: Boundary | null;
  /** The history begins in it. */
  readonly begins: boolean;
}

const BUCKETS = `
SELECT b.from_day::text AS "from", b.to_day::text AS "to",
  (SELECT json_build_object('day', d.day, 'rates', d.rates) FROM mrr_days d WHERE d.day < b.from_day
    ORDER BY d.day DESC LIMIT 1) AS opens,
  (SELECT json_build_object('day', d.day, 'rates', d.rates) FROM mrr_days d WHERE d.day >= b.from_day
    AND d.day < b.to_day AND d.previous IS NULL) AS first,
  (SELECT json_build_object('day', d.day, 'rates', d.rates) FROM mrr_days d WHERE d.day >= b.from_day
    AND d.day < b.to_day ORDER BY d.day DESC LIMIT 1) AS closes
FROM unnest($1::date[], $2::date[]) AS b(from_day, to_day) ORDER BY b.from_day`;

async function loadBuckets(
  db: Queryable,
  periods: readonly Period[],
): Promise<(Bucket & { first: Boundary | null })[]> {
  const { rows } = await db.query(BUCKETS, [periods.map(({ from }) => from), periods.map(({ to }) => to)]);
  return z
    .array(row)
    .parse(rows)
    .map(({ first, ...bucket }) => ({ ...bucket, first, begins: first !== null }));
}

/** Every day of the period. */
export async function dayBuckets(db: Queryable, { from, to }: Period): Promise<Bucket[]> {
  const days = daysOf(from, to);
  return loadBuckets(
    db,
    days.map((day, index) => ({ from: day, to: days[index + 1] ?? to })),
  );
}

/** The whole period; where the history begins in it, from its first known day on. */
export async function periodBucket(db: Queryable, period: Period): Promise<Bucket> {
  const [whole] = await loadBuckets(db, [period]);
  if (whole === undefined) throw new Error('a period has no bucket');
  return { ...whole, opens: whole.opens ?? whole.first };
}

/** Every month that the period touches, whole. */
export async function monthBuckets(db: Queryable, { from, to }: Period): Promise<Bucket[]> {
  const months = await loadBuckets(db, monthsOf({ from, to }));
  return months.map(({ first, ...month }) => ({ ...month, opens: month.opens ?? first }));
}

export function monthsOf({ from, to }: Period): Period[] {
  const months: Period[] = [];
  for (let month = monthStart(from); month < to; month = addMonths(month, 1))
    months.push({ from: month, to: addMonths(month, 1) });
  return months;
}

/** The month has ended, and what there was at its start is known. */
export function isComplete({ to, begins, opens, closes }: Bucket, today: string): boolean {
  return to <= today && !begins && opens !== null && closes !== null;
}

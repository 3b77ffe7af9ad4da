import { z } from 'zod';
import type { Queryable } from '../database/queryable.ts';
import { addMonths, daysOf, monthStart, type Period } from '../money/days.ts';
import type { Rates } from '../money/mrr-movements.ts';

/** A known day at whose end MRR is looked at, with its rates. */
export interface Boundary {
  readonly day: string;
  readonly rates: Rates;
}

/** A day, a month or any other period. */
export interface Bucket extends Period {
  readonly unit: 'day' | 'month';
  /** The last known day before it; for the month in which the history begins, the first known day. Null without one. */
  readonly opens: Boundary | null;
  /** Its last known day; null where none is. */
  readonly closes: Boundary | null;
  /** The history begins in it. */
  readonly begins: boolean;
}

const dayRow = z.object({ day: z.string(), is_first: z.boolean(), rates: z.string() });
type KnownDay = z.output<typeof dayRow>;

// Rates as text: only those of the boundaries are looked at.
const KNOWN_DAYS = `
SELECT day::text AS day, previous IS NULL AS is_first, rates::text AS rates FROM mrr_days
WHERE day >= coalesce((SELECT max(day) FROM mrr_days WHERE day < $1::date), $1::date) AND day < $2::date ORDER BY day`;

/** One for each period, which must follow each other. */
async function loadBuckets(
  db: Queryable,
  periods: readonly Period[],
  unit: Bucket['unit'],
): Promise<(Bucket & { readonly first: Boundary | null })[]> {
  const { rows } = await db.query(KNOWN_DAYS, [periods[0]?.from, periods.at(-1)?.to]);
  const days = z.array(dayRow).parse(rows);
  let next = 0;
  return periods.map(({ from, to }) => {
    while (days[next] !== undefined && (days[next]?.day ?? '') < from) next += 1;
    const opens = days[next - 1];
    const start = next;
    while (days[next] !== undefined && (days[next]?.day ?? '') < to) next += 1;
    const first = days[start]?.is_first === true && next > start ? days[start] : undefined;
    return {
      ...{ unit, from, to, begins: first !== undefined },
      opens: boundaryOf(opens),
      closes: boundaryOf(next > start ? days[next - 1] : undefined),
      first: boundaryOf(first),
    };
  });
}

const rates = z.record(z.string(), z.string());

function boundaryOf(known: KnownDay | undefined): Boundary | null {
  return known === undefined
    ? null
    : { day: known.day, rates: new Map(Object.entries(rates.parse(JSON.parse(known.rates)))) };
}

/** Every day of the period. */
export async function dayBuckets(db: Queryable, { from, to }: Period): Promise<Bucket[]> {
  const days = daysOf(from, to);
  return loadBuckets(
    db,
    days.map((day, index) => ({ from: day, to: days[index + 1] ?? to })),
    'day',
  );
}

/** The whole period; where the history begins in it, from its first known day on. */
export async function periodBucket(db: Queryable, period: Period): Promise<Bucket> {
  const [whole] = await loadBuckets(db, [period], 'day');
  if (whole === undefined) throw new Error('a period has no bucket');
  return { ...whole, opens: whole.opens ?? whole.first };
}

/** Every month that the period touches, whole. */
export async function monthBuckets(db: Queryable, { from, to }: Period): Promise<Bucket[]> {
  const months = await loadBuckets(db, monthsOf({ from, to }), 'month');
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

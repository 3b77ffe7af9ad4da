import { z } from 'zod';
import type { Queryable } from '../database/queryable.ts';
import {
  CORRECTION_REASONS,
  STORED_KINDS,
  type MrrMovement,
  type MrrPart,
  type Rates,
} from '../money/mrr-movements.ts';
import { nanos } from './columns.ts';

const part = z.object({
  customer: z.string(),
  subscription: z.string(),
  plan: z.string(),
  product: z.string(),
  currency: z.string(),
});

const dayRow = z.object({
  day: z.string(),
  previous: z.string().nullable(),
  rates: z.record(z.string(), z.string()).transform((rates): Rates => new Map(Object.entries(rates))),
  policy: z.record(z.string(), z.boolean()).nullable(),
  provisional: z.boolean(),
  unconverted: z.array(z.string()),
});
export type StoredDay = z.output<typeof dayRow>;

const DAY = 'day::text AS day, previous::text AS previous, rates, policy, provisional, unconverted';

/** The known day itself, and its neighbours. */
export async function loadNeighbours(
  db: Queryable,
  day: string,
): Promise<{ same: StoredDay | undefined; previous: StoredDay | undefined; next: StoredDay | undefined }> {
  const { rows } = await db.query(
    `(SELECT ${DAY} FROM mrr_days WHERE day < $1::date ORDER BY day DESC LIMIT 1)
     UNION ALL SELECT ${DAY} FROM mrr_days WHERE day = $1::date
     UNION ALL (SELECT ${DAY} FROM mrr_days WHERE day > $1::date ORDER BY day LIMIT 1)`,
    [day],
  );
  const days = z.array(dayRow).parse(rows);
  return {
    previous: days.find((one) => one.day < day),
    same: days.find((one) => one.day === day),
    next: days.find((one) => one.day > day),
  };
}

const levelRow = part.extend({ amount: nanos, unread: nanos });

const LEVELS = `
SELECT customer, subscription, plan, product, currency, sum(amount)::text AS amount,
  coalesce(-sum(amount) FILTER (WHERE reason IN ('unread', 'read_again')), 0)::text AS unread
FROM mrr_movements WHERE day <= $1::date GROUP BY 1, 2, 3, 4, 5
HAVING sum(amount) <> 0 OR sum(amount) FILTER (WHERE reason IN ('unread', 'read_again')) <> 0`;

export interface DayLevels {
  readonly parts: readonly MrrPart[];
  /** Not in `parts`, since their subscriptions could not be read; as they were when they last could. */
  readonly unread: readonly MrrPart[];
}

/** MRR by part at the end of a known day. */
export async function loadLevels(db: Queryable, day: string): Promise<DayLevels> {
  const { rows } = await db.query(LEVELS, [day]);
  const levels = z.array(levelRow).parse(rows);
  return {
    parts: levels.filter(({ amount }) => amount !== 0n).map(({ unread: _unread, ...one }) => one),
    unread: levels.filter(({ unread }) => unread !== 0n).map(({ unread, ...one }) => ({ ...one, amount: unread })),
  };
}

/** Which of `customers` had MRR before a day. */
export async function loadKnownCustomers(
  db: Queryable,
  day: string,
  customers: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ customer: string }>(
    `SELECT customer FROM unnest($2::text[]) AS c(customer)
     WHERE EXISTS (SELECT 1 FROM mrr_movements m WHERE m.customer = c.customer AND m.day < $1::date)`,
    [day, customers],
  );
  return new Set(rows.map(({ customer }) => customer));
}

const movementRow = part.extend({
  kind: z.enum(STORED_KINDS),
  reason: z.enum(CORRECTION_REASONS),
  amount: nanos,
  amountUsd: nanos.nullable(),
  customers: z.union([z.literal(-1), z.literal(0), z.literal(1)]),
});

/** The stored movements of one day. */
export async function loadMovements(db: Queryable, day: string): Promise<MrrMovement[]> {
  const { rows } = await db.query(
    `SELECT customer, subscription, plan, product, currency, kind, reason, amount::text AS amount,
       amount_usd::text AS "amountUsd", customers::int AS customers
     FROM mrr_movements WHERE day = $1::date`,
    [day],
  );
  return z.array(movementRow).parse(rows);
}

import { z } from 'zod';
import type { Queryable } from '../../database/queryable.ts';
import { addMonths } from '../../money/days.ts';
import type { Channel } from './channels.ts';

const CLAIM = '10 minutes';
/** A closing is told for a week: setting up mail later does not send the statements of the past. */
const CLOSINGS_DAYS = 7;
/** From this day on the month before is said to be open. */
const REMINDER_DAY = 3;
const FIRST_RETRY_MINUTES = 5;
const MAX_RETRY_MINUTES = 6 * 60;
/** Some four days of trying. */
const MAX_ATTEMPTS = 24;

const deliveryRow = z.object({
  month: z.string(),
  kind: z.enum(['open', 'closed']),
  version: z.int(),
  channel: z.enum(['mail', 'webhook', 'slack']),
  attempts: z.int(),
});
export type Delivery = z.output<typeof deliveryRow>;

// Whatever is there already stays: each thing is told to each channel once.
const PLAN_CLOSED = `
INSERT INTO statement_deliveries (month, kind, version, channel, next_attempt_at)
SELECT s.month, 'closed', s.version, channel, $2 FROM month_statements s, unnest($1::text[]) AS channel
WHERE s.action = 'close' AND s.created_at > $2::timestamptz - interval '${CLOSINGS_DAYS} days'
  AND NOT EXISTS (SELECT 1 FROM month_statements later WHERE later.month = s.month AND later.version > s.version)
ON CONFLICT DO NOTHING`;

const PLAN_OPEN = `
INSERT INTO statement_deliveries (month, kind, version, channel, next_attempt_at)
SELECT $3::date, 'open', 0, channel, $2 FROM unnest($1::text[]) AS channel
WHERE coalesce((SELECT action FROM month_statements WHERE month = $3::date ORDER BY version DESC LIMIT 1), '') <> 'close'
  AND (EXISTS (SELECT 1 FROM component_costs WHERE day >= $3::date AND day < $4::date)
    OR EXISTS (SELECT 1 FROM revenue_daily WHERE day >= $3::date AND day < $4::date))
ON CONFLICT DO NOTHING`;

/** Notes what is to be sent: closings of the last days, and from the 3rd on that the month before is still open. */
export async function planDeliveries(db: Queryable, channels: readonly Channel[], now: Date): Promise<void> {
  await db.query(PLAN_CLOSED, [channels, now]);
  const today = now.toISOString().slice(0, 10);
  if (Number(today.slice(8)) < REMINDER_DAY) return;
  await db.query(PLAN_OPEN, [channels, now, addMonths(today, -1), addMonths(today, 0)]);
}

// Claimed in one statement, so that of several exporters one sends it. Closing makes the reminder needless.
const CLAIM_NEXT = `
WITH needless AS (
  DELETE FROM statement_deliveries d WHERE kind = 'open' AND sent_at IS NULL AND 'close' =
    (SELECT action FROM month_statements s WHERE s.month = d.month ORDER BY s.version DESC LIMIT 1)
)
UPDATE statement_deliveries SET attempts = attempts + 1, claimed_until = clock_timestamp() + interval '${CLAIM}'
WHERE (month, kind, version, channel) IN (
  SELECT month, kind, version, channel FROM statement_deliveries d
  WHERE sent_at IS NULL AND channel = ANY($1) AND next_attempt_at <= $2 AND attempts < ${MAX_ATTEMPTS}
    AND (claimed_until IS NULL OR claimed_until < clock_timestamp())
    AND NOT (kind = 'open' AND 'close' = coalesce(
      (SELECT action FROM month_statements s WHERE s.month = d.month ORDER BY s.version DESC LIMIT 1), ''))
  ORDER BY next_attempt_at, month, kind, channel LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING to_char(month, 'YYYY-MM') AS month, kind, version, channel, attempts`;

/** The next delivery that is due, which is then ours to send; undefined where there is none. */
export async function claimDelivery(
  db: Queryable,
  channels: readonly Channel[],
  now: Date,
): Promise<Delivery | undefined> {
  const { rows } = await db.query(CLAIM_NEXT, [channels, now]);
  return z.array(deliveryRow).parse(rows)[0];
}

export async function markSent(db: Queryable, delivery: Delivery, now: Date): Promise<void> {
  await db.query(
    `UPDATE statement_deliveries SET sent_at = $5, claimed_until = NULL, last_error = NULL
     WHERE month = $1::date AND kind = $2 AND version = $3 AND channel = $4`,
    [...keyOf(delivery), now],
  );
}

/** Notes why it failed; the next try waits twice as long as the one before, at most six hours. */
export async function markFailed(db: Queryable, delivery: Delivery, now: Date, error: string): Promise<Date> {
  const minutes = Math.min(MAX_RETRY_MINUTES, FIRST_RETRY_MINUTES * 2 ** (delivery.attempts - 1));
  const next = new Date(now.getTime() + minutes * 60_000);
  await db.query(
    `UPDATE statement_deliveries SET claimed_until = NULL, next_attempt_at = $5, last_error = $6
     WHERE month = $1::date AND kind = $2 AND version = $3 AND channel = $4`,
    [...keyOf(delivery), next, error.slice(0, 500)],
  );
  return next;
}

function keyOf({ month, kind, version, channel }: Delivery): (string | number)[] {
  return [`${month}-01`, kind, version, channel];
}

import { createHash } from 'node:crypto';
import type { Queryable } from '../../database/queryable.ts';
import type { Delivery } from './delivery.ts';

/** Thrown in the transaction that would store a mail a second time by one signature. */
export class UsedBefore extends Error {
  override readonly name = 'UsedBefore';
}

/**
 * Remembers, in the transaction that stores the mail, that its signature or token was used, so that neither a restart
 * nor another exporter takes it again. Throws UsedBefore.
 */
export async function useOnce(tx: Queryable, { once }: Delivery, now: Date): Promise<void> {
  if (once === null) return;
  await tx.query('DELETE FROM inbound_deliveries WHERE expires_at < $1', [now]);
  const { rowCount } = await tx.query(
    'INSERT INTO inbound_deliveries (key_sha256, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [keyOf(once.key), once.expiresAt],
  );
  if (rowCount === 0) throw new UsedBefore();
}

/** Asked before the mail is read, which costs more. */
export async function assertUnused(db: Queryable, { once }: Delivery): Promise<void> {
  if (once === null) return;
  const { rows } = await db.query('SELECT 1 FROM inbound_deliveries WHERE key_sha256 = $1', [keyOf(once.key)]);
  if (rows.length > 0) throw new UsedBefore();
}

function keyOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

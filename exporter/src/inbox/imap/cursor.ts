import { z } from 'zod';
import type { Queryable } from '../../database/queryable.ts';

/** How far a mailbox is read, and whose turn it is. */
export interface Cursor {
  readonly uidValidity: string;
  readonly lastUid: number;
}

export interface ReaderLease {
  readonly mailbox: string;
  readonly owner: string;
  readonly leaseMs: number;
}

/** Another exporter reads the mailbox. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

const cursorRow = z.object({ uidValidity: z.string(), lastUid: z.string().transform(Number) });

/** The cursor where the mailbox is ours to read; undefined while another exporter does. By the database's clock. */
export async function claimMailbox(
  db: Queryable,
  { mailbox, owner, leaseMs }: ReaderLease,
): Promise<Cursor | undefined> {
  const { rows } = await db.query(
    `INSERT INTO inbox_cursor AS c (mailbox, lease_owner, lease_expires_at)
     VALUES ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
     ON CONFLICT (mailbox) DO UPDATE SET lease_owner = excluded.lease_owner, lease_expires_at = excluded.lease_expires_at
     WHERE c.lease_owner IS NULL OR c.lease_owner = $2 OR c.lease_expires_at < clock_timestamp()
     RETURNING uid_validity::text AS "uidValidity", last_uid::text AS "lastUid"`,
    [mailbox, owner, leaseMs],
  );
  return z.array(cursorRow).parse(rows)[0];
}

export async function releaseMailbox(db: Queryable, { mailbox, owner }: ReaderLease): Promise<void> {
  await db.query(
    'UPDATE inbox_cursor SET lease_owner = NULL, lease_expires_at = NULL WHERE mailbox = $1 AND lease_owner = $2',
    [mailbox, owner],
  );
}

/** Call in the transaction that stores the mail, so that it is stored by the mailbox's reader or not at all. */
export async function moveCursor(
  tx: Queryable,
  { mailbox, owner }: ReaderLease,
  { uidValidity, lastUid }: Cursor,
): Promise<void> {
  const { rowCount } = await tx.query(
    'UPDATE inbox_cursor SET uid_validity = $3, last_uid = $4 WHERE mailbox = $1 AND lease_owner = $2',
    [mailbox, owner, uidValidity, lastUid],
  );
  if (rowCount !== 1) throw new LeaseLost('another exporter reads the mailbox');
}

/** No gauge of a mailbox that no exporter is to read any more; how far it was read is remembered. */
export async function forgetConnections(db: Queryable, mailbox: string | null): Promise<void> {
  await db.query(
    `UPDATE inbox_cursor SET connected_at = NULL WHERE connected_at IS NOT NULL AND mailbox IS DISTINCT FROM $1
       AND (lease_expires_at IS NULL OR lease_expires_at < clock_timestamp())`,
    [mailbox],
  );
}

/** The server showed the folder just now. */
export async function noteConnection(tx: Queryable, { mailbox, owner }: ReaderLease, now: Date): Promise<void> {
  await tx.query('UPDATE inbox_cursor SET connected_at = $3 WHERE mailbox = $1 AND lease_owner = $2', [
    mailbox,
    owner,
    now,
  ]);
}

import type { Queryable } from './queryable.ts';

/** Belongs to its database and not to its data: never copied. */
export const VERSION_TABLE = 'data_version';

/**
 * The last statement of a transaction: marks the data as changed if the transaction has written anything. What was only
 * read or found equal changes nothing. Last, so that the row is locked for a moment and never while another lock is
 * waited for.
 */
export const BUMP_IF_WRITTEN = `UPDATE ${VERSION_TABLE} SET version = gen_random_uuid()
  WHERE pg_current_xact_id_if_assigned() IS NOT NULL`;

/** For writers outside `withTransaction`. Commits by itself, so after the data. */
export async function bumpDataVersion(db: Queryable): Promise<void> {
  await db.query(`UPDATE ${VERSION_TABLE} SET version = gen_random_uuid()`);
}

/** What the data are at. Two readings with equal `version` and `stamp` find the same data. */
export interface DataVersion {
  /** Null where its row is missing, and then nothing may be cached. */
  readonly version: string | null;
  /**
   * Moves with every write of anybody to this server, past the data version too: statements by hand, other programs.
   * The transactions that are visible; on a standby, which does not tell them all, how far it has come.
   */
  readonly stamp: string;
  /** The server's clock. */
  readonly now: Date;
}

const VERSION = `
SELECT v.version::text AS version, CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text
  ELSE pg_current_snapshot()::text END AS stamp,
  floor(extract(epoch FROM clock_timestamp()) * 1000)::text AS ms
FROM (SELECT) one LEFT JOIN ${VERSION_TABLE} v ON true`;

/** Version and time in one round trip. */
export async function readDataVersion(db: Queryable): Promise<DataVersion> {
  const {
    rows: [row],
  } = await db.query<{ version: string | null; stamp: string; ms: string }>(VERSION);
  if (row === undefined) throw new Error('the database did not tell its time');
  return { version: row.version, stamp: row.stamp, now: new Date(Number(row.ms)) };
}

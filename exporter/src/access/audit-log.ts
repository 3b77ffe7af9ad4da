import { isoSql } from '../database/sql.ts';
import type { Queryable } from '../database/queryable.ts';

export interface AuditEntry {
  readonly at: Date;
  /** Null where no valid token came. */
  readonly subject: string | null;
  readonly role: string | null;
  readonly tokenId: string | null;
  readonly method: string;
  /** The route's pattern. */
  readonly route: string;
  readonly target: string | null;
  readonly status: number;
}

export interface AuditRow extends Omit<AuditEntry, 'at'> {
  readonly id: string;
  readonly at: string;
}

export async function storeAuditEntries(db: Queryable, entries: readonly AuditEntry[]): Promise<void> {
  await db.query(
    `INSERT INTO audit_log (at, subject, role, token_id, method, route, target, status)
     SELECT at, subject, role, "tokenId", method, route, target, status
     FROM jsonb_to_recordset($1::jsonb) AS entry(at timestamptz, subject text, role text, "tokenId" uuid, method text,
       route text, target text, status integer)`,
    [JSON.stringify(entries)],
  );
}

export interface AuditQuery {
  /** Half-open, UTC days. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly limit: number;
  /** Rows older than this id. */
  readonly before?: string | undefined;
}

/** Newest first. */
export async function auditPage(db: Queryable, { from, to, limit, before }: AuditQuery): Promise<AuditRow[]> {
  const { rows } = await db.query<AuditRow>(
    `SELECT id::text AS id, ${isoSql('at')} AS at, subject, role, token_id AS "tokenId", method, route, target, status
     FROM audit_log
     WHERE ($1::date IS NULL OR at >= $1::date::timestamp AT TIME ZONE 'UTC')
       AND ($2::date IS NULL OR at < $2::date::timestamp AT TIME ZONE 'UTC')
       AND ($3::bigint IS NULL OR id < $3::bigint)
     ORDER BY id DESC LIMIT $4`,
    [from ?? null, to ?? null, before ?? null, limit],
  );
  return rows;
}

/** Forgets entries of more than `days` before `today`, and tokens that expired that long ago. */
export async function dropOldAccess(db: Queryable, days: number, today: string): Promise<void> {
  const horizon = `($1::date - $2::int)::timestamp AT TIME ZONE 'UTC'`;
  await db.query(`DELETE FROM audit_log WHERE at < ${horizon}`, [today, days]);
  await db.query(`DELETE FROM api_tokens WHERE expires_at < ${horizon}`, [today, days]);
}

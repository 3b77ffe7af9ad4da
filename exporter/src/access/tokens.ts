import { isoSql } from '../database/sql.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Role } from '../contract/datasets.ts';

/** A token as the registry knows it; the token itself is stored nowhere. */
export interface RegisteredToken {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly createdAt: string | null;
  readonly expiresAt: string;
  /** Accurate to ten minutes; null before the first use. */
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
  readonly revokedBy: string | null;
}

export interface TokenIdentity {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

const COLUMNS = `id, name, role, ${isoSql('created_at')} AS "createdAt", ${isoSql('expires_at')} AS "expiresAt",
  ${isoSql('last_used_at')} AS "lastUsedAt", ${isoSql('revoked_at')} AS "revokedAt", revoked_by AS "revokedBy"`;

/** Every token that has not expired for more than 30 days, the one used last first. */
export async function listTokens(db: Queryable): Promise<RegisteredToken[]> {
  const { rows } = await db.query<RegisteredToken>(
    `SELECT ${COLUMNS} FROM api_tokens WHERE expires_at > now() - interval '30 days'
     ORDER BY last_used_at DESC NULLS LAST, created_at DESC NULLS LAST, id LIMIT 1000`,
  );
  return rows;
}

export async function registerToken(db: Queryable, { id, name, role, expiresAt }: TokenIdentity): Promise<void> {
  await db.query(
    `INSERT INTO api_tokens (id, name, role, created_at, expires_at) VALUES ($1, $2, $3, now(), to_timestamp($4))
     ON CONFLICT (id) DO UPDATE SET created_at = coalesce(api_tokens.created_at, excluded.created_at)`,
    [id, name, role, expiresAt],
  );
}

export async function recordUse(db: Queryable, { id, name, role, expiresAt }: TokenIdentity): Promise<void> {
  await db.query(
    `INSERT INTO api_tokens (id, name, role, expires_at, last_used_at) VALUES ($1, $2, $3, to_timestamp($4), now())
     ON CONFLICT (id) DO UPDATE SET last_used_at = excluded.last_used_at`,
    [id, name, role, expiresAt],
  );
}

/** The ids of revoked tokens that would otherwise still be valid. */
export async function revokedIds(db: Queryable): Promise<Set<string>> {
  const { rows } = await db.query<{ id: string }>(
    'SELECT id FROM api_tokens WHERE revoked_at IS NOT NULL AND expires_at > now()',
  );
  return new Set(rows.map(({ id }) => id));
}

/** Undefined where no such token is known; revoking twice keeps the first time and author. */
export async function revokeToken(db: Queryable, id: string, by: string): Promise<RegisteredToken | undefined> {
  const { rows } = await db.query<RegisteredToken>(
    `UPDATE api_tokens SET revoked_at = coalesce(revoked_at, now()), revoked_by = coalesce(revoked_by, $2)
     WHERE id = $1 RETURNING ${COLUMNS}`,
    [id, by],
  );
  return rows[0];
}

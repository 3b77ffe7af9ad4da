/** Tokens and the audit log of the REST API. Free of dependencies. */

/** Paths below `/api/v1`. */
export const ACCESS_PATHS = {
  tokens: '/admin/tokens',
  revoke: '/admin/tokens/{id}/revoke',
  auditLog: '/admin/audit-log',
} as const;

/** A token that this installation signed; the token itself is stored nowhere. */
export interface TokenRow {
  /** The claim `jti`. */
  readonly id: string;
  readonly name: string;
  readonly role: string;
  /** Null where it was first seen in use. */
  readonly createdAt: string | null;
  readonly expiresAt: string;
  /** Accurate to ten minutes. */
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
  readonly revokedBy: string | null;
}

export interface TokensAnswer {
  readonly data: readonly TokenRow[];
}

/** One write, export or refused write. */
export interface AuditLogRow {
  readonly id: string;
  readonly at: string;
  /** Null where no valid token came. */
  readonly subject: string | null;
  readonly role: string | null;
  readonly tokenId: string | null;
  readonly method: string;
  /** The route's pattern below `/api/v1`. */
  readonly route: string;
  /** What the path names, such as the id of an entry. */
  readonly target: string | null;
  /** The HTTP status; 499 where the client went away first. */
  readonly status: number;
}

export interface AuditLogAnswer {
  readonly data: readonly AuditLogRow[];
  readonly nextCursor: string | null;
}

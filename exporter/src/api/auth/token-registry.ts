import type { Logger } from 'pino';
import { recordUse, revokedIds, type TokenIdentity } from '../../access/tokens.ts';
import type { Queryable } from '../../database/queryable.ts';
import { coalesce } from '../../process/coalesce.ts';
import { waitAtMost } from '../../process/deadline.ts';

export interface TokenRegistry {
  /** True where the token was revoked, here at once, by another process within `MAX_AGE_MS`. Also notes its use. */
  isRevoked(token: TokenIdentity): Promise<boolean>;
  /** The next question is answered from the database. */
  forget(): void;
}

const MAX_AGE_MS = 5_000;
/** A database that hangs must not make every request hang: its answer then comes from the routes. */
const TIMEOUT_MS = 1_000;
/** Each note is a write, and any write makes cached answers be computed again. */
const USE_EVERY_MS = 600_000;
const MAX_NOTED = 10_000;

/**
 * Revocations, read at most every five seconds. While the database does not answer the last known ones hold: without it
 * no figure is served anyway.
 */
export function createTokenRegistry({ pool, log }: { readonly pool: Queryable; readonly log: Logger }): TokenRegistry {
  let revoked: ReadonlySet<string> = new Set();
  let readAt = Number.NEGATIVE_INFINITY;
  const noted = new Map<string, number>();

  const refresh = coalesce(async () => {
    try {
      revoked = await revokedIds(pool);
      readAt = performance.now();
    } catch (error) {
      log.debug({ err: error }, 'revoked tokens cannot be read');
    }
  });

  function noteUse(token: TokenIdentity): void {
    const now = performance.now();
    if (now - (noted.get(token.id) ?? Number.NEGATIVE_INFINITY) < USE_EVERY_MS) return;
    if (noted.size >= MAX_NOTED) noted.clear();
    noted.set(token.id, now);
    recordUse(pool, token).catch((error: unknown) => log.debug({ err: error }, 'the use of a token cannot be noted'));
  }

  return {
    async isRevoked(token) {
      if (performance.now() - readAt > MAX_AGE_MS) await waitAtMost(refresh(), TIMEOUT_MS);
      if (revoked.has(token.id)) return true;
      noteUse(token);
      return false;
    },
    forget() {
      readAt = Number.NEGATIVE_INFINITY;
    },
  };
}

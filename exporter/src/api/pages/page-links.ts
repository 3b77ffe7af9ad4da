import { createHash, randomBytes } from 'node:crypto';

/** How long a link is good for, once. */
const VALID_MS = 60 * 60_000;

export interface PageLinks {
  /** A new token for the address of the page. */
  create(): string;
  /** True once for a token that is not too old. */
  redeem(token: string): boolean;
}

/**
 * Tokens for the link that the start prints. They live in the memory of this process, as hashes; each is good once, so
 * that what is left of it in a terminal or a browser's history opens nothing.
 */
export function createPageLinks(now: () => number = () => performance.now()): PageLinks {
  const open = new Map<string, number>();
  const keyOf = (token: string): string => createHash('sha256').update(token).digest('base64');
  return {
    create() {
      const token = randomBytes(32).toString('base64url');
      open.set(keyOf(token), now() + VALID_MS);
      return token;
    },
    redeem(token) {
      const key = keyOf(token);
      const until = open.get(key);
      open.delete(key);
      return until !== undefined && now() < until;
    },
  };
}

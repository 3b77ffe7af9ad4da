import { createHmac, randomBytes } from 'node:crypto';
import type { CookieOptions, Request, Response } from 'express';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { TokenIdentity } from '../../access/tokens.ts';
import { READERS, ROLES, type Role } from '../../contract/datasets.ts';
import type { Caller } from '../http/route.ts';

const COOKIE = 'marginboard_session';
const MAX_SECONDS = 12 * 3_600;
const OPTIONS = { httpOnly: true, sameSite: 'strict', path: '/' } as const satisfies CookieOptions;

const claims = z.object({
  sub: z.string(),
  role: z.enum(ROLES),
  /** The token that the session was exchanged for. */
  token: z.object({ id: z.string(), expiresAt: z.number() }).optional(),
});

export interface GivenToken {
  /** Unix seconds. */
  readonly expiresAt: number;
  /** Where this installation can revoke it. */
  readonly token: TokenIdentity | undefined;
}

export interface Sessions {
  /** Signs the browser in, never longer than the token is valid that it gave for that. */
  begin(response: Response, caller: Pick<Caller, 'subject' | 'role'>, given?: GivenToken): Promise<void>;
  end(response: Response): void;
  /** Who the browser is signed in as, to read figures; undefined for anybody else. */
  callerOf(request: Request): Promise<Caller | undefined>;
}

/**
 * Sessions of the pages: a signed cookie that no script can read and no other site can send. It says the role and the
 * id of the token it was exchanged for, so that a revoked token ends its sessions too. The key is derived from the
 * installation's secret and good for nothing else; without one (JWKS_URL) sessions end with the process.
 */
export function createSessions(
  secret: string | undefined,
  isRevoked: (token: TokenIdentity) => Promise<boolean>,
): Sessions {
  const key = createHmac('sha256', secret ?? randomBytes(32))
    .update('marginboard page session')
    .digest();
  return {
    async begin(response, { subject, role }, given) {
      const now = Math.floor(Date.now() / 1000);
      const expires = Math.min(now + MAX_SECONDS, given?.expiresAt ?? Number.POSITIVE_INFINITY);
      const token = given?.token;
      const of = token === undefined ? {} : { token: { id: token.id, expiresAt: token.expiresAt } };
      const session = await new SignJWT({ role, ...of })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(subject)
        .setExpirationTime(expires)
        .sign(key);
      response.cookie(COOKIE, session, { ...OPTIONS, maxAge: (expires - now) * 1000 });
    },
    end: (response) => void response.clearCookie(COOKIE, OPTIONS),
    async callerOf(request) {
      const session = cookieOf(request);
      if (session === undefined) return undefined;
      try {
        const { payload } = await jwtVerify(session, key, { algorithms: ['HS256'], requiredClaims: ['exp', 'sub'] });
        const { sub, role, token } = claims.parse(payload);
        if (!mayRead(role)) return undefined;
        if (token === undefined) return { subject: sub, role };
        return (await isRevoked({ ...token, name: sub, role })) ? undefined : { subject: sub, role, tokenId: token.id };
      } catch {
        return undefined;
      }
    },
  };
}

/** Whether a role reads figures at all: one that may only start a synchronisation does not. */
export function mayRead(role: Role): boolean {
  return READERS.includes(role);
}

function cookieOf(request: Request): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === COOKIE) return value;
  }
  return undefined;
}

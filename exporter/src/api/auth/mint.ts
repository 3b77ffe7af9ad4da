import { SignJWT } from 'jose';
import type { Role } from '../../contract/datasets.ts';

export interface TokenRequest {
  readonly role: Role;
  readonly subject: string;
  /** The claim `jti` (a UUID), by which the token is listed and can be revoked. */
  readonly id?: string | undefined;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  readonly roleClaim: string;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
}

/** A signed HS256 token that `createVerifier` accepts with the same settings. */
export async function mintToken(secret: string, request: TokenRequest): Promise<string> {
  // A claim named by a URL is one name; the verifier looks for the exact name first.
  const path = request.roleClaim.includes('/') ? [request.roleClaim] : request.roleClaim.split('.');
  const claims = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), request.role);
  const token = new SignJWT(Object.fromEntries(Object.entries(claims ?? {})))
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(request.subject)
    .setIssuedAt()
    .setExpirationTime(request.expiresAt);
  if (request.id !== undefined) token.setJti(request.id);
  if (request.issuer !== undefined) token.setIssuer(request.issuer);
  if (request.audience !== undefined) token.setAudience(request.audience);
  return token.sign(new TextEncoder().encode(secret));
}

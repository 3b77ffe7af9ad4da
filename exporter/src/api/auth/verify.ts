import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { ROLES, type Role } from '../../contract/datasets.ts';
import type { Caller } from '../http/route.ts';
import type { TokenIdentity } from '../../access/tokens.ts';
import { printable } from './printable.ts';
import { createPublishedKeys, isKeysUnreadable, type PublishedKeysOptions } from './published-keys.ts';

export interface VerifierOptions {
  /** HS256 secret of at least 32 bytes. */
  readonly secret?: string | undefined;
  /** Published keys of another issuer (Supabase, Grafana, …). */
  readonly jwksUrl?: string | undefined;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  /** The exact name of a claim, or else a path into nested members: `app_metadata.role`. */
  readonly roleClaim: string;
  /** How the issuer's keys are read; defaults for production. */
  readonly jwks?: PublishedKeysOptions | undefined;
}

/**
 * `refused`: no valid token. `forbidden`: a valid one without a role of ours. `unavailable`: the issuer's keys cannot
 * be read.
 */
export type Verdict =
  | { readonly caller: Caller; readonly token?: TokenIdentity }
  | { readonly refused: 'refused' | 'forbidden' | 'unavailable' };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const PUBLIC_KEY_ALGORITHMS = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];

/**
 * Verifies bearer tokens. The algorithm decides the key, each key has its own algorithms, so a public key can never
 * be used as an HS256 secret; `none` matches nothing. `exp` is required, `iss` and `aud` are checked when set.
 */
export function createVerifier(options: VerifierOptions): (token: string) => Promise<Verdict> {
  const secret = options.secret === undefined ? undefined : new TextEncoder().encode(options.secret);
  if (secret !== undefined && secret.length < 32) throw new RangeError('JWT_SECRET must have at least 32 bytes');
  const keys = options.jwksUrl === undefined ? undefined : createPublishedKeys(new URL(options.jwksUrl), options.jwks);
  const claims = {
    requiredClaims: ['exp'],
    ...(options.issuer === undefined ? {} : { issuer: options.issuer }),
    ...(options.audience === undefined ? {} : { audience: options.audience }),
  };

  async function payloadOf(token: string): Promise<{ payload: JWTPayload; isOwn: boolean }> {
    const symmetric = decodeProtectedHeader(token).alg === 'HS256';
    if (symmetric && secret !== undefined)
      return { payload: (await jwtVerify(token, secret, { ...claims, algorithms: ['HS256'] })).payload, isOwn: true };
    if (!symmetric && keys !== undefined)
      return {
        payload: (await jwtVerify(token, keys, { ...claims, algorithms: PUBLIC_KEY_ALGORITHMS })).payload,
        isOwn: false,
      };
    throw new errors.JOSEAlgNotAllowed('no key for this algorithm');
  }

  return async (token) => {
    try {
      const { payload, isOwn } = await payloadOf(token);
      const role = roleIn(payload, options.roleClaim);
      if (role === undefined) return { refused: 'forbidden' };
      const name = subjectOf(payload);
      const id = isOwn && payload.jti !== undefined && UUID.test(payload.jti) ? payload.jti : undefined;
      if (id === undefined) return { caller: { subject: name, role } };
      return { caller: { subject: name, role, tokenId: id }, token: { id, name, role, expiresAt: payload.exp ?? 0 } };
    } catch (error) {
      return { refused: isKeysUnreadable(error) ? 'unavailable' : 'refused' };
    }
  };
}

function subjectOf(payload: JWTPayload): string {
  return (typeof payload.sub === 'string' && printable(payload.sub)) || 'unknown';
}

/** A role by name, or the most powerful of a list of names. */
function roleIn(payload: JWTPayload, claim: string): Role | undefined {
  // Auth0 and others name claims by URL, dots included: the exact name comes before the path.
  const value = Object.hasOwn(payload, claim)
    ? payload[claim]
    : claim.split('.').reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), payload);
  const names = Array.isArray(value) ? value : [value];
  return ROLES.find((role) => names.includes(role));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { z } from 'zod';

const claims = z.object({ role: z.string(), ref: z.string().optional(), exp: z.number().optional() });
type Claims = z.output<typeof claims>;

export const SECRET_KEY = /^sb_secret_[A-Za-z0-9_-]{8,}$/;

/** The project's reference: in its address, or in a legacy key; undefined behind a custom domain. */
export function projectRef(url: string, key: string): string | undefined {
  const fromHost = /^([a-z]{20})\.supabase\.\w+$/.exec(new URL(url).hostname)?.[1];
  const fromKey = legacyClaims(key)?.ref;
  return fromHost ?? (fromKey !== undefined && /^[a-z]{20}$/.test(fromKey) ? fromKey : undefined);
}

/** What kind of key it is, for `npm run doctor`. */
export function keyKind(key: string): 'secret' | 'legacy service_role' {
  return key.startsWith('sb_secret_') ? 'secret' : 'legacy service_role';
}

/** The claims of a legacy key (a JWT). Its signature is the server's business. */
export function legacyClaims(key: string): Claims | undefined {
  const [header, payload, signature, ...rest] = key.split('.');
  if (!header || !payload || !signature || rest.length > 0 || !/^[A-Za-z0-9_-]+$/.test(payload)) return undefined;
  try {
    return claims.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

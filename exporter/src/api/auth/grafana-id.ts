import type { Request } from 'express';
import { printable } from './printable.ts';
import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { HttpProblem } from '../http/problem.ts';
import type { Caller } from '../http/route.ts';
import { createPublishedKeys, isKeysUnreadable } from './published-keys.ts';

/**
 * The author of a change: the Grafana user where Grafana vouches for one, else the token's subject. Throws 401 or 503.
 */
export type AuthorOf = (request: Request, caller: Caller) => Promise<string>;

const HEADER = 'x-grafana-id';

const identity = z.object({
  type: z.literal('user'),
  iss: z.string().min(1),
  aud: z
    .union([z.string(), z.array(z.string())])
    .transform((aud) => [aud].flat())
    .refine((aud) => aud.some((one) => /^org:\d+$/.test(one))),
  sub: z.string().regex(/^user:/),
  username: z.string().optional(),
  email: z.string().optional(),
});

const REFUSED = new HttpProblem(
  401,
  'The X-Grafana-Id header is not a valid identity of a user of the Grafana at GRAFANA_URL.',
);

/**
 * Reads `X-Grafana-Id`, which Grafana signs (ES256, ten minutes) for every request through its proxies. Its issuer is
 * Grafana's public root_url, which may differ from the address we reach it at: the keys, read from GRAFANA_URL itself,
 * are the proof. Without GRAFANA_URL the header means nothing; where it is set, an invalid one is never ignored.
 */
export function createAuthorOf(grafanaUrl: string | undefined): AuthorOf {
  if (grafanaUrl === undefined) return async (_request, caller) => caller.subject;
  const keys = createPublishedKeys(new URL(`${grafanaUrl.replace(/\/+$/, '')}/api/signing-keys/keys`), {
    cooldownMs: 10_000,
  });
  return async (request, caller) => {
    const token = request.headers[HEADER];
    if (token === undefined) return caller.subject;
    if (typeof token !== 'string') throw REFUSED;
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ['ES256'],
        requiredClaims: ['exp', 'sub'],
        clockTolerance: 30,
      });
      const { username, email, sub } = identity.parse(payload);
      return nameOf([username, email, sub]);
    } catch (error) {
      if (isKeysUnreadable(error))
        throw new HttpProblem(503, 'The keys of the Grafana at GRAFANA_URL cannot be read at the moment.', {
          headers: { 'Retry-After': '30' },
        });
      if (error instanceof errors.JOSEError || error instanceof z.ZodError || error instanceof TypeError) throw REFUSED;
      throw error;
    }
  };
}

function nameOf(candidates: readonly (string | undefined)[]): string {
  return candidates.map((candidate) => printable(candidate ?? '')).find((name) => name !== '') ?? 'unknown';
}

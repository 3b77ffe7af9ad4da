import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { TokenIdentity } from '../../access/tokens.ts';
import { passes } from '../http/middleware.ts';
import { HttpProblem } from '../http/problem.ts';
import type { Caller } from '../http/route.ts';
import type { Verdict } from './verify.ts';

export function bearerOf(request: Request): string | undefined {
  const match = /^Bearer +([\w.~+/=-]+) *$/i.exec(request.headers.authorization ?? '');
  return match?.[1];
}

const REFUSED = new HttpProblem(401, undefined, { headers: { 'WWW-Authenticate': 'Bearer realm="marginboard"' } });

/**
 * The caller of a request. Every refusal looks the same, whatever is wrong with the token. Failed attempts are limited,
 * but a valid token always passes: behind Grafana's proxy all users share one address, which one bad client must not
 * block.
 */
export function createGuard(
  verify: (token: string) => Promise<Verdict>,
  limitFailures: RequestHandler,
  isRevoked: (token: TokenIdentity) => Promise<boolean>,
): (request: Request, response: Response) => Promise<Caller> {
  return async (request, response) => {
    const token = bearerOf(request);
    const verdict: Verdict = token === undefined ? { refused: 'refused' } : await verify(token);
    if ('caller' in verdict) {
      if (verdict.token === undefined || !(await isRevoked(verdict.token))) return verdict.caller;
    }
    if ('refused' in verdict && verdict.refused === 'unavailable')
      throw new HttpProblem(503, 'The keys that verify tokens cannot be read at the moment.', {
        headers: { 'Retry-After': '30' },
      });
    if ('refused' in verdict && verdict.refused === 'forbidden') throw new HttpProblem(403);
    await passes(limitFailures, request, response);
    throw REFUSED;
  };
}

/**
 * Guards a path by one fixed bearer token, compared in constant time (as digests, so that the length does not leak
 * either).
 */
export function fixedToken(expected: string | undefined): RequestHandler {
  if (expected === undefined) return (_request, _response, next) => next();
  const digest = sha256(expected);
  return (request, _response, next) => {
    next(timingSafeEqual(sha256(bearerOf(request) ?? ''), digest) ? undefined : REFUSED);
  };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

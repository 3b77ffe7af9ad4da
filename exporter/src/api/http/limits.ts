import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { HttpProblem } from './problem.ts';

/** Requests per minute from one address. */
export interface Limits {
  readonly writes: number;
  readonly failedLogins: number;
}

/** Far above what people and crons need; low enough that a flood does no harm. */
export const DEFAULT_LIMITS: Limits = { writes: 3_000, failedLogins: 300 };

/** Counts requests of one address; beyond the limit the request fails with 429 and Retry-After. */
export function limitOf(perMinute: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // Behind Grafana's proxy all users share its address; a header that any client can set must not change that.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    handler: (_request, _response, next) => {
      next(new HttpProblem(429, 'Too many requests: wait a minute.'));
    },
  });
}

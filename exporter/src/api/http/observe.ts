import type { RequestHandler, Response } from 'express';
import type { RequestObservation } from '../../metrics/live.ts';

const names = new WeakMap<Response, string>();

/** The pattern of the matched route, for logs and metrics: paths contain ids, each of which would be a series. */
export function nameRoute(response: Response, pattern: string): void {
  names.set(response, pattern);
}

export function routeOf(response: Response): string {
  return names.get(response) ?? 'unmatched';
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

const CLIENT_CLOSED_REQUEST = 499;

/**
 * Answers that anybody gets without a token, for every path and method: counted without either, since each pair would
 * be a series of its own.
 */
const REFUSALS: ReadonlySet<number> = new Set([401, 405, 421, 429]);

/** Reports every response, including those the client did not wait for. Seconds are monotonic. */
export function observeRequests(observe: (request: RequestObservation) => void): RequestHandler {
  return (request, response, next) => {
    const begun = performance.now();
    const method = METHODS.has(request.method) ? request.method : 'other';
    response.once('close', () => {
      // As nginx logs it: the client was gone before its answer.
      const code = response.writableFinished ? response.statusCode : CLIENT_CLOSED_REQUEST;
      const refused = REFUSALS.has(code);
      observe({
        method: refused ? 'other' : method,
        route: refused ? 'refused' : routeOf(response),
        code,
        seconds: (performance.now() - begun) / 1000,
      });
    });
    next();
  };
}

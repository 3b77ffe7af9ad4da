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

/** Reports every response, including those the client did not wait for. Seconds are monotonic. */
export function observeRequests(observe: (request: RequestObservation) => void): RequestHandler {
  return (request, response, next) => {
    const begun = performance.now();
    const method = METHODS.has(request.method) ? request.method : 'other';
    response.once('close', () => {
      observe({
        method,
        route: routeOf(response),
        code: response.statusCode,
        seconds: (performance.now() - begun) / 1000,
      });
    });
    next();
  };
}

import type { RequestHandler, Response } from 'express';
import type { RequestObservation } from '../../metrics/live.ts';

const names = new WeakMap<Response, string>();

/** The pattern of the route that answers, for logs and metrics: paths hold ids, which would make a series each. */
export function nameRoute(response: Response, pattern: string): void {
  names.set(response, pattern);
}

export function routeOf(response: Response): string {
  return names.get(response) ?? 'unmatched';
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Reports every answer, also one that the client did not wait for. Seconds are monotonic. */
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

import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

/** Probes and scrapes come every few seconds and say nothing. */
const QUIET = /^\/(-\/|metrics$)/;

/**
 * One line a request: method, path and status. Headers and query strings are left out: they hold tokens and e-mails.
 */
export function requestLog(log: Logger): RequestHandler {
  const middleware = pinoHttp({
    logger: log,
    genReqId: () => randomUUID(),
    autoLogging: { ignore: (request) => QUIET.test(request.url ?? '') },
    customLogLevel: (_request, response, error) =>
      error !== undefined || response.statusCode >= 500 ? 'warn' : 'debug',
    quietReqLogger: true,
    serializers: {
      req: (request: { method: string; url: string; id: string }) => ({
        id: request.id,
        method: request.method,
        path: pathOf(request.url),
      }),
      res: (response: { statusCode: number }) => ({ status: response.statusCode }),
    },
  });
  return (request, response, next) => {
    middleware(request, response);
    next();
  };
}

/**
 * Without the query. A long segment stands in no route of ours: it may be a token that was pasted in the wrong place.
 */
function pathOf(url: string): string {
  return (url.split('?')[0] ?? '').replace(/[^/]{65,}/g, '[long]');
}

import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

/** Probes and scrapes come every few seconds and are not worth a line. */
const QUIET = /^\/(-\/|metrics$)/;

const quiet = new WeakSet<ServerResponse>();

/** For a refusal whose cause is in the log once already. */
export function logQuietly(response: ServerResponse): void {
  quiet.add(response);
}

/**
 * One line a request: method, path and status. Headers and query strings may hold tokens and e-mails: not logged.
 */
export function requestLog(log: Logger): RequestHandler {
  const middleware = pinoHttp({
    logger: log,
    genReqId: () => randomUUID(),
    autoLogging: { ignore: (request) => QUIET.test(request.url ?? '') },
    customLogLevel: (_request, response, error) =>
      !quiet.has(response) && (error !== undefined || response.statusCode >= 500) ? 'warn' : 'debug',
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

/** Without the query. No route has a long segment: it may be a token pasted in the wrong place. */
function pathOf(url: string): string {
  return (url.split('?')[0] ?? '').replace(/[^/]{65,}/g, '[long]');
}

import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { queueRequests } from './request-queue.ts';

/** In bytes: every parameter at its maximum length still fits, even at four bytes a character. */
const MAX_HEADER_SIZE = 32_768;

/** Further connections are closed at once, so that a flood leaves file descriptors for the database. */
const MAX_CONNECTIONS = 2_000;

export interface ServerTimeouts {
  /**
   * For all headers of a request; an idle connection counts from when it was opened. In milliseconds, as are all of
   * these.
   */
  readonly headersMs: number;
  /** For the whole request, body included. */
  readonly requestMs: number;
  /** How often connections are checked. */
  readonly checkMs: number;
}

const TIMEOUTS: ServerTimeouts = { headersMs: 20_000, requestMs: 60_000, checkMs: 5_000 };

const PROBES: ReadonlySet<string> = new Set(['/-/healthy', '/-/ready']);
const isProbe = (request: IncomingMessage): boolean => PROBES.has(request.url ?? '');

/** The exporter's HTTP server: slow and endless requests are cut off, and headers are bounded. */
export function createHttpServer(handler: RequestListener, timeouts: Partial<ServerTimeouts> = {}): Server {
  const { headersMs, requestMs, checkMs } = { ...TIMEOUTS, ...timeouts };
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_SIZE,
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: checkMs,
    },
    queueRequests(handler, isProbe),
  );
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

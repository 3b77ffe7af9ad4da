import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface QueueLimits {
  /** Requests of one address that are worked on at the same time. Behind a proxy all of its users share one address. */
  readonly perAddress: number;
  /** Requests of one address that may wait. A further one is answered with 503, and its connection is closed. */
  readonly waitingPerAddress: number;
  /** Waiting requests of one connection at which nothing more is read from it. */
  readonly waitingPerConnection: number;
}

export const QUEUE_LIMITS: QueueLimits = { perAddress: 64, waitingPerAddress: 4_000, waitingPerConnection: 16 };

interface Waiting {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface Connection {
  readonly socket: Socket;
  readonly address: Address;
  readonly waiting: Waiting[];
  busy: boolean;
  /** Reading was stopped here, and not by Node because of unsent answers. */
  paused: boolean;
}

interface Address {
  active: number;
  /** Waiting requests of all of its connections. */
  waiting: number;
  /** Connections whose turn comes when another request of the address ends. */
  readonly turns: Connection[];
  connections: number;
}

/**
 * Bounds what requests cost before they reach the application. Node starts every pipelined request at once, so that
 * 60 kB on one connection are some 1,700 answers rendered and buffered side by side. Here a connection has one request
 * under way (HTTP/1.1 sends answers in order, so more would only wait in memory), an address has a limited number, and
 * each one starts in a turn of its own of the event loop, between which other connections are answered. Probes do not
 * wait for an address: `isProbe` requests only keep the order of their own connection.
 */
export function queueRequests(
  handler: RequestListener,
  isProbe: (request: IncomingMessage) => boolean,
  limits: QueueLimits = QUEUE_LIMITS,
): RequestListener {
  const connections = new WeakMap<Socket, Connection>();
  const addresses = new Map<string, Address>();

  function connectionOf(socket: Socket): Connection {
    const known = connections.get(socket);
    if (known !== undefined) return known;
    const name = socket.remoteAddress ?? '';
    const address = addresses.get(name) ?? { active: 0, waiting: 0, turns: [], connections: 0 };
    addresses.set(name, address);
    address.connections += 1;
    const connection: Connection = { socket, address, waiting: [], busy: false, paused: false };
    connections.set(socket, connection);
    socket.once('close', () => {
      address.waiting -= connection.waiting.length;
      connection.waiting.length = 0;
      address.connections -= 1;
      if (address.connections === 0) addresses.delete(name);
    });
    return connection;
  }

  function next(connection: Connection): void {
    const { address, socket, waiting } = connection;
    const first = waiting[0];
    if (connection.busy || first === undefined || socket.destroyed) return;
    const probe = isProbe(first.request);
    if (!probe && address.active >= limits.perAddress) {
      if (!address.turns.includes(connection)) address.turns.push(connection);
      return;
    }
    waiting.shift();
    address.waiting -= 1;
    connection.busy = true;
    if (!probe) address.active += 1;
    if (connection.paused && waiting.length < limits.waitingPerConnection / 2) {
      connection.paused = false;
      socket.resume();
    }
    first.response.once('close', () => {
      connection.busy = false;
      if (!probe) address.active -= 1;
      setImmediate(next, connection);
      const turn = address.turns.shift();
      if (turn !== undefined) setImmediate(next, turn);
    });
    handler(first.request, first.response);
  }

  return (request, response) => {
    const connection = connectionOf(request.socket);
    const { address, socket, waiting } = connection;
    if (address.waiting >= limits.waitingPerAddress) {
      // Behind pipelined requests the refusal itself would wait in memory.
      if (waiting.length > 0) socket.destroy();
      else refuse(response);
      return;
    }
    waiting.push({ request, response });
    address.waiting += 1;
    if (waiting.length >= limits.waitingPerConnection && !connection.paused) {
      connection.paused = true;
      socket.pause();
    }
    if (waiting.length === 1 && !connection.busy) next(connection);
  };
}

function refuse(response: ServerResponse): void {
  response
    .writeHead(503, { 'Content-Type': 'application/problem+json', 'Retry-After': '5', Connection: 'close' })
    .end('{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"Too many requests are waiting."}');
}

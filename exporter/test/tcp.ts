import { once } from 'node:events';
import { createServer } from 'node:net';

/** Settings with which a server listens on loopback as well, for tests that put something between it and its clients. */
export async function listeningOnLoopback(): Promise<{ listen_addresses: string; port: string }> {
  return { listen_addresses: '127.0.0.1', port: String(await freePort()) };
}

/** The same role and database, over TCP. */
export function overTcp(socketUrl: string, port: string): string {
  const { username, password, pathname } = new URL(socketUrl);
  return `postgres://${username}:${password}@127.0.0.1:${port}${pathname}`;
}

/** A port of loopback that was free a moment ago: for programs that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1');
  return address.port;
}

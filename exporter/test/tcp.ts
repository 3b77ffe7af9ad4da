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

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === 'object'
          ? resolve(address.port)
          : reject(new Error('no free port on 127.0.0.1')),
      );
    });
  });
}

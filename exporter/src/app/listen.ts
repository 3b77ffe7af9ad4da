import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpServer } from '../api/http/server.ts';
import type { Settings } from '../settings/schema.ts';

export async function listen(handler: RequestListener, settings: Pick<Settings, 'PORT' | 'HOST'>): Promise<Server> {
  const server = createHttpServer(handler);
  server.listen(settings.PORT, settings.HOST);
  await once(server, 'listening');
  return server;
}

export function urlOf(server: Server): string {
  const { address, family, port } = addressOf(server);
  const host = address === '::' || address === '0.0.0.0' ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}`;
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return address;
}

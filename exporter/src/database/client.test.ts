import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DatabaseClient } from './client.ts';
import { socketUrl } from './embedded/address.ts';

const LOGIN = { user: 'app', password: 'planted-password' };
let folder: string;
let server: Server;
const received: Buffer[] = [];
const sockets: Socket[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'client-'));
  received.length = 0;
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

/** Takes the server's place, and answers what a client says first with `request`. */
async function impostor(request: Buffer): Promise<void> {
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      received.push(data);
      socket.write(request);
    });
  });
  await new Promise<void>((resolve) => server.listen(join(folder, '.s.PGSQL.5432'), resolve));
}

/** Message R: a request for authentication of a kind. https://www.postgresql.org/docs/current/protocol-message-formats.html */
function authentication(kind: number, rest = Buffer.alloc(0)): Buffer {
  const message = Buffer.alloc(9 + rest.length);
  message.write('R');
  message.writeInt32BE(8 + rest.length, 1);
  message.writeInt32BE(kind, 5);
  rest.copy(message, 9);
  return message;
}

const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

test.each([
  ['the password in clear text', authentication(3), 'in clear text'],
  ['an MD5 hash', authentication(5, Buffer.from('salt')), 'an MD5 hash'],
  ['nothing', Buffer.concat([authentication(0), READY]), 'asks for no password'],
  ['a mechanism without a proof', authentication(10, Buffer.from('PLAIN\0\0')), 'SCRAM-SHA-256'],
])('a server in its place that asks for %s is refused before anything is sent to it', async (_, request, why) => {
  await impostor(request);
  const client = new DatabaseClient({ connectionString: socketUrl(folder, LOGIN), connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await expect(client.connect()).rejects.toThrow(why);
  await client.end().catch(() => undefined);
  const sent = Buffer.concat(received).toString('latin1');
  expect(sent).toContain('app');
  expect(sent).not.toContain('planted');
  expect(sent).not.toContain('md5');
});

test('without the parameter a server may ask as it likes: poolers and old servers do', async () => {
  await impostor(authentication(3));
  const url = new URL(socketUrl(folder, LOGIN));
  url.searchParams.delete('require_auth');
  const client = new DatabaseClient({ connectionString: url.href, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  const connecting = client.connect().catch(() => undefined);
  await expect.poll(() => Buffer.concat(received).toString('latin1')).toContain('planted-password');
  for (const socket of sockets) socket.destroy();
  await connecting;
});

import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listeningOnLoopback, overTcp } from '../../../test/tcp.ts';
import { migrate } from '../migrate.ts';
import { makeSocketFolder, runningEmbeddedUrl, socketUrl } from './address.ts';
import { findBinaries } from './binaries.ts';
import { ensureCluster, SUPERUSER } from './cluster.ts';
import { chooseAccount, type Identity } from './identity.ts';
import { startServer } from './server.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './start.ts';

const log = { info: () => undefined, warn: () => undefined };
let home: string;
let dataDir: string;
const running: EmbeddedPostgres[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'privileges-'));
  dataDir = join(home, 'data');
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

async function start(): Promise<EmbeddedPostgres> {
  const cluster = await startEmbeddedPostgres({ dataDir, log, settings: { fsync: 'off' } });
  running.push(cluster);
  return cluster;
}

async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

test('the exporter’s role can migrate and write, and neither reads files nor runs programs nor makes roles', async () => {
  const { url } = await start();
  expect((await migrate(url)).length).toBeGreaterThan(10);
  await query(url, "INSERT INTO fx_rates (currency, day, usd_rate) VALUES ('EUR', '2026-01-01', 1.1)");
  for (const statement of [
    "COPY fx_rates FROM '/etc/passwd'",
    "COPY fx_rates TO '/tmp/marginboard-must-not-exist'",
    "COPY fx_rates FROM PROGRAM 'id'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    'CREATE ROLE other SUPERUSER',
    'CREATE DATABASE other',
    'ALTER ROLE marginboard_app SUPERUSER',
    `SET ROLE ${SUPERUSER}`,
    "ALTER SYSTEM SET listen_addresses = '*'",
    'SELECT rolpassword FROM pg_authid',
  ])
    await expect(query(url, statement), statement).rejects.toThrow(/permission denied|must be/);
});

test('its password is another one after each start, commands find it, and a stopped one leaves no address behind', async () => {
  const first = await start();
  expect(await runningEmbeddedUrl(dataDir)).toBe(first.url);
  expect((await stat(join(dataDir, 'postgres/url'))).mode & 0o777).toBe(0o600);
  const superuserPassword = (await readFile(join(dataDir, 'postgres/password'), 'utf8')).trim();
  expect(first.url).not.toContain(superuserPassword);
  await first.stop();
  expect(await runningEmbeddedUrl(dataDir)).toBeUndefined();
  expect(await readdir(join(dataDir, 'postgres'))).not.toContain('url');
  const second = await start();
  expect(new URL(second.url).password).not.toBe(new URL(first.url).password);
});

test('where the path is too long for a socket, it lies in a private folder that goes with the server', async () => {
  dataDir = join(home, 'a-long-name'.repeat(10));
  const { url, stop } = await start();
  const folder = decodeURIComponent(new URL(url).hostname);
  expect(folder).toMatch(/\/marginboard-socket-\w{6}$/);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect(await query((await runningEmbeddedUrl(dataDir)) ?? '', 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  await stop();
  await expect(stat(folder)).rejects.toThrow('ENOENT');
});

test('a start that can never succeed says why at once', async () => {
  await (await start()).stop();
  const folder = join(dataDir, 'postgres');
  const account = await chooseAccount(await findBinaries(join(folder, 'lib')), folder);
  const password = await ensureCluster(account, folder);
  const socket = await makeSocketFolder(account, folder);
  const url = new URL(socketUrl(socket.path, { user: SUPERUSER, password }));
  url.pathname = '/nothing';
  await expect(startServer(account, folder, { socket, url: url.href, warn: () => undefined })).rejects.toThrow(
    'cannot be used: database "nothing" does not exist',
  );
});

describe.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')('as root', () => {
  test('another user reaches neither the socket nor the address, also where the folder’s parents are open', async () => {
    await chmod(home, 0o755);
    const { url } = await start();
    const socket = join(decodeURIComponent(new URL(url).hostname), '.s.PGSQL.5432');
    const script = `const net = require('node:net');
      try { console.log(require('node:fs').readFileSync(process.argv[2], 'utf8')) } catch (error) { console.log(error.code) }
      net.connect(process.argv[1]).on('error', (error) => console.log(error.code)).on('connect', () => { console.log('in'); process.exit() })`;
    const tried = (uid: number): string =>
      spawnSync(process.execPath, ['-e', script, socket, join(dataDir, 'postgres/url')], {
        uid,
        gid: uid,
        cwd: '/',
        encoding: 'utf8',
        env: {},
      }).stdout.trim();
    expect(tried(1)).toBe('EACCES\nEACCES');
    expect(tried(0)).toContain('in');
  });

  test('the server runs as another user, who may not read what root may', async () => {
    await start();
    const pid = (await readFile(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8')).split('\n')[0] ?? '';
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    expect(Number(/^Uid:\s+(\d+)/m.exec(status)?.[1])).toBeGreaterThan(0);
  });
});

/** A data folder as release 0.1 left it: the server on a port, and the superuser as the owner of everything. */
async function folderOfRelease01(identity?: Identity['kind']): Promise<void> {
  const folder = join(dataDir, 'postgres');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const binaries = await findBinaries(join(folder, 'lib'));
  const account = await chooseAccount(binaries, folder, identity && [identity]);
  const password = await ensureCluster(account, folder);
  const listening = await listeningOnLoopback();
  const url = overTcp(socketUrl('/unused', { user: SUPERUSER, password }), listening.port);
  const server = await startServer(account, folder, {
    socket: { path: '/unused', seen: '/unused' },
    url,
    settings: { ...listening, unix_socket_directories: '', fsync: 'off' },
    warn: () => undefined,
  });
  await migrate(url);
  await query(
    url,
    `INSERT INTO fx_rates (currency, day, usd_rate) VALUES ('EUR', '2026-01-01', 1.1);
     CREATE TYPE mood AS ENUM ('fine'); CREATE VIEW rates AS SELECT * FROM fx_rates;
     CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT 2 * n';
     CREATE ROLE reader LOGIN; GRANT SELECT ON fx_rates TO reader;
     CREATE TABLE numbered (id int GENERATED ALWAYS AS IDENTITY, other serial); CREATE SEQUENCE loose`,
  );
  await server.stop();
}

describe.each(process.getuid?.() === 0 && process.platform === 'linux' ? (['drop', 'userns'] as const) : [undefined])(
  'a folder of release 0.1 (%s)',
  (identity) => {
    test('becomes the role’s own, with its rows and grants, and stays so', async ({ skip }) => {
      const made = await folderOfRelease01(identity).catch((error: unknown) => String(error));
      // Containers may forbid user namespaces.
      if (identity === 'userns' && typeof made === 'string') return skip(made);
      if (typeof made === 'string') throw new Error(made);
      for (const round of [1, 2]) {
        const { url, stop } = await start();
        expect(await migrate(url)).toEqual([]);
        expect(await query(url, 'SELECT usd_rate::text AS rate FROM rates')).toEqual([{ rate: '1.1000000000000000' }]);
        expect(
          await query(
            url,
            `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
               AND relowner <> current_user::regrole
             UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
               AND proowner <> current_user::regrole
             UNION ALL SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace
               AND typowner <> current_user::regrole`,
          ),
        ).toEqual([]);
        expect(await query(url, "SELECT has_table_privilege('reader', 'fx_rates', 'SELECT') AS may")).toEqual([
          { may: true },
        ]);
        // What a later migration may do.
        await query(url, `ALTER TABLE fx_rates ADD COLUMN round_${round} int; ALTER TABLE numbered ALTER id RESTART`);
        await stop();
      }
    });
  },
);

import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packageRoot } from '../../process/package-root.ts';
import { socketUrl } from './address.ts';
import { SUPERUSER } from './cluster.ts';
import { type EmbeddedOptions, type EmbeddedPostgres, startEmbeddedPostgres } from './start.ts';

let home: string;
let dataDir: string;
const running: EmbeddedPostgres[] = [];
const children: ChildProcess[] = [];
const messages: string[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'embedded postgres-'));
  await chmod(home, 0o700);
  dataDir = join(home, 'data');
  messages.length = 0;
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(running.splice(0).map((server) => server.stop()));
  await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

async function start(options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedPostgres> {
  const log = { info: () => undefined, warn: (message: string) => void messages.push(message) };
  const server = await startEmbeddedPostgres({ dataDir, log, ...options });
  running.push(server);
  return server;
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

/** An exporter's stand-in in its own process; resolves once its database is up. */
async function otherProcess(): Promise<{ child: ChildProcess; url: string }> {
  const code = `import { startEmbeddedPostgres } from ${JSON.stringify(join(packageRoot(), 'src/database/embedded/start.ts'))};
    const server = await startEmbeddedPostgres({ dataDir: process.argv[1], log: { info() {}, warn() {} } });
    console.log(server.url); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (exit) => reject(new Error(`ended with ${exit ?? 'a signal'}`)));
  });
  return { child, url };
}

const pidOf = async (): Promise<number> =>
  Number((await readFile(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8')).split('\n')[0]);
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('keeps its data and password over restarts, on a socket, behind a password, in a 0700 folder with a space', async () => {
  const first = await start();
  await query(first.url, "CREATE TABLE notes AS SELECT 'déjà' AS word");
  const socket = join(await realpath(dataDir), 'postgres/socket');
  expect(decodeURIComponent(new URL(first.url).hostname)).toBe(socket);
  expect((await stat(socket)).mode & 0o777).toBe(0o700);
  const wrong = new URL(first.url);
  wrong.password = 'guess';
  await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
  expect(
    await query(
      socketUrl(socket, {
        user: SUPERUSER,
        password: await readFile(join(dataDir, 'postgres/password'), 'utf8').then((text) => text.trim()),
      }),
      `SELECT current_setting('listen_addresses') AS a, current_setting('unix_socket_directories') AS u,
       upper('é') AS upper`,
    ),
  ).toEqual([{ a: '', u: expect.stringMatching(/postgres\/socket"?$|fd\/4\/socket"?$/), upper: 'É' }]);
  await first.stop();
  const second = await start();
  expect(await query(second.url, 'SELECT word FROM notes')).toEqual([{ word: 'déjà' }]);
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
  expect((await stat(join(dataDir, 'postgres/password'))).mode & 0o777).toBe(0o600);
});

test('a second exporter on the same folder is refused, in this process and in another, until the first has stopped', async () => {
  const first = await start();
  await expect(start()).rejects.toThrow(`in use by process ${process.pid}`);
  await first.stop();
  const other = await otherProcess();
  await expect(start()).rejects.toThrow(`in use by process ${other.child.pid ?? '?'}`);
});

test('dies with an exporter that was killed, and the next one continues on its data', async () => {
  const other = await otherProcess();
  await query(other.url, 'CREATE TABLE notes AS SELECT 1 AS n');
  const pid = await pidOf();
  other.child.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  const next = await start();
  expect(await query(next.url, 'SELECT n FROM notes')).toEqual([{ n: 1 }]);
});

test.skipIf(process.platform !== 'linux')(
  'a server that was left behind is stopped, and its committed rows are there',
  async () => {
    const other = await otherProcess();
    await query(other.url, 'CREATE TABLE notes AS SELECT 1 AS n');
    const pid = await pidOf();
    // The guard between the two is what would have ended it: its group leader, and the shell that waits beside it.
    const group = Number((await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ')[2]);
    for (const shell of await shellsOf(group)) process.kill(shell, 'SIGKILL');
    other.child.kill('SIGKILL');
    await expect.poll(() => isAlive(other.child.pid ?? 0)).toBe(false);
    expect(isAlive(pid)).toBe(true);
    const next = await start();
    expect(messages.join()).toContain(`left behind by an earlier run (process ${pid})`);
    expect(await query(next.url, 'SELECT n FROM notes')).toEqual([{ n: 1 }]);
  },
);

/** The leader of a process group and its children that are not servers. */
async function shellsOf(group: number): Promise<number[]> {
  const listed = await readFile(`/proc/${group}/task/${group}/children`, 'utf8');
  const children = listed.trim().split(' ').map(Number);
  const names = await Promise.all(children.map((pid) => readFile(`/proc/${pid}/comm`, 'utf8')));
  return [group, ...children.filter((_, index) => names[index]?.trim() !== 'postgres')];
}

test('a server that dies is started again on the same address', async () => {
  const server = await start();
  await query(server.url, 'CREATE TABLE notes AS SELECT 1 AS n');
  process.kill(await pidOf(), 'SIGKILL');
  await expect
    .poll(() => query(server.url, 'SELECT n FROM notes').catch(() => []), { timeout: 20_000 })
    .toEqual([{ n: 1 }]);
  expect(messages.join()).toContain('started again');
});

test('a postmaster.pid whose number now belongs to another program, and an unfinished initdb, do not stop a start', async () => {
  await (await start()).stop();
  await writeFile(
    join(dataDir, 'postgres/cluster/postmaster.pid'),
    `${process.ppid}\n${join(dataDir, 'postgres/cluster')}\n`,
  );
  await mkdir(join(dataDir, 'postgres/cluster.new-0badcafe'));
  const next = await start();
  expect(await query(next.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  await expect(stat(join(dataDir, 'postgres/cluster.new-0badcafe'))).rejects.toThrow('ENOENT');
});

test('a cluster of another version, half a cluster and a lost password each say what to do', async () => {
  await (await start()).stop();
  const version = join(dataDir, 'postgres/cluster/PG_VERSION');
  await writeFile(version, '16\n');
  await expect(start()).rejects.toThrow(/made by PostgreSQL 16.*npm run db:backup.*npm run db:restore/);
  await rm(version);
  await expect(start()).rejects.toThrow('PG_VERSION is missing');
  await writeFile(version, '17\n');
  await rm(join(dataDir, 'postgres/password'));
  await expect(start()).rejects.toThrow('password is missing');
  await writeFile(join(dataDir, 'postgres/password'), 'another\n');
  await expect(start()).rejects.toThrow('refuses its own password');
});

describe.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')('as root', () => {
  test.each(['userns', 'drop'] as const)('runs by %s, and the other way takes over its data', async (kind) => {
    const first = await start({ identities: [kind] }).catch((error: unknown) => String(error));
    // Containers may forbid user namespaces; dropping always works.
    if (kind === 'userns' && typeof first === 'string') return expect(first).toContain('as userns');
    if (typeof first === 'string') throw new Error(first);
    await query(first.url, 'CREATE TABLE notes AS SELECT 1 AS n');
    await first.stop();
    const second = await start(kind === 'userns' ? { identities: ['drop'] } : {});
    expect(await query(second.url, 'SELECT n FROM notes')).toEqual([{ n: 1 }]);
  });
});

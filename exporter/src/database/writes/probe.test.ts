import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../../test/exporter-process.ts';
import { openSmallDisk, type SmallDisk } from '../../../test/small-disk.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../embedded/start.ts';
import { createPool } from '../pool.ts';
import { probeWrites, RESERVED_BYTES } from './probe.ts';
import { watchWrites, type StorageStatus } from './watch.ts';
import { createWriteGuard, type WriteRefusal } from './write-guard.ts';

const disk: SmallDisk | undefined = await openSmallDisk(200);
let home: string;
let server: EmbeddedPostgres;
let pool: Pool;
beforeAll(async () => {
  home = disk?.path ?? (await mkdtemp(join(tmpdir(), 'probe-')));
  server = await startEmbeddedPostgres({
    dataDir: join(home, 'data'),
    log: { info: () => undefined, warn: () => undefined },
    settings: { fsync: 'off', autovacuum: 'off' },
  });
  pool = createPool(server.url);
}, 60_000);
afterAll(async () => {
  await pool.end();
  await server.stop();
  await (disk === undefined ? rm(home, { recursive: true }) : disk.close());
});

/** A server whose disk cannot be seen from here. */
const look = (refusal?: WriteRefusal): Promise<WriteRefusal | undefined> =>
  probeWrites({ pool, space: undefined, refusal, thorough: true });

const stamp = async (): Promise<unknown> => (await pool.query('SELECT pg_current_snapshot()::text AS stamp')).rows;

test('looking takes no transaction id, so that nothing that is cached is outdated by it', async () => {
  const before = await stamp();
  const seen: StorageStatus[] = [];
  const stop = new AbortController();
  const watching = watchWrites({
    pool,
    guard: createWriteGuard(),
    folders: { database: home, backups: join(home, 'not-there') },
    log: pino({ level: 'silent' }),
    signal: stop.signal,
    report: (status) => void seen.push(status),
    everyMs: 1,
  });
  await until(async () => seen.length > 40);
  stop.abort();
  await watching;
  expect(seen.every(({ writable }) => writable === true)).toBe(true);
  expect(seen[0]?.space.map(({ folder }) => folder)).toEqual(['database']);
  expect(await stamp()).toEqual(before);
});

test('a read-only database, and one that was made writable again', async () => {
  await pool.query('ALTER ROLE CURRENT_USER SET default_transaction_read_only = on');
  const later = createPool(server.url);
  const found = await probeWrites({ pool: later, space: undefined, refusal: undefined, thorough: false });
  expect(found).toMatchObject({
    cause: 'read_only',
    message: expect.stringContaining('cannot write: the database is'),
  });
  await later.end();
  await pool.query('ALTER ROLE CURRENT_USER RESET default_transaction_read_only');
  expect(await look(found)).toBeUndefined();
});

test('the reserve: refused below it, accepted again only with some room above it', async () => {
  const at = (freeBytes: number, refusal?: WriteRefusal): Promise<WriteRefusal | undefined> =>
    probeWrites({ pool, space: { folder: 'database', freeBytes, sizeBytes: 1e9 }, refusal, thorough: false });
  expect(await at(RESERVED_BYTES)).toBeUndefined();
  const refused = await at(RESERVED_BYTES - 1);
  expect(refused).toMatchObject({ cause: 'disk_full', message: expect.stringContaining('19 MiB are left') });
  expect(await at(RESERVED_BYTES, refused)).toEqual(expect.objectContaining({ cause: 'disk_full' }));
  expect(await at(RESERVED_BYTES * 2, refused)).toBeUndefined();
});

test('a database that does not answer is neither writable nor not', async () => {
  const away = createPool('postgres://nobody@127.0.0.1:1/none', { connectionTimeoutMs: 500 });
  await expect(probeWrites({ pool: away, space: undefined, refusal: undefined, thorough: true })).rejects.toThrow();
  await away.end();
});

test.skipIf(disk === undefined)('the full disk of a server elsewhere is found without looking at it', async () => {
  expect(await look()).toBeUndefined();
  await disk?.fill();
  expect(await look()).toMatchObject({
    cause: 'disk_full',
    message: expect.stringContaining('cannot write: disk full'),
  });
  await disk?.empty();
  expect(await look()).toBeUndefined();
});

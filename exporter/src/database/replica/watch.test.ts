import pino from 'pino';
import { Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import { until } from '../../../test/exporter-process.ts';
import { startReplicatedPostgres, type ReplicatedPostgres } from '../../../test/replica.ts';
import { examineStorage } from '../../doctor/storage.ts';
import { loadSettings } from '../../settings/load.ts';
import { migrate } from '../migrate.ts';
import { createPool } from '../pool.ts';
import { walPosition } from './position.ts';
import { watchReplica, type ReplicaState, type ReplicaWatch } from './watch.ts';

// Processes and clusters of their own start slowly beside other tests.
vi.setConfig({ testTimeout: 90_000 });

let servers: ReplicatedPostgres;
let watch: ReplicaWatch | undefined;
let lines: string[];
beforeAll(async () => {
  servers = await startReplicatedPostgres();
});
afterAll(() => servers.stop());
beforeEach(() => {
  lines = [];
});
afterEach(async () => {
  await watch?.stop();
  watch = undefined;
});

function begin(urls: { primaryUrl?: string; replicaUrl?: string } = {}): ReplicaWatch {
  const log = pino(
    {},
    new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(String(chunk));
        done();
      },
    }),
  );
  watch = watchReplica({ primaryUrl: servers.primaryUrl, replicaUrl: servers.standbyUrl, log, everyMs: 50, ...urls });
  return watch;
}

const reaches = (one: ReplicaWatch, state: ReplicaState) => until(async () => one.status().state === state);

async function write(): Promise<bigint> {
  const pool = createPool(servers.primaryUrl, { max: 1 });
  await pool.query('CREATE TABLE IF NOT EXISTS moved (n int); INSERT INTO moved VALUES (1)');
  const { rows } = await pool.query<{ at: string }>('SELECT pg_current_wal_insert_lsn()::text AS at');
  await pool.end();
  return walPosition(rows[0]?.at ?? '');
}

test('a replica that keeps up is used for what it has replayed, also right after a write here', async () => {
  const one = begin();
  await reaches(one, 'in_use');
  expect(one.status()).toMatchObject({ lagSeconds: 0, message: null });
  const written = await write();
  one.written();
  expect(one.usablePosition()).toBeUndefined();
  const position = await until(async () => one.usablePosition());
  expect(position >= written).toBe(true);
  const [row] = await servers.onStandby('SELECT pg_last_wal_replay_lsn()::text AS at');
  expect(walPosition(String(row?.['at'])) >= position).toBe(true);
});

test('a replica that lags is not used, its lag is reported, and it is used again when it has caught up; each change is logged once', async () => {
  const one = begin();
  await reaches(one, 'in_use');
  await servers.pause();
  await write();
  await reaches(one, 'behind');
  expect(one.usablePosition()).toBeUndefined();
  const { lagSeconds } = one.status();
  expect(lagSeconds).toBeGreaterThan(0);
  await until(async () => (one.status().lagSeconds ?? 0) > (lagSeconds ?? 0));
  await servers.resume();
  await reaches(one, 'in_use');
  expect(one.status().lagSeconds).toBe(0);
  expect(lines.filter((line) => line.includes('reads go to the primary'))).toHaveLength(1);
  expect(lines.filter((line) => line.includes('answers the reads'))).toHaveLength(2);
});

test('a replica that stops is given up, with those who wait for it, and used again when it is back', async () => {
  const one = begin();
  await reaches(one, 'in_use');
  const { promise: never } = Promise.withResolvers<never>();
  const waiting = one.unlessLost(never);
  const lost = expect(waiting).rejects.toThrow('the read replica was lost');
  await servers.stopStandby();
  await lost;
  await reaches(one, 'down');
  expect(one.status()).toMatchObject({ lagSeconds: null, message: expect.stringMatching(/./) });
  await write();
  await servers.startStandby();
  await reaches(one, 'in_use');
  expect(lines.filter((line) => line.includes('reads go to the primary'))).toHaveLength(1);
  expect(lines.filter((line) => line.includes('the read replica failed'))).toHaveLength(1);
});

test.skipIf(process.platform !== 'linux')('a replica that hangs is given up too', async () => {
  const one = begin();
  await reaches(one, 'in_use');
  await servers.freeze();
  await reaches(one, 'down');
  servers.thaw();
  await reaches(one, 'in_use');
});

test('doctor reads the state and the lag', async () => {
  const settings = loadSettings({ DATABASE_URL: servers.primaryUrl, READ_DATABASE_URL: servers.standbyUrl });
  await migrate(servers.primaryUrl);
  const findings = async () =>
    (await examineStorage(settings)).findings.filter(({ check }) => check === 'READ_DATABASE_URL').at(-1);
  await until(async () => (await findings())?.message === 'is a replica of DATABASE_URL and up to date');
  await servers.pause();
  await write();
  expect(await findings()).toMatchObject({
    ok: 'warning',
    message: expect.stringMatching(/reads go to DATABASE_URL: it is [0-9.]+ s behind/),
  });
  await servers.resume();
  expect((await examineStorage({ ...settings, READ_DATABASE_URL: servers.primaryUrl })).findings.at(-1)).toMatchObject({
    ok: false,
    remedy: expect.stringContaining('streaming replica'),
  });
});

test('a primary, its own or another, is not a replica', async () => {
  const own = begin({ replicaUrl: servers.primaryUrl });
  await reaches(own, 'not_a_replica');
  expect(own.usablePosition()).toBeUndefined();
  expect(own.status().message).toContain('not in recovery');
  await own.stop();
  const foreign = begin({ primaryUrl: inject('testDatabaseUrl') });
  await reaches(foreign, 'not_a_replica');
  expect(foreign.status().message).toContain('no replica of DATABASE_URL');
});

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/database/embedded/start.ts';

export interface ReplicatedPostgres {
  /** Superuser's addresses; both stay the same over stops and starts of the standby. */
  readonly primaryUrl: string;
  readonly standbyUrl: string;
  /** What is committed from now on is received by the standby, and not shown until `resume`. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Runs a statement on the standby, as superuser. */
  onStandby(statement: string): Promise<readonly Record<string, unknown>[]>;
  /** The standby accepts connections and answers nothing, until `thaw`; Linux. */
  freeze(): Promise<void>;
  thaw(): void;
  stopStandby(): Promise<void>;
  startStandby(): Promise<void>;
  stop(): Promise<void>;
}

const log = { info: () => undefined, warn: () => undefined };
const FAST = { fsync: 'off', full_page_writes: 'off', wal_level: 'replica', max_wal_senders: '4' };

/**
 * Two real clusters on loopback, the second a streaming standby of the first, made from the binaries of npm: they bring
 * no pg_basebackup, and a copy of the stopped primary's folder is one.
 */
export async function startReplicatedPostgres(): Promise<ReplicatedPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'marginboard-replica-'));
  const [primaryDir, standbyDir] = [join(folder, 'primary'), join(folder, 'standby')];
  await (await startEmbeddedPostgres({ dataDir: primaryDir, log, settings: FAST })).stop();
  await cp(primaryDir, standbyDir, { recursive: true });
  await writeFile(join(standbyDir, 'postgres', 'cluster', 'standby.signal'), '');
  const primary = await startEmbeddedPostgres({
    dataDir: primaryDir,
    log,
    settings: { ...FAST, wal_keep_size: '128MB' },
  });
  const { hostname, port, username, password } = new URL(primary.url);
  const conninfo = `host=${hostname} port=${port} user=${username} password=${password}`;
  const begin = (standbyPort?: number): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({
      dataDir: standbyDir,
      log,
      ...(standbyPort !== undefined && { port: standbyPort }),
      settings: {
        ...FAST,
        hot_standby: 'on',
        primary_conninfo: conninfo,
        wal_retrieve_retry_interval: '100ms',
        max_standby_streaming_delay: '5s',
      },
    });
  let standby = await begin();
  const standbyUrl = standby.url;
  const onStandby = async (statement: string): Promise<readonly Record<string, unknown>[]> => {
    const client = new pg.Client({ connectionString: standbyUrl });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows;
    } finally {
      await client.end();
    }
  };
  let frozen: number[] = [];
  const thaw = (): void => {
    for (const pid of frozen.splice(0)) process.kill(pid, 'SIGCONT');
  };
  return {
    primaryUrl: primary.url,
    standbyUrl,
    onStandby,
    async pause() {
      await onStandby('SELECT pg_wal_replay_pause()');
      while ((await onStandby("SELECT pg_get_wal_replay_pause_state() = 'paused' AS paused"))[0]?.['paused'] !== true);
    },
    async resume() {
      await onStandby('SELECT pg_wal_replay_resume()');
    },
    async freeze() {
      const postmaster =
        (await readFile(join(standbyDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8')).split('\n')[0] ?? '';
      const children = (await readFile(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')).trim().split(' ');
      frozen = [postmaster, ...children].map(Number);
      for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    },
    thaw,
    stopStandby: () => standby.stop(),
    async startStandby() {
      standby = await begin(Number(new URL(standbyUrl).port));
    },
    async stop() {
      thaw();
      await standby.stop();
      await primary.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type EmbeddedCluster, startEmbeddedCluster } from '../src/database/embedded/start.ts';
import { listeningOnLoopback, overTcp } from './tcp.ts';

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
  await (await startEmbeddedCluster({ dataDir: primaryDir, log, settings: FAST })).stop();
  await cp(primaryDir, standbyDir, { recursive: true });
  await writeFile(join(standbyDir, 'postgres', 'cluster', 'standby.signal'), '');
  const [primaryListening, standbyListening] = [await listeningOnLoopback(), await listeningOnLoopback()];
  const primary = await startEmbeddedCluster({
    dataDir: primaryDir,
    log,
    settings: { ...FAST, ...primaryListening, wal_keep_size: '128MB' },
  });
  const primaryUrl = overTcp(primary.superuserUrl, primaryListening.port);
  const { hostname, port, username, password } = new URL(primaryUrl);
  const conninfo = `host=${hostname} port=${port} user=${username} password=${password}`;
  const begin = (): Promise<EmbeddedCluster> =>
    startEmbeddedCluster({
      dataDir: standbyDir,
      log,
      settings: {
        ...FAST,
        ...standbyListening,
        hot_standby: 'on',
        primary_conninfo: conninfo,
        wal_retrieve_retry_interval: '100ms',
        max_standby_streaming_delay: '5s',
      },
    });
  let standby = await begin();
  const standbyUrl = overTcp(standby.superuserUrl, standbyListening.port);
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
    primaryUrl,
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
      standby = await begin();
    },
    async stop() {
      thaw();
      await standby.stop();
      await primary.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { makeSocketFolder, socketUrl } from '../../src/database/embedded/address.ts';
import { findBinaries } from '../../src/database/embedded/binaries.ts';
import { ensureCluster, SUPERUSER } from '../../src/database/embedded/cluster.ts';
import { chooseAccount } from '../../src/database/embedded/identity.ts';
import { startServer, type Server } from '../../src/database/embedded/server.ts';
import { databaseIn } from '../global-setup.ts';
import { listeningOnLoopback, overTcp } from '../tcp.ts';

/** A Postgres server of one's own, to be stopped, started and hurt. */
export interface Cluster {
  /** Where an ordinary role finds its own database `app`; the same for the server's whole life. */
  readonly url: string;
  /** As superuser in that database. */
  query(text: string): Promise<pg.QueryResult<Record<string, unknown>>>;
  stop(): Promise<void>;
  /** On the same port; nothing where it runs. */
  start(): Promise<void>;
  /**
   * Empties a table, and lets the disk be full for it: its file is /dev/full, so that every write to it really gets
   * ENOSPC from the system. Emptying it again gives it a file again.
   */
  fillDisk(table: string): Promise<void>;
  close(): Promise<void>;
}

export async function openCluster(): Promise<Cluster> {
  const root = await mkdtemp(join(tmpdir(), 'marginboard-cluster-'));
  const folder = join(root, 'postgres');
  await mkdir(folder, { mode: 0o700 });
  const account = await chooseAccount(await findBinaries(join(folder, 'lib')), folder);
  const password = await ensureCluster(account, folder);
  const socket = await makeSocketFolder(account, folder);
  const listening = await listeningOnLoopback();
  const url = socketUrl(socket.path, { user: SUPERUSER, password }, listening.port);
  let server: Server | undefined;
  let up = false;
  const start = async (): Promise<void> => {
    if (up) return;
    up = true;
    const settings = { ...listening, fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
    server = await startServer(account, folder, { socket, url, settings, warn: () => undefined });
  };
  const stop = async (): Promise<void> => {
    up = false;
    await server?.stop();
  };
  const queryIn = async (database: string, text: string): Promise<pg.QueryResult<Record<string, unknown>>> => {
    const client = new pg.Client({ connectionString: databaseIn(overTcp(url, listening.port), database) });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await client.query<Record<string, unknown>>(text);
    } finally {
      await client.end();
    }
  };
  await start();
  await queryIn('postgres', "CREATE ROLE app LOGIN PASSWORD 'planted-database-password'");
  await queryIn('postgres', 'CREATE DATABASE app OWNER app');
  const query: Cluster['query'] = (text) => queryIn('app', text);
  return {
    url: `postgres://app:planted-database-password@127.0.0.1:${listening.port}/app`,
    query,
    stop,
    start,
    async fillDisk(table) {
      await query(`TRUNCATE ${table}`);
      const found = await query(`SELECT pg_relation_filepath('${table}') AS path`);
      const file = join(folder, 'cluster', String(found.rows[0]?.['path']));
      await rm(file);
      await symlink('/dev/full', file);
    },
    async close() {
      await stop();
      await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

import { mkdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeDataDir } from '../../settings/data-dir.ts';
import { makeSocketFolder, publishUrl, type SocketFolder, socketUrl, withdrawUrl } from './address.ts';
import { findBinaries } from './binaries.ts';
import { ensureCluster, SUPERUSER } from './cluster.ts';
import { type Account, chooseAccount, type Identity } from './identity.ts';
import { clearLeftover } from './leftover.ts';
import { takeOwnership } from './owner-lock.ts';
import { ensureApplicationRole } from './roles.ts';
import { type Server, startServer } from './server.ts';

export interface EmbeddedOptions {
  /** The cluster, its password and its lock are stored in the folder `postgres` below. Created (0700) if missing. */
  readonly dataDir: string;
  readonly log: { info(message: string): void; warn(message: string): void };
  /** Server settings over the defaults (tests: fsync off). */
  readonly settings?: Readonly<Record<string, string>>;
  /** Narrows the ways in which the server may be run (tests). */
  readonly identities?: readonly Identity['kind'][];
}

export interface EmbeddedPostgres {
  /**
   * postgres://… of the exporter's role over the Unix socket, with a password of this start: a secret. Stays the same
   * until stop().
   */
  readonly url: string;
  stop(): Promise<void>;
}

/** The server without the exporter's role, for what needs more than that: the databases of tests and benchmarks. */
export interface EmbeddedCluster {
  readonly superuserUrl: string;
  stop(): Promise<void>;
}

const RESTART_DELAYS_MS = [100, 1_000, 5_000, 15_000];

/**
 * Runs PostgreSQL from npm on a Unix socket for this process alone, keeps its data in `dataDir`, and ends it with this
 * process, however that ends. A server that dies by itself is started again at the same address.
 * Throws with a remedy when the folder is used by another exporter, is of another version, or nothing can run here.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const started = performance.now();
  const { account, folder, socket, superuserUrl, port, stop } = await run(options);
  const end = (): Promise<void> => withdrawUrl(folder).finally(stop);
  try {
    const url = socketUrl(socket.path, await ensureApplicationRole(superuserUrl), port);
    await publishUrl(account, folder, url);
    options.log.info(
      `embedded PostgreSQL ${account.binaries.major} on the socket ${socket.path} (${account.identity.kind}), data in ` +
        `${folder}, ready after ${Math.round(performance.now() - started)} ms`,
    );
    return { url, stop: end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** The same for a superuser; commands beside it do not find it. */
export async function startEmbeddedCluster(options: EmbeddedOptions): Promise<EmbeddedCluster> {
  const { superuserUrl, stop } = await run(options);
  return { superuserUrl, stop };
}

interface Running extends EmbeddedCluster {
  readonly account: Account;
  readonly folder: string;
  readonly socket: SocketFolder;
  readonly port: string | undefined;
}

async function run({ dataDir, log, settings = {}, identities }: EmbeddedOptions): Promise<Running> {
  const warn = (message: string): void => log.warn(message);
  await makeDataDir(dataDir);
  const folder = join(await realpath(dataDir), 'postgres');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const release = await takeOwnership(folder, dataDir);
  let socket: SocketFolder | undefined;
  const tidy = async (): Promise<void> => {
    if (socket) await rm(socket.path, { recursive: true, force: true });
    await release();
  };
  try {
    const account = await chooseAccount(await findBinaries(join(folder, 'lib')), folder, identities);
    const superuser = { user: SUPERUSER, password: await ensureCluster(account, folder) };
    await clearLeftover(join(folder, 'cluster'), warn);
    socket = await makeSocketFolder(account, folder);
    const port = settings['port'];
    const superuserUrl = socketUrl(socket.path, superuser, port);
    const begin = startServer.bind(undefined, account, folder, { socket, url: superuserUrl, settings, warn });
    const stop = keepRunning(await begin(), begin, warn);
    return { account, folder, socket, superuserUrl, port, stop: () => stop().finally(tidy) };
  } catch (error) {
    await tidy();
    throw error;
  }
}

function keepRunning(
  first: Server,
  start: () => Promise<Server>,
  warn: (message: string) => void,
): () => Promise<void> {
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  let current = first;
  const watching = (async () => {
    for (;;) {
      const words = await current.ended;
      if (isStopping()) return;
      warn(`the embedded Postgres ended by itself (${words}); it is started again`);
      for (let attempt = 0; ; attempt++) {
        await sleep(RESTART_DELAYS_MS[Math.min(attempt, RESTART_DELAYS_MS.length - 1)], undefined, {
          signal: stopping.signal,
        }).catch(() => undefined);
        if (isStopping()) return;
        try {
          current = await start();
          break;
        } catch (error) {
          warn(error instanceof Error ? error.message : 'the embedded Postgres could not be started again');
        }
      }
      if (isStopping()) await current.stop();
    }
  })();
  return async () => {
    stopping.abort();
    await current.stop();
    await watching;
  };
}

import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinaries } from './binaries.ts';
import { ensureCluster, SUPERUSER } from './cluster.ts';
import { chooseAccount, type Identity } from './identity.ts';
import { clearLeftover } from './leftover.ts';
import { takeOwnership } from './owner-lock.ts';
import { type Server, startServer } from './server.ts';

export interface EmbeddedOptions {
  /** The cluster, its password and its lock are stored in the folder `postgres` below. Created (0700) if missing. */
  readonly dataDir: string;
  readonly log: { info(message: string): void; warn(message: string): void };
  /** Server settings over the defaults (tests: fsync off). */
  readonly settings?: Readonly<Record<string, string>>;
  /** Default: a free one. Tests set it. */
  readonly port?: number;
  /** Narrows the ways in which the server may be run (tests). */
  readonly identities?: readonly Identity['kind'][];
}

export interface EmbeddedPostgres {
  /** postgres://… of the superuser, with the password: a secret. Stays the same until stop(). */
  readonly url: string;
  stop(): Promise<void>;
}

const RESTART_DELAYS_MS = [100, 1_000, 5_000, 15_000];

/**
 * Runs PostgreSQL from npm on loopback for this process alone, keeps its data in `dataDir`, and ends it with this
 * process, however that ends. A server that dies by itself is started again on the same port.
 * Throws with a remedy when the folder is used by another exporter, is of another version, or nothing can run here.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const started = performance.now();
  const { dataDir, log } = options;
  const warn = (message: string): void => log.warn(message);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const folder = join(await realpath(dataDir), 'postgres');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const release = await takeOwnership(folder, dataDir);
  try {
    const binaries = await findBinaries(join(folder, 'lib'));
    const account = await chooseAccount(binaries, folder, options.identities);
    const password = await ensureCluster(account, folder);
    await clearLeftover(join(folder, 'cluster'), warn);
    const start = (port?: number): Promise<Server> =>
      startServer(
        account,
        folder,
        { user: SUPERUSER, password },
        { warn, ...(port !== undefined && { port }), ...(options.settings && { settings: options.settings }) },
      );
    const first = await withFreePort(() => start(options.port));
    log.info(
      `embedded PostgreSQL ${binaries.major} on 127.0.0.1:${first.port} (${account.identity.kind}), data in ` +
        `${folder}, ready after ${Math.round(performance.now() - started)} ms`,
    );
    const stop = keepRunning(first, start, warn);
    return {
      url: `postgres://${SUPERUSER}:${password}@127.0.0.1:${first.port}/postgres`,
      stop: () => stop().finally(release),
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Another program may take the port between its choice and its use. */
async function withFreePort(start: () => Promise<Server>): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      if (attempt === 3 || !(error instanceof Error && /could not bind|Address already in use/.test(error.message)))
        throw error;
    }
  }
}

function keepRunning(
  first: Server,
  start: (port: number) => Promise<Server>,
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
          current = await start(first.port);
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

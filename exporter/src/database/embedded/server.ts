import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Account, childOptions, command, seenFolder } from './identity.ts';
import { errorCode, SQLSTATE } from '../errors.ts';

/** Small: it serves one exporter on one machine. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '50',
  shared_buffers: '32MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  max_worker_processes: '4',
  max_parallel_workers: '2',
  huge_pages: 'off',
  jit: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  min_wal_size: '64MB',
  max_wal_size: '256MB',
  client_connection_check_interval: '2s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_line_prefix: '',
  // Statements and row values may hold personal data: only that something failed is of interest here.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

/**
 * The shell between us and Postgres: descriptor 3 is held open by the exporter alone, so it closes when the exporter
 * ends, however it ends, and Postgres is then shut down fast (sessions cut, everything written).
 */
const GUARD = `trap '' INT TERM HUP
"$@" 3<&- &
server=$!
( read -r _ <&3; kill -INT "$server" ) 2>/dev/null &
guard=$!
exec 3<&-
wait "$server"
code=$?
kill -9 "$guard" 2>/dev/null
exit "$code"`;

export interface Server {
  readonly port: number;
  /** Resolves when the server has ended, with its last words. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** Starts the server on the cluster and resolves when it answers; rejects with its own words when it ends instead. */
export async function startServer(
  account: Account,
  folder: string,
  login: { readonly user: string; readonly password: string },
  options: {
    readonly port?: number;
    readonly settings?: Readonly<Record<string, string>>;
    readonly warn: (message: string) => void;
  },
): Promise<Server> {
  const port = options.port ?? (await freePort());
  const fd = openSync(folder, 'r');
  const settings = Object.entries({ ...SETTINGS, ...options.settings, port: String(port) }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const server = command(
    account.identity,
    account.binaries.postgres,
    '-D',
    join(seenFolder(account.identity, folder), 'cluster'),
    ...settings,
  );
  const child = spawn('sh', ['-c', GUARD, 'sh', ...server], {
    ...childOptions(account),
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', fd],
    // Out of reach of a Ctrl-C in the terminal: the exporter ends first, and then its database.
    detached: true,
  });
  closeSync(fd);
  const lifeline = openEnd(child.stdio[3]);
  const ended = watch(child, options.warn);
  let over = false;
  void ended.then(() => {
    over = true;
    // The guard has gone, or was killed: closing our end also ends a server that outlived it.
    lifeline.destroy();
  });
  const stop = async (): Promise<void> => {
    lifeline.destroy();
    const timeout = setTimeout(() => {
      if (child.pid !== undefined && !over) process.kill(-child.pid, 'SIGQUIT');
    }, 8_000);
    await ended;
    clearTimeout(timeout);
  };
  try {
    await answer(port, login, () => over, ended);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, ended, stop };
}

function openEnd(stream: unknown): Writable {
  if (!(stream instanceof Writable)) throw new Error('the pipe to the embedded Postgres could not be opened');
  return stream.on('error', () => undefined);
}

async function watch(child: ChildProcess, warn: (message: string) => void): Promise<string> {
  const last: string[] = [];
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      last.push(line);
      if (last.length > 12) last.shift();
      if (/^(PANIC|WARNING)|terminated by signal|No space left/.test(line)) warn(`embedded Postgres: ${line}`);
    });
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) =>
      resolve(
        `${signal ?? `exit code ${code ?? 'unknown'}`}: ` +
          (last.filter((line) => /FATAL|PANIC|ERROR|HINT/.test(line)).join(' ') || last.join(' ')),
      ),
    );
  });
}

async function answer(
  port: number,
  login: { user: string; password: string },
  over: () => boolean,
  ended: Promise<string>,
): Promise<void> {
  for (;;) {
    if (over()) throw new Error(`the embedded Postgres did not start (${await ended})`);
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      ...login,
      database: 'postgres',
      connectionTimeoutMillis: 5_000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      // 57P03: still starting, or replaying its log after a crash (which may take long, and ends).
      if (errorCode(error) === SQLSTATE.invalidPassword)
        throw new Error(
          'the embedded Postgres refuses its own password: DATA_DIR/postgres/password does not belong to this cluster',
          { cause: error },
        );
      await sleep(25);
    }
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === 'object'
          ? resolve(address.port)
          : reject(new Error('no free port on 127.0.0.1')),
      );
    });
  });
}

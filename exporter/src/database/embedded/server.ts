import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseClient } from '../client.ts';
import { errorCode, sqlState, SQLSTATE } from '../errors.ts';
import { PORT, type SocketFolder } from './address.ts';
import { type Account, childOptions, command, seenFolder } from './identity.ts';

/** Small: it serves one exporter on one machine. */
const SETTINGS = {
  // No port: another user of the machine could take it before the server does, and would be sent the password.
  listen_addresses: '',
  unix_socket_permissions: '0700',
  password_encryption: 'scram-sha-256',
  port: String(PORT),
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
  /** Resolves when the server has ended, with its last words. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly socket: SocketFolder;
  /** Of a role that may log in: answers of the server are waited for with it. */
  readonly url: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly warn: (message: string) => void;
}

/** Starts the server on the cluster and resolves when it answers; rejects with its own words when it ends instead. */
export async function startServer(account: Account, folder: string, options: ServerOptions): Promise<Server> {
  const fd = openSync(folder, 'r');
  const settings = Object.entries({
    ...SETTINGS,
    // A list, of which quotes are a part.
    unix_socket_directories: `"${options.socket.seen.replaceAll('"', '""')}"`,
    ...options.settings,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
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
    await untilItAnswers(options, () => over, ended);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ended, stop };
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
      // A statement that found no room fails at its caller, who says so once and not for each statement.
      if (/^(PANIC|WARNING)|terminated by signal/.test(line)) warn(`embedded Postgres: ${line}`);
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

const SAY_EVERY_MS = 5_000;
/** A socket appears at once, or never. */
const SOCKET_TIMEOUT_MS = 60_000;
/** Replaying the log after a crash may take long, and ends. */
const RECOVERY_TIMEOUT_MS = 1_800_000;

/** Rejects at once when the server refuses for another reason than that it is still starting. */
async function untilItAnswers(
  { url, warn }: ServerOptions,
  over: () => boolean,
  ended: Promise<string>,
): Promise<void> {
  const started = performance.now();
  let said = started;
  for (;;) {
    if (over()) throw new Error(`the embedded Postgres did not start (${await ended})`);
    const reason = await refusalOf(url);
    if (reason === undefined) return;
    const waited = performance.now() - started;
    if (waited > (reason.isStarting ? RECOVERY_TIMEOUT_MS : SOCKET_TIMEOUT_MS))
      throw new Error(`the embedded Postgres does not answer (${reason.text}) after ${Math.round(waited / 1000)} s`);
    if (performance.now() - said >= SAY_EVERY_MS) {
      said = performance.now();
      warn(`waiting for the embedded Postgres since ${Math.round(waited / 1000)} s: ${reason.text}`);
    }
    await sleep(25);
  }
}

/** Undefined when it answers; throws when it never will. */
async function refusalOf(url: string): Promise<{ text: string; isStarting: boolean } | undefined> {
  const client = new DatabaseClient({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const state = sqlState(error);
    if (state === SQLSTATE.invalidPassword)
      throw new Error(
        'the embedded Postgres refuses its own password: DATA_DIR/postgres/password does not belong to this cluster',
        { cause: error },
      );
    const isStarting = state === SQLSTATE.cannotConnectNow;
    if (!isStarting && !isNotThereYet(error))
      throw new Error(`the embedded Postgres cannot be used: ${error.message}`, { cause: error });
    return { text: error.message, isStarting };
  }
}

/** No socket yet, nobody behind it yet, or a server that is so busy that it does not answer in time. */
function isNotThereYet(error: Error): boolean {
  return (
    ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EAGAIN'].includes(errorCode(error) ?? '') ||
    /timeout|Connection terminated/.test(error.message)
  );
}

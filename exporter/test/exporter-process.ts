import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ARENAS, HEAP } from '../../scripts/memory.mjs';
import { BARE_ENVIRONMENT } from './bare-environment.ts';

export interface ExporterProcess {
  readonly child: ChildProcess;
  /** http://127.0.0.1:port, once it listens. */
  readonly url: string;
  /** Everything written so far. */
  output(): string;
  /** Sends a signal and waits for the end; resolves to exit code and signal. */
  end(signal: NodeJS.Signals): Promise<[number | null, NodeJS.Signals | null]>;
}

const FAKE = fileURLToPath(new URL('./fake-exporter.ts', import.meta.url));

/** The exporter as it is. */
export const REAL = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Starts the exporter (with invented providers by default) as a process of its own, on a free port. */
export async function startExporter(
  env: Readonly<Record<string, string>>,
  script = FAKE,
  nodeOptions: readonly string[] = [],
): Promise<ExporterProcess> {
  const { child, output } = spawnExporter(env, script, nodeOptions);
  const exited = once(child, 'exit').then(([code, signal]): [number | null, NodeJS.Signals | null] => [
    typeof code === 'number' ? code : null,
    child.signalCode ?? signal,
  ]);
  const url = await until(
    async () =>
      /Marginboard runs at\s+(http:\S+)/.exec(output())?.[1] ?? (child.exitCode === null ? undefined : fail(output())),
  );
  return {
    child,
    url,
    output,
    end(signal) {
      child.kill(signal);
      return exited;
    },
  };
}

/** Runs it where it cannot start; resolves to its exit code and everything it wrote. */
export async function runToExit(
  env: Readonly<Record<string, string>>,
  script = FAKE,
): Promise<{ code: unknown; output: string }> {
  const { child, output } = spawnExporter(env, script);
  const [code] = await once(child, 'close');
  return { code, output: output() };
}

function spawnExporter(
  env: Readonly<Record<string, string>>,
  script: string,
  nodeOptions: readonly string[] = [],
): { child: ChildProcess; output: () => string } {
  // The fourth channel is for what is loaded by `nodeOptions`: the exporter itself knows nothing of it.
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe', ...(nodeOptions.length > 0 ? ['ipc' as const] : [])];
  // As scripts/supervise.mjs and the image start it.
  const child: ChildProcess = spawn(process.execPath, [...HEAP, ...nodeOptions, script], {
    cwd: '/',
    env: { ...BARE_ENVIRONMENT, ...ARENAS, PORT: '0', ...env },
    stdio,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      said += String(chunk);
    });
  return { child, output: () => said };
}

/** Asks again and again until there is an answer; the test's own time-out is the limit. */
export async function until<T>(ask: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await sleep(25);
  }
}

function fail(message: string): never {
  throw new Error(`the exporter ended: ${message}`);
}

export interface Proxy {
  readonly port: number;
  /** Accepts connections (again). */
  up(): Promise<void>;
  /** Cuts every connection and refuses new ones. */
  down(): Promise<void>;
}

/** A TCP proxy to a database that can be taken away and given back; refuses until `up`. */
export async function createProxy(target: string): Promise<Proxy> {
  const { hostname, port: targetPort } = new URL(target);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const upstream = createConnection({ host: hostname, port: Number(targetPort) });
    for (const one of [socket, upstream]) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => sockets.delete(one));
    }
    socket.pipe(upstream).pipe(socket);
  });
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  };
  const down = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const port = await listen(0);
  await down();
  return {
    port,
    down,
    up: async () => {
      await listen(port);
    },
  };
}

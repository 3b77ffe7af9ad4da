/**
 * `npm run e2e`: the specs in a real Grafana. GRAFANA_URL names one that runs with this repository's provisioning and
 * an exporter of its own (GRAFANA_USER and GRAFANA_PASSWORD: an administrator of it); otherwise the demonstration
 * stack is started from the Grafana that is installed, and without one the specs are skipped in plain words.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findGrafana, onPath } from '../provisioning/programs.ts';
import { INBOX_ENV } from './inbox-mail.ts';

const ROOT = join(import.meta.dirname, '..');
const CACHE = join(ROOT, '.cache', 'e2e');
const PLAYWRIGHT = join(ROOT, 'node_modules', '@playwright', 'test', 'cli.js');

interface Target {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Of an exporter with the settings of the inbox; unknown for a Grafana that runs already. */
  readonly exporter?: { readonly url: string; readonly readToken: string; readonly writeToken: string };
}

const exitOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));

function specs(target: Target, args: readonly string[]): Promise<number> {
  mkdirSync(CACHE, { recursive: true });
  const env = {
    ...process.env,
    GRAFANA_URL: target.url,
    GRAFANA_USER: target.user,
    GRAFANA_PASSWORD: target.password,
    ...(target.exporter !== undefined && {
      EXPORTER_URL: target.exporter.url,
      EXPORTER_READ_TOKEN: target.exporter.readToken,
      EXPORTER_WRITE_TOKEN: target.exporter.writeToken,
      ...INBOX_ENV,
    }),
  };
  return exitOf(
    spawn(
      process.execPath,
      [PLAYWRIGHT, 'test', '--config', join(import.meta.dirname, 'playwright.config.ts'), ...args],
      { cwd: CACHE, stdio: 'inherit', env },
    ),
  );
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** The specs share the sessions that were saved at the start: Grafana's new cookie every ten minutes would end them. */
const GRAFANA_ENV = { GF_AUTH_TOKEN_ROTATION_INTERVAL_MINUTES: '1440' };

/** The demonstration stack on ports of its own, for as long as the specs run. */
async function withStack(args: readonly string[]): Promise<number> {
  const data = join(CACHE, 'stack');
  rmSync(data, { recursive: true, force: true });
  const ports = await freePorts(4);
  const names = ['grafana-port', 'exporter-port', 'prometheus-port', 'alertmanager-port'];
  const stack = spawn(
    process.execPath,
    [
      join(ROOT, 'provisioning', 'stack.ts'),
      '--demo',
      '--data',
      data,
      ...names.flatMap((name, index) => [`--${name}`, String(ports[index])]),
    ],
    { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...INBOX_ENV, ...GRAFANA_ENV } },
  );
  const ended = exitOf(stack);
  try {
    const url = `http://127.0.0.1:${String(ports[0])}`;
    for (let attempt = 0; attempt < 240; attempt += 1) {
      if (stack.exitCode !== null) return 1;
      const answer = await fetch(`${url}/api/health`).catch(() => undefined);
      if (answer?.ok === true) break;
      await sleep(500);
    }
    const secret = (name: string): string => readFileSync(join(data, 'config', 'secrets', name), 'utf8').trim();
    const exporter = {
      url: `http://127.0.0.1:${String(ports[1])}`,
      readToken: secret('read-token'),
      writeToken: secret('write-token'),
    };
    return await specs({ url, user: 'admin', password: secret('grafana-admin-password'), exporter }, args);
  } finally {
    stack.kill('SIGTERM');
    await ended;
  }
}

const chromium = process.env['CHROMIUM'] ?? onPath(['chromium', 'chromium-browser', 'google-chrome'], process.env);
const { GRAFANA_URL, GRAFANA_USER = 'admin', GRAFANA_PASSWORD = 'admin' } = process.env;
const args = process.argv.slice(2);
if (chromium === undefined) {
  console.log('End-to-end specs skipped: no Chromium is installed (Debian: apt install chromium).');
} else if (GRAFANA_URL !== undefined) {
  process.exitCode = await specs(
    { url: GRAFANA_URL.replace(/\/$/, ''), user: GRAFANA_USER, password: GRAFANA_PASSWORD },
    args,
  );
} else if (findGrafana(process.env).home === undefined) {
  console.log(
    'End-to-end specs skipped: no Grafana is installed (grafana on PATH, or GRAFANA_HOME), and GRAFANA_URL names none.',
  );
} else {
  process.exitCode = await withStack(args);
}

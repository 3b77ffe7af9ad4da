import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createVerifier } from '../exporter/src/api/auth/verify.ts';
import { buildExporter } from '../exporter/test/built-exporter.ts';
import { freePort } from '../exporter/test/tcp.ts';
import { findGrafana, findPrometheus, onPath } from './programs.ts';
import { serviceEnvironment } from './service-environment.ts';
import { layOut } from './stack-files.ts';

const ROOT = join(import.meta.dirname, '..');
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'marginboard-stack-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function program(path: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, '#!/bin/sh\n', { mode: 0o755 });
}

test('the stack uses the very files that compose mounts, and keeps its secrets', async () => {
  const ports = { exporter: 1, prometheus: 2, alertmanager: 3, grafana: 4 };
  const first = await layOut({ root: ROOT, folder, ports, demo: false, env: {} });
  expect(await realpath(join(first.config, 'prometheus'))).toBe(
    await realpath(join(ROOT, 'provisioning', 'prometheus')),
  );
  expect(await realpath(join(first.config, 'alertmanager'))).toBe(
    await realpath(join(ROOT, 'provisioning', 'alertmanager')),
  );
  expect(await readFile(join(first.config, 'targets', 'exporter.yml'), 'utf8')).toBe("- targets: ['127.0.0.1:1']\n");
  expect((await stat(join(first.config, 'secrets', 'write-token'))).mode & 0o777).toBe(0o600);
  expect(decodeJwt(first.secrets.readToken)).toMatchObject({ role: 'viewer' });
  expect(decodeJwt(first.secrets.writeToken)).toMatchObject({ role: 'admin' });
  const second = await layOut({ root: ROOT, folder, ports: { ...ports, exporter: 5 }, demo: false, env: {} });
  // Tokens are made again at each start, and end soon after the stack does.
  const { readToken, writeToken, ...lasting } = second.secrets;
  expect(first.secrets).toMatchObject(lasting);
  expect([readToken === first.secrets.readToken, writeToken === first.secrets.writeToken]).toEqual([false, false]);
  const { iat = 0, exp = 0 } = decodeJwt(writeToken);
  expect(exp - iat).toBe(30 * 86_400);
  expect(decodeJwt(writeToken).jti).toMatch(/^[0-9a-f-]{36}$/);
  expect(await readFile(join(first.config, 'targets', 'exporter.yml'), 'utf8')).toContain(':5');
});

test('alerts go where the settings say, and those of invented figures to nobody', async () => {
  const options = {
    root: ROOT,
    folder,
    ports: { exporter: 1, prometheus: 2, alertmanager: 3, grafana: 4 },
    env: { ALERT_WEBHOOK_URL: 'https://hooks.example.com/x' },
  };
  const real = await layOut({ ...options, demo: false });
  expect(real.alerts).toBe('Alerts are sent to the webhook.');
  expect(await readFile(join(real.config, 'rendered', 'alertmanager.yml'), 'utf8')).toContain(
    'https://hooks.example.com/x',
  );
  const demo = await layOut({ ...options, demo: true });
  expect(demo.alerts).toMatch(/^Alerts are sent to nobody/);
  expect(await readFile(join(demo.config, 'rendered', 'alertmanager.yml'), 'utf8')).not.toContain('hooks.example.com');
});

test('programs are found on PATH in the order of their names, and a missing one says what to do', async () => {
  await program(join(folder, 'b', 'second'));
  await program(join(folder, 'a', 'first'));
  const env = { PATH: `${join(folder, 'b')}:${join(folder, 'a')}` };
  expect(onPath(['first', 'second'], env)).toBe(join(folder, 'a', 'first'));
  expect(findPrometheus(env)).toMatchObject({ path: undefined, remedy: expect.stringContaining('PROMETHEUS_BIN') });
});

test('Grafana is found by its folder, by its own program or the older one, with its home beside it', async () => {
  await program(join(folder, 'grafana-12', 'bin', 'grafana'));
  await mkdir(join(folder, 'grafana-12', 'conf'));
  await writeFile(join(folder, 'grafana-12', 'conf', 'defaults.ini'), '');
  expect(findGrafana({ GRAFANA_HOME: join(folder, 'grafana-12') })).toMatchObject({
    path: join(folder, 'grafana-12', 'bin', 'grafana'),
    home: join(folder, 'grafana-12'),
    command: ['server'],
  });
  await program(join(folder, 'old', 'grafana-server'));
  expect(findGrafana({ PATH: join(folder, 'old') })).toMatchObject({
    path: join(folder, 'old', 'grafana-server'),
    command: [],
  });
  expect(findGrafana({ PATH: '' })).toMatchObject({ path: undefined });
});

test('each service of the stack gets its own part of the environment', () => {
  const environment = { PATH: '/bin', GF_AUTH_TOKEN_ROTATION_INTERVAL_MINUTES: '60', STRIPE_SECRET_KEY: 'sk_live_x' };
  expect(serviceEnvironment('exporter', environment)).toEqual(environment);
  expect(serviceEnvironment('prometheus', environment)).toEqual({ PATH: '/bin' });
  expect(serviceEnvironment('grafana', environment)).toEqual({
    PATH: '/bin',
    GF_AUTH_TOKEN_ROTATION_INTERVAL_MINUTES: '60',
  });
});

test.skipIf(findPrometheus(process.env).path === undefined)(
  'Prometheus answers nobody without the password of the stack, and no other web page at all',
  async () => {
    const port = await freePort();
    const layout = await layOut({
      root: ROOT,
      folder,
      ports: { exporter: 1, prometheus: port, alertmanager: 3, grafana: 4 },
      demo: false,
      env: {},
    });
    const child = spawn(
      findPrometheus(process.env).path ?? '',
      [
        `--config.file=${join(layout.config, 'prometheus', 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'prometheus')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        `--web.config.file=${join(layout.config, 'secrets', 'web.yml')}`,
        '--web.cors.origin=none',
      ],
      { stdio: 'ignore' },
    );
    try {
      const authorization = `Basic ${btoa(`marginboard:${layout.secrets.monitoringPassword}`)}`;
      const ask = async (headers: Record<string, string>) =>
        fetch(`http://127.0.0.1:${port}/api/v1/query?query=up`, { headers }).catch(() => undefined);
      await vi.waitFor(async () => expect((await ask({ authorization }))?.status).toBe(200), { timeout: 20_000 });
      expect((await ask({}))?.status).toBe(401);
      expect((await ask({ authorization: `Basic ${btoa('marginboard:wrong')}` }))?.status).toBe(401);
      const foreign = await ask({ authorization, origin: 'https://evil.example' });
      expect(foreign?.headers.get('access-control-allow-origin')).toBeNull();
    } finally {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
  },
  40_000,
);

describe('make-secrets', () => {
  const files = async (): Promise<Record<string, string>> =>
    Object.fromEntries(
      await Promise.all(
        (await readdir(join(folder, 'secrets'), { recursive: true, withFileTypes: true }))
          .filter((entry) => entry.isFile())
          .map(async (entry) => {
            const path = join(entry.parentPath, entry.name);
            return [relative(join(folder, 'secrets'), path), await readFile(path, 'utf8')] as const;
          }),
      ),
    );
  const run = (...args: string[]) =>
    promisify(execFile)('sh', [join(ROOT, 'provisioning', 'make-secrets.sh'), ...args], {
      cwd: ROOT,
      env: {
        ...process.env,
        SECRETS_DIR: join(folder, 'secrets'),
        SETTINGS_DIR: join(folder, 'none'),
        PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      },
    });
  /** Owners are those of the images where this runs as root: read as root, too. */
  const changed = (before: Record<string, string>, after: Record<string, string>): string[] =>
    Object.keys(after).filter((name) => after[name] !== before[name] && !/web\.yml|-token$/.test(name));

  test('makes every secret once, and renews one with what depends on it', { timeout: 120_000 }, async () => {
    await buildExporter();
    await run();
    const first = await files();
    await run();
    expect(changed(first, await files())).toEqual([]);

    expect((await run('rotate', 'jwt-secret')).stdout).toContain('restart exporter grafana');
    const second = await files();
    expect(changed(first, second)).toEqual(['exporter/jwt-secret']);
    const verify = createVerifier({ secret: second['exporter/jwt-secret']?.trim(), roleClaim: 'role' });
    expect(await verify(second['grafana/write-token']?.trim() ?? '')).toMatchObject({ caller: { role: 'admin' } });
    expect(await verify(first['grafana/write-token']?.trim() ?? '')).toEqual({ refused: 'refused' });

    await run('rotate', 'metrics-token');
    const third = await files();
    expect(third['prometheus/metrics-token']).toBe(third['exporter/metrics-token']);
    expect(third['exporter/metrics-token']).not.toBe(second['exporter/metrics-token']);

    expect((await run('rotate', 'postgres-password')).stdout).toContain('ALTER ROLE');
    const fourth = await files();
    expect(fourth['exporter/database-url']).toContain(fourth['postgres/password']?.trim());
    expect(changed(third, fourth).toSorted()).toEqual([
      'exporter/database-url',
      'exporter/demo-database-url',
      'postgres/password',
    ]);

    await run('rotate', 'monitoring-password');
    const fifth = await files();
    expect(fifth['prometheus/monitoring-password']).toBe(fifth['grafana/monitoring-password']?.trim());
    expect(fifth['alertmanager/monitoring-password']).toBe(fifth['prometheus/monitoring-password']);
    expect(fifth['prometheus/monitoring-password']).not.toBe(fourth['prometheus/monitoring-password']);

    await expect(run('rotate', 'everything')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('jwt-secret, tokens, metrics-token'),
    });
  });
});

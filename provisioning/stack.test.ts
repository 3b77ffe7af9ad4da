import { mkdtemp, mkdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findGrafana, findPrometheus, onPath } from './programs.ts';
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
  expect(second.secrets).toEqual(first.secrets);
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

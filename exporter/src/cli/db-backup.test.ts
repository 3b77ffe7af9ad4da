import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BARE_ENVIRONMENT } from '../../test/bare-environment.ts';
import { REAL, runToExit, startExporter, until } from '../../test/exporter-process.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'db-backup-'));
});
afterEach(async () => {
  await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

async function command(name: string, args: string[], dataDir: string): Promise<{ code: unknown; said: string }> {
  const script = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [script, ...args], {
    cwd: home,
    env: { ...BARE_ENVIRONMENT, DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += String(chunk)));
  const [code] = await once(child, 'close');
  return { code, said };
}

/** The business figures that an exporter on this folder shows. */
async function figures(dataDir: string, meanwhile?: () => Promise<void>): Promise<string[]> {
  const exporter = await startExporter(
    { DATA_DIR: dataDir, SYNC_SCHEDULE: 'off', DEMO: 'true', NOW: '2026-11-20T10:00:00Z' },
    REAL,
  );
  await until(async () => (await fetch(`${exporter.url}/-/ready`)).status === 200);
  await meanwhile?.();
  const page = await (await fetch(`${exporter.url}/metrics`)).text();
  await exporter.end('SIGTERM');
  return page
    .split('\n')
    .filter((line) => /^marginboard_(?!build|upstream|collector_run|disk_free)|^business_/.test(line));
}

test('a backup of a running exporter fills an empty folder, also in place of another major version, with equal figures', async () => {
  const [first, second] = [join(home, 'first'), join(home, 'second')];
  const file = join(home, 'a.backup');
  const before = await figures(first, async () => {
    expect(await command('db-backup', [file], first)).toMatchObject({ code: 0 });
    expect(await command('db-restore', [file], first)).toEqual({
      code: 1,
      said: expect.stringContaining('an exporter runs on DATA_DIR'),
    });
  });
  expect(await command('db-backup', ['--check', file], first)).toMatchObject({
    code: 0,
    said: expect.stringContaining('is whole'),
  });
  await mkdir(join(second, 'postgres', 'cluster'), { recursive: true });
  await writeFile(join(second, 'postgres', 'cluster', 'PG_VERSION'), '16\n');
  const restored = await command('db-restore', [file], second);
  expect(restored).toMatchObject({ code: 0, said: expect.stringContaining('checksum equal') });
  expect(restored.said).toMatch(/is now .*postgres-16-/);
  expect((await readdir(second)).some((name) => name.startsWith('postgres-16-'))).toBe(true);
  expect(await figures(second)).toEqual(before);
  expect(before.length).toBeGreaterThan(50);
  const wrong = join(home, 'wrong.backup');
  await writeFile(wrong, 'something else');
  const cut = join(home, 'cut.backup');
  await writeFile(cut, (await readFile(file)).subarray(0, -100));
  for (const [given, said] of [
    [file, 'not empty'],
    [wrong, 'damaged'],
    [cut, 'cut off'],
  ] as const)
    expect(await command('db-restore', [given], second)).toEqual({ code: 1, said: expect.stringContaining(said) });
  // What was refused has changed nothing, and the next start works.
  expect(await figures(second)).toEqual(before);
}, 180_000);

test('a file in place of DATA_DIR, and a folder in place of the password: one line and exit code 1', async () => {
  const occupied = join(home, 'a-file');
  await writeFile(occupied, '');
  const env = { SYNC_SCHEDULE: 'off', JWT_SECRET: 'a-secret-of-more-than-thirty-two-bytes' };
  const first = await runToExit({ ...env, DATA_DIR: occupied }, REAL);
  expect(first.code).toBe(1);
  expect(first.output).toContain(`marginboard cannot start: ${occupied} is a file where a folder is needed`);
  const dataDir = join(home, 'data');
  await mkdir(join(dataDir, 'postgres', 'password'), { recursive: true });
  const second = await runToExit({ ...env, DATA_DIR: dataDir }, REAL);
  expect(second.code).toBe(1);
  expect(second.output).toMatch(/marginboard cannot start: .*password is a folder where a file is needed/);
});

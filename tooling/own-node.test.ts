import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

let clone: string;
beforeEach(async () => {
  clone = await realpath(await mkdtemp(join(tmpdir(), 'own-node-')));
  await cp(fileURLToPath(new URL('../scripts', import.meta.url)), join(clone, 'scripts'), { recursive: true });
});
afterEach(() => rm(clone, { recursive: true }));

/** Which Node a clone would run the exporter on, asked of a machine whose own has this version. */
function chosen(version: string): string {
  const { stdout } = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `Object.defineProperty(process.versions, 'node', { value: ${JSON.stringify(version)} });
       const { exporterNode } = await import(${JSON.stringify(join(clone, 'scripts', 'install.mjs'))});
       console.log(exporterNode());`,
    ],
    { encoding: 'utf8' },
  );
  return stdout.trim();
}

test('the exporter runs on the machine’s own Node where that is new enough and the pinned one is not installed', async () => {
  const pinned = join(clone, 'node_modules', '.bin', 'node');
  expect(['24.2.0', '24.21.0', '26.0.0'].map(chosen)).toEqual(Array(3).fill(process.execPath));
  expect(['18.20.0', '22.30.0', '24.1.9'].map(chosen)).toEqual(Array(3).fill(pinned));
  await mkdir(join(clone, 'node_modules', '.bin'), { recursive: true });
  await writeFile(pinned, '');
  expect(chosen('26.0.0')).toBe(pinned);
});

import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { REAL, runToExit } from '../../test/exporter-process.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'wrong-data-dir-'));
});
afterEach(async () => rm(home, { recursive: true, force: true }));

const file = async (path: string, text = ''): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
};
const folder = (path: string): Promise<unknown> => mkdir(path, { recursive: true });

test.each<[what: string, prepare: (dir: string) => Promise<unknown>, said: RegExp]>([
  ['a file in place of the folder above', (dir) => file(dirname(dir)), /a is a file where a folder is needed/],
  ['a link to nothing', (dir) => folder(dirname(dir)).then(() => symlink('nothing', dir)), /data is a link to nothing/],
  ['a file in place of postgres', (dir) => file(join(dir, 'postgres')), /postgres is a file where a folder is needed/],
  ['a file in place of the cluster', (dir) => file(join(dir, 'postgres', 'cluster')), /cluster is not a complete/],
  ['a folder in place of the lock', (dir) => folder(join(dir, 'postgres', 'owner.json')), /owner\.json is a folder/],
  ['a folder in place of the address', (dir) => folder(join(dir, 'postgres', 'url')), /url is a folder where a file/],
  ['a folder in place of the secret', (dir) => folder(join(dir, 'jwt-secret')), /jwt-secret is a folder where a file/],
  ['a cluster that is not complete', (dir) => folder(join(dir, 'postgres', 'cluster')), /PG_VERSION is missing/],
  [
    'the folder one too deep',
    (dir) => folder(join(dir, 'cluster')).then(() => file(join(dir, 'password'))),
    /data is the folder of a Postgres database itself: give the folder in which `postgres` is \(.*a\)/,
  ],
  ['the cluster itself', (dir) => file(join(dir, 'PG_VERSION'), '17\n'), /is the folder of a Postgres database itself/],
])(
  '%s: exit code 1 and one line that names it',
  async (_, prepare, said) => {
    const DATA_DIR = join(home, 'a', 'data');
    await prepare(DATA_DIR);
    const before = (await readdir(home, { recursive: true })).sort();
    const { code, output } = await runToExit({ DATA_DIR, SYNC_SCHEDULE: 'off' }, REAL);
    expect(code).toBe(1);
    const lines = output.split('\n').filter((line) => line.startsWith('marginboard cannot start: '));
    expect(lines).toEqual([expect.stringMatching(said)]);
    // No empty database below the one that was meant.
    if (String(said).includes('itself')) expect((await readdir(home, { recursive: true })).sort()).toEqual(before);
  },
  60_000,
);

test.skipIf(process.platform !== 'linux')(
  'a place where nothing can be created: not for ever, but at once',
  async () => {
    const { code, output } = await runToExit({ DATA_DIR: '/proc/marginboard/data', SYNC_SCHEDULE: 'off' }, REAL);
    expect([code, output]).toEqual([1, expect.stringContaining('/proc/marginboard cannot be created there')]);
  },
  60_000,
);

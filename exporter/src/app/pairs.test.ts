import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { REAL, runToExit, startExporter, until, type ExporterProcess } from '../../test/exporter-process.ts';

let home: string;
const running: ExporterProcess[] = [];
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'pairs-'));
});
afterEach(async () => {
  await Promise.all(
    running
      .splice(0)
      .filter(({ child }) => child.exitCode === null)
      .map((one) => one.end('SIGKILL')),
  );
});
afterAll(async () => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));

const settings = (DATA_DIR: string): Record<string, string> => ({
  DATA_DIR,
  SYNC_SCHEDULE: 'off',
  JWT_SECRET: 'a-secret-of-more-than-thirty-two-bytes',
});

async function start(dataDir: string): Promise<ExporterProcess> {
  const one = await startExporter(settings(dataDir), REAL);
  running.push(one);
  return one;
}

async function isReady(one: ExporterProcess): Promise<boolean> {
  if (one.child.exitCode !== null) throw new Error(one.output());
  return (await fetch(`${one.url}/-/ready`)).status === 200;
}

describe('six pairs of exporters started together', () => {
  // With a cluster of their own each, made at the same moment.
  test.each([1, 2, 3, 4, 5, 6])(
    'pair %i, each on its own folder: both get ready and end with 0',
    async (pair) => {
      const two = await Promise.all(['a', 'b'].map((name) => start(join(home, `${pair}${name}`))));
      await Promise.all(two.map((one) => until(() => isReady(one))));
      expect(await Promise.all(two.map((one) => one.end('SIGTERM')))).toEqual([
        [0, null],
        [0, null],
      ]);
      for (const one of two) expect(one.output()).not.toMatch(/"level":"(error|fatal)"/);
    },
    120_000,
  );

  test.each([1, 2, 3])(
    'pair %i, both on one folder: one gets ready, the other ends with the reason',
    async (pair) => {
      // An empty folder and one that is there already.
      const dataDir = join(home, `shared${pair % 2}`);
      const first = start(dataDir);
      const second = start(dataDir);
      const two = await Promise.all([first, second]);
      const loser = await until(async () => two.find(({ child }) => child.exitCode !== null));
      const winner = two.find((one) => one !== loser);
      if (winner === undefined) throw new Error('there are two');
      expect(loser.child.exitCode).toBe(1);
      expect(loser.output()).toMatch(
        /\nmarginboard cannot start: DATA_DIR \S+ is in use by process \d+: stop that exporter, give this one another DATA_DIR/,
      );
      await until(() => isReady(winner));
      // A third one that comes later does no harm either.
      if (pair === 1)
        expect(await runToExit(settings(dataDir), REAL)).toEqual({
          code: 1,
          output: expect.stringContaining(`is in use by process ${winner.child.pid}`),
        });
      expect(await winner.end('SIGTERM')).toEqual([0, null]);
      expect(winner.output()).not.toMatch(/"level":"(error|fatal)"/);
    },
    120_000,
  );
});

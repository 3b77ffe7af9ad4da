import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../harness/bench.ts';
import { runExporter, untilReady } from '../harness/exporter.ts';
import { keysOf } from '../harness/exposition.ts';
import { timed, timingOf } from '../harness/measure.ts';

const ROUNDS = { small: 5, full: 11 } as const;

/**
 * The built exporter with its own Postgres on a folder that has data: from the start of the process to the first
 * complete scrape.
 */
export const p11Start: Bench = {
  ids: ['P11'],
  async run({ options, say }) {
    const dataDir = await mkdtemp(join(tmpdir(), 'marginboard-bench-start-'));
    const env = { DATA_DIR: dataDir, DEMO: 'true' };
    try {
      const first = await runExporter(env);
      await untilReady(first.url);
      const complete = businessSeries(await pageOf(first.url));
      await first.stop();
      const starts: number[] = [];
      const bare: number[] = [];
      for (let round = -1; round < ROUNDS[options.size]; round += 1) {
        const start = performance.now();
        const exporter = await runExporter(env);
        let series = 0;
        while (series < complete) {
          series = businessSeries(await pageOf(exporter.url));
          if (series < complete) await sleep(10);
        }
        const took = performance.now() - start;
        await exporter.stop();
        const node = await timed(emptyProcess);
        if (round < 0) continue;
        starts.push(took);
        bare.push(node);
      }
      const [timing, yardstick] = [timingOf(starts), timingOf(bare)];
      say(
        `P11: ${timing.p50.toFixed(0)} ms to ${complete} business series; ` +
          `an empty Node process takes ${yardstick.p50.toFixed(0)} ms here`,
      );
      return [
        {
          id: 'P11',
          what:
            `start on existing data (embedded Postgres, six months) to a complete scrape of ${complete} business ` +
            'series',
          against: '– (beside it: an empty Node process)',
          unit: 'ms median',
          product: timing.p50,
          baseline: yardstick.p50,
          target: { atMost: 2_000 },
          note: `p95 ${timing.p95.toFixed(0)} ms, ${ROUNDS[options.size]} starts`,
        },
      ];
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  },
};

async function pageOf(url: string): Promise<string> {
  const response = await fetch(`${url}/metrics`);
  return response.text();
}

/** Of the snapshot; what the process counts itself is there from the first moment. */
function businessSeries(page: string): number {
  return keysOf(page).filter(
    (key) => /^marginboard_|^business_/.test(key) && !/_total\b|upstream|build_info|database_up/.test(key),
  ).length;
}

async function emptyProcess(): Promise<void> {
  await once(spawn(process.execPath, ['-e', ''], { stdio: 'ignore' }), 'exit');
}

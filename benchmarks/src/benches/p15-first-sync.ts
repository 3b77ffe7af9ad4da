import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { API_BASE } from '../../../exporter/src/contract/datasets.ts';
import { CannotMeasure, type Bench } from '../harness/bench.ts';
import { runExporter, untilReady } from '../harness/exporter.ts';
import { createClient } from '../harness/http.ts';

const SIZES = { small: 1_000, full: 10_000 } as const;
const MIB_ALLOWED = 200;
/** Of the 31 days and today; at least 14 are stored. */
const DAYS_LEFT = 31 - 14;

const daysRow = z.tuple([z.object({ days: z.coerce.number(), rows: z.coerce.number() })]);

/**
 * The first synchronisation of an empty database, of users with twelve models each, by the built exporter as a process:
 * how many of the last 31 days one run stores, and what it needs. The server of the counters is another process.
 */
export const p15FirstSync: Bench = {
  ids: ['P15'],
  async run({ options, server, say }) {
    const users = SIZES[options.size];
    const database = await server.create();
    const counters = spawn(
      process.execPath,
      [fileURLToPath(new URL('../workload/counters-server.ts', import.meta.url)), String(users)],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const [url] = z.tuple([z.string()]).parse(await once(createInterface({ input: counters.stdout }), 'line'));
    const exporter = await runExporter({
      DATABASE_URL: database.url,
      PROMETHEUS_URL: url,
      NODE_OPTIONS: process.env['EXPORTER_OPTIONS'] ?? '',
    });
    const client = createClient(exporter.url, { token: await exporter.token('sync') });
    try {
      await untilReady(exporter.url);
      const cpuBefore = (await exporter.cpuSeconds()) ?? NaN;
      const started = performance.now();
      const { status, body } = await client.post(`${API_BASE}/metrics/sync-all`, { force: true, collectors: ['llm'] });
      const seconds = (performance.now() - started) / 1000;
      const cpu = ((await exporter.cpuSeconds()) ?? NaN) - cpuBefore;
      const [stored] = daysRow.parse(
        (await database.pool.query('SELECT count(DISTINCT day) AS days, count(*) AS rows FROM llm_metrics_history'))
          .rows,
      );
      const memory = await exporter.memory();
      if (memory === undefined) throw new CannotMeasure('/proc does not tell the memory of a process here');
      say(
        `P15: ${status}, ${stored.days} days (${stored.rows} rows) in ${seconds.toFixed(0)} s (${cpu.toFixed(0)} s of processor time), highest ` +
          `${memory.highest.toFixed(0)} MiB, ${memory.now.toFixed(0)} after it ${stored.days === 0 ? body : ''}`,
      );
      const what = `first sync of ${users.toLocaleString('en')} users × 12 models`;
      return [
        {
          id: 'P15',
          what: `${what}: days left of 31`,
          against: '–',
          unit: 'days',
          product: 32 - stored.days,
          target: { atMost: DAYS_LEFT },
          note: `${stored.rows.toLocaleString('en')} rows in ${seconds.toFixed(0)} s, ${cpu.toFixed(0)} s of processor time`,
        },
        {
          id: 'P15',
          what: `${what}: highest memory`,
          against: '–',
          unit: 'MiB resident',
          product: memory.highest,
          target: { atMost: MIB_ALLOWED },
          note: `${memory.now.toFixed(0)} MiB after it`,
        },
      ];
    } finally {
      client.close();
      await exporter.stop();
      counters.stdin.end();
      await database.drop();
    }
  },
};

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '../exporter/test/database.ts';
import { REAL, startExporter } from '../exporter/test/exporter-process.ts';
import { until } from '../exporter/test/providers/prometheus.ts';
import { freePort } from '../exporter/test/tcp.ts';
import { findAlertmanager, findPrometheus } from '../provisioning/programs.ts';
import { layOut } from '../provisioning/stack-files.ts';

const ROOT = join(import.meta.dirname, '..');
/** How much faster than in production everything waits. */
const FASTER = 120;
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

export interface AlertStack {
  readonly prometheus: string;
  readonly alertmanager: string;
  readonly summary: string;
  api(method: string, path: string, body?: object): Promise<{ status: number; json: unknown }>;
  stopExporter(): Promise<void>;
  close(): Promise<void>;
}

/** What runs and waits this long waits FASTER times less; nothing else of the files is changed. */
function hurried(text: string, keys: readonly string[]): string {
  return text.replace(
    new RegExp(`(\\b(?:${keys.join('|')}): )(\\d+)([smh])\\b`, 'g'),
    (_, key: string, amount: string, unit: string) =>
      `${key}${Math.ceil((Number(amount) * (UNITS[unit] ?? 0)) / FASTER)}ms`,
  );
}

async function rewrite(path: string, keys: readonly string[]): Promise<void> {
  await writeFile(path, hurried(await readFile(path, 'utf8'), keys));
}

/**
 * The real exporter, Prometheus and Alertmanager with the files of `provisioning/`, laid out and rendered as for
 * `npm run stack`. Copies of rules and configuration differ in durations only.
 */
export async function startAlertStack({
  env,
  now,
}: {
  env: Readonly<Record<string, string>>;
  now: string;
}): Promise<AlertStack> {
  const folder = await mkdtemp(join(tmpdir(), 'marginboard-alerts-'));
  const [database, exporterPort, prometheusPort, alertmanagerPort] = await Promise.all([
    createTestDatabase(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  const ports = { exporter: exporterPort, prometheus: prometheusPort, alertmanager: alertmanagerPort, grafana: 0 };
  const layout = await layOut({ root: ROOT, folder, ports, demo: false, env });
  const prometheusFiles = join(layout.config, 'prometheus');
  await rm(prometheusFiles);
  await cp(join(ROOT, 'provisioning', 'prometheus'), prometheusFiles, { recursive: true });
  await rewrite(join(prometheusFiles, 'prometheus.yml'), ['scrape_interval', 'evaluation_interval']);
  for (const name of await readdir(join(prometheusFiles, 'rules')))
    await rewrite(join(prometheusFiles, 'rules', name), ['for', 'keep_firing_for']);
  await rewrite(join(layout.config, 'rendered', 'alertmanager.yml'), ['group_wait', 'group_interval']);

  const children: ChildProcess[] = [];
  const start = async (program: string | undefined, args: readonly string[], url: string): Promise<void> => {
    const child = spawn(program ?? '', args, { stdio: 'ignore' });
    children.push(child);
    await until(async () => (await fetch(`${url}/-/ready`)).ok);
  };
  const prometheus = `http://127.0.0.1:${prometheusPort}`;
  const alertmanager = `http://127.0.0.1:${alertmanagerPort}`;
  const [exporter] = await Promise.all([
    startExporter(
      {
        PORT: String(exporterPort),
        DATABASE_URL: database.url,
        METRICS_TOKEN: layout.secrets.metricsToken,
        JWT_SECRET: layout.secrets.jwtSecret,
        SYNC_SCHEDULE: 'off',
        BUDGETS_USD: 'all=1000',
        NOW: now,
      },
      REAL,
    ),
    start(
      findAlertmanager(process.env).path,
      [
        `--config.file=${join(layout.config, 'rendered', 'alertmanager.yml')}`,
        `--storage.path=${join(folder, 'alertmanager')}`,
        `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
        '--cluster.listen-address=',
      ],
      alertmanager,
    ),
  ]);
  await until(async () => (await fetch(`${exporter.url}/-/ready`)).ok);
  // Last: what it scrapes is there.
  await start(
    findPrometheus(process.env).path,
    [
      `--config.file=${join(prometheusFiles, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'prometheus')}`,
      `--web.listen-address=127.0.0.1:${prometheusPort}`,
      '--rules.alert.resend-delay=1s',
    ],
    prometheus,
  );

  return {
    prometheus,
    alertmanager,
    summary: layout.alerts,
    async api(method, path, body) {
      const answer = await fetch(`${exporter.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${layout.secrets.writeToken}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: answer.status, json: await answer.json() };
    },
    async stopExporter() {
      await exporter.end('SIGTERM');
    },
    async close() {
      for (const child of children) {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }
      if (exporter.child.exitCode === null) await exporter.end('SIGTERM');
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

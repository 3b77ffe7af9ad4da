import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../tcp.ts';

export interface PrometheusServer {
  readonly url: string;
  close(): Promise<void>;
}

/** One series to be put into Prometheus: samples are `[ISO time, value]`. */
export interface WrittenSeries {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [time: string | number, value: number | string])[];
}

/** Without Debian's programs these tests are skipped; CI installs them and must not skip. */
export const hasPrometheus = ['prometheus', 'promtool'].every(onPath) || process.env.CI === 'true';

/** A real Prometheus that holds exactly these samples, whatever their age. */
export async function startPrometheus(
  series: readonly WrittenSeries[],
  config = '',
  flags: readonly string[] = [],
): Promise<PrometheusServer> {
  const folder = await mkdtemp(join(tmpdir(), 'marginboard-prometheus-'));
  const data = join(folder, 'data');
  if (series.length > 0) {
    await writeFile(join(folder, 'samples.txt'), openMetrics(series));
    await promisify(execFile)('promtool', [
      'tsdb',
      'create-blocks-from',
      'openmetrics',
      '--max-block-duration=720h',
      join(folder, 'samples.txt'),
      data,
    ]);
  }
  await writeFile(join(folder, 'prometheus.yml'), config === '' ? 'scrape_configs: []\n' : config);
  const port = await freePort();
  const args = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${data}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--storage.tsdb.retention.time=20y',
    '--log.level=error',
    ...flags,
  ];
  const child = spawn('prometheus', args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(`${url}/-/ready`)).ok);
  return {
    url,
    async close() {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Repeats a check until it is true; its errors count as not yet. */
export async function until(check: () => Promise<boolean>, withinMs = 30_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await check().catch(() => false))) {
    if (Date.now() > end) throw new Error('gave up waiting');
    await sleep(50);
  }
}

function openMetrics(series: readonly WrittenSeries[]): string {
  const families = Map.groupBy(series, ({ metric }) => metric);
  const lines = [...families].flatMap(([metric, members]) => [
    `# TYPE ${metric} unknown`,
    ...members.flatMap(({ labels, samples }) =>
      samples.map(
        ([time, value]) => `${metric}{${labelText(labels)}} ${value} ${(new Date(time).getTime() / 1000).toFixed(3)}`,
      ),
    ),
  ]);
  return `${lines.join('\n')}\n# EOF\n`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(
      ([name, value]) => `${name}="${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}"`,
    )
    .join(',');
}

export function onPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

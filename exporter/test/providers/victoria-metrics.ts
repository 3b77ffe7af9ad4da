import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onPath, until, type PrometheusServer, type WrittenSeries } from './prometheus.ts';
import { freePort } from '../tcp.ts';

/** Debian has it (`apt-get install victoria-metrics`); without it these tests are skipped. */
export const hasVictoriaMetrics = onPath('victoria-metrics');

/** A real VictoriaMetrics that holds exactly these samples, whatever their age. */
export async function startVictoriaMetrics(series: readonly WrittenSeries[]): Promise<PrometheusServer> {
  const folder = await mkdtemp(join(tmpdir(), 'marginboard-victoria-'));
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(
    'victoria-metrics',
    [
      `-storageDataPath=${folder}`,
      `-httpListenAddr=${new URL(url).host}`,
      '-retentionPeriod=100y',
      '-search.latencyOffset=0s',
      '-search.disableCache',
      '-loggerLevel=ERROR',
    ],
    { stdio: 'ignore' },
  );
  const ended = once(child, 'exit');
  await until(async () => (await fetch(`${url}/health`)).ok);
  const stored = await fetch(`${url}/api/v1/import`, { method: 'POST', body: series.map(lineOf).join('\n') });
  if (!stored.ok) throw new Error(`VictoriaMetrics takes no samples: ${stored.status} ${await stored.text()}`);
  await fetch(`${url}/internal/force_flush`);
  return {
    url,
    async close() {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Its import takes numbers only: NaN and infinities, which an application may write, cannot be put in this way. */
export function isNumeric({ samples }: WrittenSeries): boolean {
  return samples.every(([, value]) => Number.isFinite(Number(value)));
}

function lineOf({ metric, labels, samples }: WrittenSeries): string {
  return JSON.stringify({
    metric: { __name__: metric, ...labels },
    values: samples.map(([, value]) => Number(value)),
    timestamps: samples.map(([time]) => new Date(time).getTime()),
  });
}

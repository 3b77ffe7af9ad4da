import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { createTestDatabase } from '../../test/database.ts';
import { REAL, startExporter } from '../../test/exporter-process.ts';
import { hasPrometheus, startPrometheus, until } from '../../test/providers/prometheus.ts';
import { freePort } from '../../test/tcp.ts';
import { packageRoot } from '../process/package-root.ts';

const answer = z.object({
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
  }),
});

/** The configuration that docs/scaling.md tells people to use. */
async function documented(): Promise<string> {
  const page = await readFile(join(packageRoot(), '..', 'docs', 'scaling.md'), 'utf8');
  return /## Prometheus: remote write[^]*?```yaml\n([^]*?)```/.exec(page)?.[1] ?? '';
}

/** Value by series at one moment, without the labels that only the far side has. */
async function seriesAt(url: string, query: string, at: number): Promise<Map<string, string>> {
  const { data } = answer.parse(
    await (await fetch(`${url}/api/v1/query?${new URLSearchParams({ query, time: String(at) })}`)).json(),
  );
  return new Map(
    data.result.map(({ metric: { site: _site, ...metric }, value }) => [
      JSON.stringify(Object.entries(metric).sort()),
      value[1],
    ]),
  );
}

it.skipIf(!hasPrometheus)(
  'a second Prometheus that is written to has every series with the same value, and the same gap when the exporter is gone',
  async () => {
    const [database, port] = await Promise.all([createTestDatabase(), freePort()]);
    const far = await startPrometheus([], '', ['--web.enable-remote-write-receiver']);
    const config = (await documented()).replace(/url: \S+/, `url: ${far.url}/api/v1/write`);
    expect(config).toContain(far.url);
    const near = await startPrometheus(
      [],
      `${config}    queue_config: { batch_send_deadline: 200ms }\nscrape_configs: [{job_name: marginboard, ` +
        `scrape_interval: 1s, static_configs: [{targets: ["127.0.0.1:${port}"]}]}]\n`,
    );
    const exporter = await startExporter(
      {
        PORT: String(port),
        DATABASE_URL: database.url,
        DEMO: 'true',
        NOW: '2026-03-15T12:00:00Z',
        SYNC_SCHEDULE: 'off',
      },
      REAL,
    );
    const business = '{job="marginboard", __name__=~"marginboard_.*"}';
    try {
      await until(async () => (await seriesAt(near.url, 'marginboard_mrr_usd', Date.now() / 1000)).size > 0);
      const at = Date.now() / 1000;
      await until(
        async () =>
          (await seriesAt(far.url, `timestamp(up{job="marginboard"}) > bool ${at}`, at + 60)).values().next().value ===
          '1',
      );
      const here = await seriesAt(near.url, business, at);
      expect(here.size).toBeGreaterThan(100);
      expect(await seriesAt(far.url, business, at)).toEqual(here);
      await exporter.end('SIGTERM');
      // Not the last figure for five more minutes: the marker of a series' end is written too.
      await until(async () => (await seriesAt(far.url, business, Date.now() / 1000)).size === 0);
      const gone = Date.now() / 1000;
      expect(await seriesAt(far.url, 'up{job="marginboard"}', gone)).toEqual(
        await seriesAt(near.url, 'up{job="marginboard"}', gone),
      );
      expect([...(await seriesAt(far.url, 'up{job="marginboard"}', gone)).values()]).toEqual(['0']);
      expect((await seriesAt(near.url, business, gone)).size).toBe(0);
    } finally {
      await exporter.end('SIGKILL');
      await near.close();
      await far.close();
      await database.drop();
    }
  },
);

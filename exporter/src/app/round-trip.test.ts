import { expect, it } from 'vitest';
import { z } from 'zod';
import { createTestDatabase } from '../../test/database.ts';
import { REAL, startExporter } from '../../test/exporter-process.ts';
import { hasPrometheus, startPrometheus, until, type WrittenSeries } from '../../test/providers/prometheus.ts';
import { freePort } from '../../test/tcp.ts';
import { mintToken } from '../api/auth/mint.ts';

const SECRET = 'a-secret-of-the-round-trip-32-bytes-long';
const NOW = '2026-03-15T12:00:00Z';
const METRICS_TOKEN = 'a-token-for-prometheus';

const prompt = (user: string, samples: WrittenSeries['samples']): WrittenSeries => ({
  metric: 'llm_tokens_total',
  labels: { job: 'app', instance: 'a:1', user_id: user, provider: 'openai', model: 'gpt-4o', token_type: 'prompt' },
  samples,
});

const rows = z.object({
  data: z.array(z.object({ userId: z.string(), promptTokens: z.number(), costUsd: z.string() })),
});
const scraped = z.object({
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
  }),
});

it.skipIf(!hasPrometheus)(
  'a real Prometheus gives its counters to the exporter and scrapes what the exporter makes of them',
  async () => {
    const [database, port] = await Promise.all([createTestDatabase(), freePort()]);
    const counters = [
      // A reset (150 + 40 + 50 tokens), and a series that is born inside the day (500).
      prompt('u-reset', [
        ['2026-03-13T23:50:00Z', 100],
        ['2026-03-14T10:00:00Z', 250],
        ['2026-03-14T11:00:00Z', 40],
        ['2026-03-14T12:00:00Z', 90],
      ]),
      prompt('u-born', [['2026-03-14T10:00:00Z', 500]]),
    ];
    const prometheus = await startPrometheus(
      counters,
      'scrape_configs: [{job_name: marginboard, scrape_interval: 1s, authorization: {credentials: ' +
        `${METRICS_TOKEN}}, static_configs: [{targets: ["127.0.0.1:${port}"]}]}]\n`,
    );
    const exporter = await startExporter(
      {
        PORT: String(port),
        DATABASE_URL: database.url,
        PROMETHEUS_URL: prometheus.url,
        METRICS_TOKEN,
        JWT_SECRET: SECRET,
        NOW,
        SYNC_SCHEDULE: 'off',
      },
      REAL,
    );
    try {
      await until(async () => (await fetch(`${exporter.url}/-/ready`)).ok);
      const headers = {
        authorization: `Bearer ${await mintToken(SECRET, { role: 'admin', subject: 'test', roleClaim: 'role', expiresAt: Math.floor(Date.now() / 1000) + 3_600 })}`,
      };
      const synced = await fetch(`${exporter.url}/api/v1/metrics/sync-all`, { method: 'POST', headers });
      expect(synced.status, await synced.text()).toBe(200);

      const byUser = rows.parse(
        await (
          await fetch(`${exporter.url}/api/v1/metrics/cost-by-user?from=2026-03-14&to=2026-03-15`, { headers })
        ).json(),
      );
      expect(byUser.data).toEqual(
        [
          { userId: 'u-born', promptTokens: 500, costUsd: '0.00125' },
          { userId: 'u-reset', promptTokens: 240, costUsd: '0.0006' },
        ].map((row) => expect.objectContaining(row)),
      );

      const query = async (promql: string) =>
        scraped.parse(await (await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent(promql)}`)).json())
          .data.result;
      await until(async () => (await query('marginboard_llm_cost_day_usd')).length > 0);
      expect((await query('up{job="marginboard"}'))[0]?.value[1]).toBe('1');
      expect((await query('marginboard_llm_cost_day_usd{llm_provider="openai", model="gpt-4o"}'))[0]?.value[1]).toBe(
        '0.00185',
      );
      expect((await query('sum(marginboard_llm_tokens_day{token_type="input"})'))[0]?.value[1]).toBe('740');
      expect((await query('marginboard_cost_day_usd{provider="llm"}'))[0]?.value[1]).toBe('0.00185');
    } finally {
      await exporter.end('SIGTERM');
      await prometheus.close();
      await database.drop();
    }
  },
);

import { expect, it } from 'vitest';
import { JWT_SECRET, NOW, token } from '../../../../test/api-server.ts';
import { createTestDatabase } from '../../../../test/database.ts';
import { REAL, startExporter, until } from '../../../../test/exporter-process.ts';
import { llmSamples } from '../../../collectors/llm/samples.ts';
import { storeUsage } from '../../../collectors/llm/store.ts';
import { withTransaction } from '../../../database/pool.ts';

it(
  'an applied re-pricing is in /metrics of the running exporter when the call returns',
  { timeout: 60_000 },
  async () => {
    const database = await createTestDatabase();
    const row = {
      user: 'ada',
      provider: 'acme',
      model: 'house-1',
      prompt: 1_000_000,
      completion: 0,
      cacheRead: 400_000,
      cacheWrite: 0,
      requests: 1,
      errors: 0,
      reported: undefined,
      computed: undefined,
      partial: false,
    };
    const day = { day: '2026-03-14', provisional: false, fields: new Set(['input'] as const), rows: [row], idle: [] };
    await withTransaction(database.pool, (tx) => storeUsage(tx, { days: [day] }));
    await database.pool.query(
      "INSERT INTO collector_samples (collector, day, samples, stored_at) VALUES ('llm', '2026-03-14', $1, $2)",
      [JSON.stringify(llmSamples(day)), NOW],
    );
    const exporter = await startExporter(
      { DATABASE_URL: database.url, JWT_SECRET, NOW, SYNC_SCHEDULE: 'off', PROMETHEUS_URL: 'http://127.0.0.1:9' },
      REAL,
    );
    try {
      await until(async () => (await fetch(`${exporter.url}/-/ready`)).ok);
      const series = async () =>
        [
          ...(await (await fetch(`${exporter.url}/metrics`)).text()).matchAll(
            /^marginboard_((?:llm_unpriced_tokens_day|llm_cost_day_usd|llm_cache_savings_day_usd|cost_day_usd)\{.*\} .*)$/gm,
          ),
        ]
          .map((match) => (match[1] ?? '').replaceAll(/\{.*\}/g, ''))
          .sort();
      expect(await series()).toEqual(['llm_unpriced_tokens_day 1000000']);
      const headers = { authorization: `Bearer ${await token({ role: 'admin' })}`, 'content-type': 'application/json' };
      const post = async (path: string, body: object) =>
        (
          await fetch(`${exporter.url}/api/v1/admin/llm-prices${path}`, {
            method: 'POST',
            headers,
            body: JSON.stringify(body),
          })
        ).status;
      expect(
        await post('', {
          provider: 'acme',
          model: 'house-1',
          validFrom: '2026-03-01',
          inputUsdPerMillion: '2',
          outputUsdPerMillion: '10',
          cacheReadUsdPerMillion: '0.5',
        }),
      ).toBe(201);
      expect(await post('/reprice', { from: '2026-03-01', to: '2026-03-15', apply: true })).toBe(200);
      expect(await series()).toEqual([
        'cost_day_usd 1.4',
        'llm_cache_savings_day_usd 0.6',
        'llm_cost_day_usd 1.4',
        'llm_unpriced_tokens_day 0',
      ]);
    } finally {
      await exporter.end('SIGTERM');
      await database.drop();
    }
  },
);

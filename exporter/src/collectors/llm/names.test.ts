import { beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { dryRunContext } from '../../../test/collect-context.ts';
import {
  hasPrometheus,
  startPrometheus,
  type PrometheusServer,
  type WrittenSeries,
} from '../../../test/providers/prometheus.ts';
import { llmSettings } from '../../../test/providers/llm-settings.ts';
import { withTransaction } from '../../database/pool.ts';
import { createLlmCollector } from './index.ts';

const MODELS = 10_000;
const ODD = ['quo"te', 'back\\slash', 'two\nlines', 'a, b|c {d="e"}', '🚀 emoji', 'x'.repeat(10_000)];

/** The odd ones drop during the day, so that each of them is asked for by its name. */
const WRITTEN: readonly WrittenSeries[] = [
  ...Array.from({ length: MODELS }, (_, index) =>
    series(`model-${index}`, [
      ['2026-03-13T20:00:00Z', 100],
      ['2026-03-14T20:00:00Z', 101 + index],
    ]),
  ),
  ...ODD.map((model) =>
    series(model, [
      ['2026-03-13T20:00:00Z', 100],
      ['2026-03-14T10:00:00Z', 130],
      ['2026-03-14T20:00:00Z', 12],
    ]),
  ),
];

function series(model: string, samples: WrittenSeries['samples']): WrittenSeries {
  return {
    metric: 'llm_tokens_total',
    labels: {
      job: 'app',
      instance: 'a',
      user_id: `user of ${model.slice(0, 20)}`,
      provider: 'acme',
      model,
      token_type: 'prompt',
    },
    samples,
  };
}

describe.skipIf(!hasPrometheus)('row 26: 10,000 model names and odd ones', () => {
  let database: TestDatabase;
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    [database, prometheus] = await Promise.all([createTestDatabase(), startPrometheus(WRITTEN)]);
    return async () => {
      await Promise.all([database.drop(), prometheus.close()]);
    };
  });

  it('are all stored, and few of them are shown', async () => {
    const collector = createLlmCollector(llmSettings(prometheus.url));
    const { data, warnings } = await collector.collect(
      dryRunContext(database.pool, '2026-03-15T00:30:00Z', { signal: AbortSignal.timeout(50_000) }),
    );
    expect(await withTransaction(database.pool, (tx) => collector.store(tx, '2026-03-14', data))).toEqual({
      rows: MODELS + ODD.length,
    });
    const { rows } = await database.pool.query<{ model: string; tokens: string }>(
      `SELECT model, prompt_tokens AS tokens FROM llm_metrics_history WHERE model NOT LIKE 'model-%'
        ORDER BY length(model), model`,
    );
    expect(new Set(rows.map(({ model }) => model))).toEqual(
      new Set([...ODD.slice(0, 2), 'two lines', ...ODD.slice(3, 5), `${'x'.repeat(199)}…`]),
    );
    expect(rows.map(({ tokens }) => tokens)).toEqual(ODD.map(() => '42'));
    const total = await database.pool.query(
      `SELECT sum(prompt_tokens)::int AS tokens, sum(unpriced_tokens)::int AS unpriced, count(*)::int AS models
        FROM llm_model_day`,
    );
    const expected = ODD.length * 42 + (MODELS * (MODELS + 1)) / 2;
    expect(total.rows).toEqual([{ tokens: expected, unpriced: expected, models: MODELS + ODD.length }]);
    const samples = collector.samples(data, '2026-03-14');
    expect(samples.length).toBeLessThan(400);
    expect(
      samples.filter(({ name }) => name === 'llm_unpriced_tokens_day').reduce((sum, { value }) => sum + value, 0),
    ).toBe(expected);
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'unpriced_usage', count: MODELS + ODD.length }));
  });
});

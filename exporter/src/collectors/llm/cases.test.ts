import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type TestApi } from '../../../test/api-server.ts';
import { collectContext } from '../../../test/collect-context.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { inOneServer, sharedCases, type LlmCase } from '../../../test/providers/llm-cases.ts';
import { OWN_CASES } from '../../../test/providers/llm-own-cases.ts';
import { hasPrometheus, startPrometheus, type PrometheusServer } from '../../../test/providers/prometheus.ts';
import { addDays } from '../../money/days.ts';
import { formatMicros, parseMicros } from '../../money/micros.ts';
import { withTransaction } from '../../database/pool.ts';
import { createLlmCollector } from './index.ts';
import { PRESETS } from './presets.ts';

const CASES: readonly LlmCase[] = [...sharedCases(), ...OWN_CASES];

const stored = z.array(
  z.object({
    user: z.string(),
    provider: z.string(),
    model: z.string(),
    prompt: z.coerce.number(),
    completion: z.coerce.number(),
    cacheRead: z.coerce.number(),
    cacheWrite: z.coerce.number(),
    requests: z.coerce.number(),
    errors: z.coerce.number(),
    unpriced: z.coerce.number(),
    reported: z.string().nullable(),
    computed: z.string().nullable(),
    cost: z.string().nullable(),
  }),
);
const ROWS = `
SELECT user_id AS "user", provider, model, prompt_tokens AS prompt, completion_tokens AS completion,
  cache_read_tokens AS "cacheRead", cache_write_tokens AS "cacheWrite", requests, errors, unpriced_tokens AS unpriced,
  reported_cost_usd::text AS reported, computed_cost_usd::text AS computed, cost_usd::text AS cost
FROM llm_metrics_history WHERE day = $1::date ORDER BY 1, 2, 3`;

describe.skipIf(!hasPrometheus)('counters as emitters and gateways write them', () => {
  let database: TestDatabase;
  let prometheus: PrometheusServer;
  let api: TestApi;

  beforeAll(async () => {
    [database, prometheus] = await Promise.all([createTestDatabase(), startPrometheus(inOneServer(CASES))]);
    api = await startApi(database.url, { env: { NOW: '2026-03-15T06:00:00Z' } });
    return async () => {
      await api.close();
      await Promise.all([database.drop(), prometheus.close()]);
    };
  }, 120_000);

  it.each(CASES)('$id: $why', async ({ id, preset, now, day, expect: expected }) => {
    await database.pool.query(
      'TRUNCATE llm_metrics_history, llm_user_day, llm_user_month, llm_model_day, llm_user_cum, llm_user_top, llm_user_late',
    );
    const mapping = PRESETS[preset];
    const collector = createLlmCollector(
      { ...NO_CREDENTIALS, PROMETHEUS_URL: prometheus.url, LLM_PRESET: preset },
      { mapping: { ...mapping, matchers: [`job=~"${id}/.*"`] } },
    );
    const { data, warnings } = await collector.collect(collectContext(database.pool, now, { back: 1 }));
    await withTransaction(database.pool, (tx) => collector.store(tx, day, data));
    const rows = stored.parse((await database.pool.query(ROWS, [day])).rows);
    const found = rows.map((row) => ({
      ...row,
      reported: micros(row.reported),
      computed: micros(row.computed),
      cost: micros(row.cost),
    }));
    for (const want of expected.rows) {
      expect(found.filter(({ user }) => user === want.user)).toContainEqual(expect.objectContaining(want));
    }
    expect(warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(expected.warnings ?? []));
    if (expected.totalUnpriced !== undefined)
      expect(found.reduce((sum, { unpriced }) => sum + unpriced, 0)).toBe(expected.totalUnpriced);
    if (expected.totalCost === undefined) return;
    expect(found.reduce((sum, { cost }) => sum + (cost ?? 0), 0)).toBe(expected.totalCost);
    const answer = await api.get(`/api/v1/metrics/cost-by-user?from=${day}&to=${addDays(day, 1)}`);
    const { data: users } = z
      .looseObject({ data: z.array(z.looseObject({ costUsd: z.string().nullable() })) })
      .parse(answer.json);
    const total = users.reduce((sum, { costUsd }) => sum + (costUsd === null ? 0n : parseMicros(costUsd)), 0n);
    expect(formatMicros(total)).toBe(formatMicros(BigInt(expected.totalCost)));
  });
});

const NO_CREDENTIALS = {
  PROMETHEUS_BEARER_TOKEN: undefined,
  PROMETHEUS_USERNAME: undefined,
  PROMETHEUS_PASSWORD: undefined,
  PROMETHEUS_ORG_ID: undefined,
};

function micros(amount: string | null): number | null {
  return amount === null ? null : Number(parseMicros(amount));
}

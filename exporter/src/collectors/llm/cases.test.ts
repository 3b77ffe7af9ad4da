import { beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../../test/api-server.ts';
import { dryRunContext } from '../../../test/collect-context.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { costAtApi, emptyUsage, NO_CREDENTIALS, storedUsage } from '../../../test/llm-stored-usage.ts';
import { inOneServer, sharedCases, type LlmCase } from '../../../test/providers/llm-cases.ts';
import { OWN_CASES } from '../../../test/providers/llm-own-cases.ts';
import { hasPrometheus, startPrometheus, type PrometheusServer } from '../../../test/providers/prometheus.ts';
import { withTransaction } from '../../database/pool.ts';
import { createLlmCollector } from './index.ts';
import { PRESETS } from './presets.ts';

const CASES: readonly LlmCase[] = [...sharedCases(), ...OWN_CASES];

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
    await emptyUsage(database.pool);
    const mapping = PRESETS[preset];
    const collector = createLlmCollector(
      { ...NO_CREDENTIALS, PROMETHEUS_URL: prometheus.url, LLM_PRESET: preset },
      { mapping: { ...mapping, matchers: [`job=~"${id}/.*"`] } },
    );
    const { data, warnings } = await collector.collect(dryRunContext(database.pool, now, { back: 1 }));
    await withTransaction(database.pool, (tx) => collector.store(tx, day, data));
    const found = await storedUsage(database.pool, day);
    for (const want of expected.rows) {
      expect(found.filter(({ user }) => user === want.user)).toContainEqual(expect.objectContaining(want));
    }
    expect(warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(expected.warnings ?? []));
    for (const part of expected.messages ?? [])
      expect(warnings.map(({ message }) => message)).toContainEqual(expect.stringContaining(part));
    if (expected.totalPrompt !== undefined)
      expect(found.reduce((sum, { prompt }) => sum + prompt, 0)).toBe(expected.totalPrompt);
    if (expected.totalUnpriced !== undefined)
      expect(found.reduce((sum, { unpriced }) => sum + unpriced, 0)).toBe(expected.totalUnpriced);
    if (expected.totalCost === undefined) return;
    expect(found.reduce((sum, { cost }) => sum + (cost ?? 0), 0)).toBe(expected.totalCost);
    expect((await costAtApi(api, day)) ?? 0).toBe(expected.totalCost);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { dryRunContext } from '../../../test/collect-context.ts';
import { WRITTEN } from '../../../test/providers/llm-series.ts';
import { hasPrometheus, startPrometheus, type PrometheusServer } from '../../../test/providers/prometheus.ts';
import { llmSettings } from '../../../test/providers/llm-settings.ts';
import { createLlmCollector } from './index.ts';
import type { LlmData, LlmRow } from './data.ts';
import { withTransaction } from '../../database/pool.ts';

const NOW = '2026-03-15T12:00:00Z';

describe.skipIf(!hasPrometheus)('usage in a real Prometheus', () => {
  let database: TestDatabase;
  let prometheus: PrometheusServer;
  let data: LlmData;

  beforeAll(async () => {
    [database, prometheus] = await Promise.all([createTestDatabase(), startPrometheus(WRITTEN)]);
    ({ data } = await createLlmCollector(llmSettings(prometheus.url)).collect(dryRunContext(database.pool, NOW)));
    return async () => {
      await Promise.all([database.drop(), prometheus.close()]);
    };
  });

  function row(user: string, day = '2026-03-14'): LlmRow | undefined {
    const usage = data.days.find((found) => found.day === day);
    return [...(usage?.rows ?? [])].find((candidate) => candidate.user === user);
  }

  /** Days with their rows as a list. */
  function plain(days: LlmData['days']): unknown[] {
    return days.map((day) => ({ ...day, rows: [...day.rows] }));
  }

  it.each([
    ['reset', 240],
    ['born', 500],
    ['found', 300],
    ['born-late', 70],
    ['twins', 30],
    ['gap', 50],
    ['gap-restart', 150],
    ['midnight', 3],
    ['nan', 90],
    ['kinds', 2006],
    ['unknown', 9],
  ])('%s: %i tokens', (user, prompt) => {
    expect(row(user)).toMatchObject({ prompt });
  });

  it('begins a day at midnight and reads today up to now', () => {
    expect(row('midnight', '2026-03-15')).toMatchObject({ prompt: 7 });
    expect(data.days.map(({ day, provisional }) => [day, provisional])).toContainEqual(['2026-03-15', true]);
  });

  it('prices by the day, leaves unknown models without a cost, and keeps apart what is absent', () => {
    expect(row('kinds')).toMatchObject({
      cacheRead: 1920,
      completion: 300,
      computed: 5615n,
      reported: undefined,
      requests: 9,
      errors: 2,
    });
    expect(row('stranger')).toMatchObject({ prompt: 5_000_000, computed: undefined });
    const day = data.days.find((usage) => usage.day === '2026-03-14');
    expect([...(day?.fields ?? [])].sort()).toEqual(['cacheRead', 'errors', 'input', 'output', 'requests']);
    expect(day?.idle).toEqual([{ provider: 'openai', model: 'gpt-4o-mini' }]);
    expect(row('idle')).toBeUndefined();
    expect(row('found')?.partial).toBe(true);
    expect(row('born')?.partial).toBe(false);
  });

  it('is the same day by day as all at once', async () => {
    const again = await createLlmCollector(llmSettings(prometheus.url)).collect({
      ...dryRunContext(database.pool, NOW),
      days: ['2026-03-14'],
    });
    expect(plain(again.data.days)).toEqual(plain(data.days.filter(({ day }) => day === '2026-03-14')));
  });

  it.each([1, 2, 5])('is the same read for %i users at a time as all at once', async (usersAtOnce) => {
    const again = await createLlmCollector(llmSettings(prometheus.url), { usersAtOnce }).collect(
      dryRunContext(database.pool, NOW),
    );
    expect(plain(again.data.days)).toEqual(plain(data.days));
  });

  it('begins no older days when its time is used, and leaves them to the next run', async () => {
    const groups = (count: number) => () => () => (count-- > 0 ? 3 : 0);
    const context = dryRunContext(database.pool, NOW, { back: 8 });
    const none = await createLlmCollector(llmSettings(prometheus.url), { backfillPace: groups(0) }).collect(context);
    expect(none.unread).toEqual([
      '2026-03-07',
      '2026-03-08',
      '2026-03-09',
      '2026-03-10',
      '2026-03-11',
      '2026-03-12',
      '2026-03-13',
    ]);
    expect(plain(none.data.days)).toEqual(plain(data.days.filter(({ day }) => day >= '2026-03-14')));
    expect(none.warnings).toContainEqual({
      code: 'unread_days',
      message: expect.stringContaining('7 older days (2026-03-07 to 2026-03-13)'),
      count: 7,
    });
    const some = await createLlmCollector(llmSettings(prometheus.url), { backfillPace: groups(1) }).collect(context);
    expect(some.unread).toEqual(['2026-03-07', '2026-03-08', '2026-03-09', '2026-03-10']);
    expect(plain(some.data.days.filter(({ day }) => day >= '2026-03-12'))).toEqual(plain(data.days));
    const all = await createLlmCollector(llmSettings(prometheus.url)).collect(context);
    expect(all.unread).toEqual([]);
    expect(plain(all.data.days.slice(-some.data.days.length))).toEqual(plain(some.data.days));
  });

  it('stores it, and a replay changes nothing', async () => {
    const collector = createLlmCollector(llmSettings(prometheus.url));
    const rows = data.days.reduce((sum, day) => sum + day.rows.length, 0);
    expect(await withTransaction(database.pool, (tx) => collector.store(tx, '2026-03-14', data))).toEqual({ rows });
    expect(await withTransaction(database.pool, (tx) => collector.store(tx, '2026-03-14', data))).toEqual({ rows: 0 });
    const ledger = await database.pool.query(
      "SELECT component, amount_usd, provisional FROM component_costs WHERE day = '2026-03-14' ORDER BY component",
    );
    // 2006… + 1243 other prompt tokens at 2.5; the 9 tokens without a model have no price.
    expect(ledger.rows).toEqual([
      { component: 'openai', amount_usd: '0.009198', provisional: false },
      { component: 'unknown', amount_usd: null, provisional: false },
    ]);
  });

  it('says what it found', async () => {
    const context = dryRunContext(database.pool, NOW);
    const findings = await createLlmCollector(llmSettings(prometheus.url)).diagnose(context);
    expect(findings).toContainEqual({
      check: 'llm_tokens_total{token_type="prompt"}',
      ok: true,
      message: expect.stringMatching(/^\d+ series in the last day \(input\)$/),
    });
    expect(findings).toContainEqual(expect.objectContaining({ check: 'llm_cost_usd_total{}', ok: 'warning' }));
    expect(findings).toContainEqual({ check: 'users', ok: true, message: 'usage is counted by user' });
  });

  it('names counters that another preset reads, where the one that is set finds none', async () => {
    const collector = createLlmCollector(llmSettings(prometheus.url, { LLM_PRESET: 'litellm' }));
    expect(await collector.diagnose(dryRunContext(database.pool, NOW))).toContainEqual(
      expect.objectContaining({
        check: 'other counters',
        ok: 'warning',
        message: expect.stringContaining('llm_tokens_total'),
        remedy: 'Set LLM_PRESET=default, which reads such counters.',
      }),
    );
  });

  it('reads the counters that a mapping of its own names', async () => {
    const mapping = `
      series: [{ fields: [input], metric: llm_tokens_total, matchers: ['token_type="prompt"'] }]
      labels: { user: [user_id], provider: [provider], model: [model] }`;
    const collector = createLlmCollector(llmSettings(prometheus.url, { LLM_PRESET: 'vllm', LLM_MAPPING: mapping }));
    const found = await collector.collect(dryRunContext(database.pool, NOW, { back: 1 }));
    const usage = found.data.days.find(({ day }) => day === '2026-03-14');
    expect([...(usage?.rows ?? [])]).toContainEqual(expect.objectContaining({ user: 'reset', prompt: 240 }));
  });

  it('skips when Prometheus has none of the counters', async () => {
    const collector = createLlmCollector(llmSettings(prometheus.url, { LLM_PRESET: 'vllm' }));
    await expect(collector.collect(dryRunContext(database.pool, NOW))).rejects.toMatchObject({
      name: 'SkipError',
      reason: 'upstream_not_ready',
    });
  });
});

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { dryRunContext } from '../../../test/collect-context.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { labelsOf } from '../../../test/providers/llm-cases.ts';
import {
  hasPrometheus,
  startPrometheus,
  type PrometheusServer,
  type WrittenSeries,
} from '../../../test/providers/prometheus.ts';
import { startApi, type TestApi } from '../../../test/api-server.ts';
import { costAtApi, emptyUsage, storedUsage } from '../../../test/llm-stored-usage.ts';
import { llmSettings } from '../../../test/providers/llm-settings.ts';
import { withTransaction } from '../../database/pool.ts';
import { createLlmCollector } from './index.ts';
import { PRESETS } from './presets.ts';

const CLAUDE = 'claude-sonnet-4-5-20250929';
const GPT = 'gpt-4o-2024-08-06';

/** What three calls of each model come to; cost in micro-USD, null where it must be unknown. */
interface Emitter {
  readonly name: string;
  readonly preset: 'otel-genai' | 'litellm';
  readonly rows: readonly object[];
  readonly warnings: readonly string[];
}

/**
 * Three calls each, of 1,000 prompt tokens (400 of them cached; at Anthropic 300 read and 100 written) and 200
 * completion tokens; recorded by tooling/emitters/record.sh.
 */
const EMITTERS: readonly Emitter[] = [
  // OpenTelemetry's counters of both do not tell cached tokens apart: all input has the price of input.
  ...(['openllmetry-openai', 'otel-openai'] as const).map((name): Emitter => ({
    name,
    preset: 'otel-genai',
    rows: [{ user: 'unknown', provider: 'openai', model: GPT, prompt: 3_000, completion: 600, cost: 13_500 }],
    warnings: ['unknown_user'],
  })),
  // Its tokens are not counted with this version of the SDK: only that requests were answered is known.
  {
    name: 'openllmetry-anthropic',
    preset: 'otel-genai',
    rows: [{ user: 'unknown', provider: 'anthropic', model: CLAUDE, prompt: 0, completion: 0, cost: null }],
    warnings: ['missing_tokens', 'unknown_user'],
  },
  // Up to 1.88 spend and requests name the provider and tokens do not: one usage all the same.
  ...(['litellm-1.88', 'litellm'] as const).map((name): Emitter => ({
    name,
    preset: 'litellm',
    rows: [
      {
        user: 'ada',
        provider: 'anthropic',
        model: CLAUDE,
        prompt: 3_000,
        completion: 600,
        cacheRead: 900,
        cacheWrite: 300,
        reported: 15_795,
        computed: 15_795,
        cost: 15_795,
      },
      {
        user: 'ada',
        provider: 'openai',
        model: GPT,
        prompt: 3_000,
        completion: 600,
        cacheRead: 1_200,
        reported: 12_000,
        computed: 12_000,
        cost: 12_000,
      },
    ],
    warnings: [],
  })),
];

const FOLDER = new URL('../../../test/providers/emitters/', import.meta.url);
const DAY = '2026-03-14';
const NOW = '2026-03-15T06:00:00Z';
const LINE = /^([a-zA-Z_:][\w:]*)\{(.*)\} (\S+)$/;

/** An exposition as if it had been scraped at ten, from a target that was read before. */
function scraped(name: string): WrittenSeries[] {
  const lines = readFileSync(new URL(`${name}.prom`, FOLDER), 'utf8').split('\n');
  const target = { job: name, instance: 'a:1' };
  const series = lines.flatMap((line): WrittenSeries[] => {
    const [, metric = '', labels = '', value = ''] = LINE.exec(line) ?? [];
    if (metric === '') return [];
    return [{ metric, labels: { ...labelsOf(labels), ...target }, samples: [['2026-03-14T10:00:00Z', value]] }];
  });
  const up: WrittenSeries['samples'] = [
    ['2026-03-13T23:00:00Z', 1],
    ['2026-03-14T10:00:00Z', 1],
  ];
  return [...series, { metric: 'up', labels: target, samples: up }];
}

describe.skipIf(!hasPrometheus)('what real emitters expose', () => {
  let database: TestDatabase;
  let prometheus: PrometheusServer;
  let api: TestApi;
  beforeAll(async () => {
    [database, prometheus] = await Promise.all([
      createTestDatabase(),
      startPrometheus(EMITTERS.flatMap(({ name }) => scraped(name))),
    ]);
    api = await startApi(database.url, { env: { NOW } });
    return async () => {
      await api.close();
      await Promise.all([database.drop(), prometheus.close()]);
    };
  });

  it.each(EMITTERS)('$name has the right tokens, requests and cost, in the rows and at the API', async (emitter) => {
    const { name, preset, rows, warnings } = emitter;
    await emptyUsage(database.pool);
    const collector = createLlmCollector(llmSettings(prometheus.url, { LLM_PRESET: preset }), {
      mapping: { ...PRESETS[preset], matchers: [`job="${name}"`] },
    });
    const found = await collector.collect(dryRunContext(database.pool, NOW, { back: 1 }));
    await withTransaction(database.pool, (tx) => collector.store(tx, DAY, found.data));
    const stored = await storedUsage(database.pool, DAY);
    expect(stored).toEqual(rows.map((row) => expect.objectContaining({ ...row, requests: 3, errors: 0 })));
    expect(found.warnings.map(({ code }) => code)).toEqual(warnings);
    expect(await costAtApi(api, DAY)).toBe(costOf(stored));
  });
});

/** Null where nothing of it is known. */
function costOf(rows: readonly { readonly cost: number | null }[]): number | null {
  const known = rows.flatMap(({ cost }) => cost ?? []);
  return known.length === 0 ? null : known.reduce((sum, cost) => sum + cost, 0);
}

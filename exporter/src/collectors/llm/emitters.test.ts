import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { collectContext } from '../../../test/collect-context.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { labelsOf } from '../../../test/providers/llm-cases.ts';
import {
  hasPrometheus,
  startPrometheus,
  type PrometheusServer,
  type WrittenSeries,
} from '../../../test/providers/prometheus.ts';
import { createLlmCollector } from './index.ts';
import { PRESETS } from './presets.ts';

/** Three calls each, of 1,000 prompt and 200 completion tokens; recorded by tooling/emitters/record.sh. */
const EMITTERS = [
  { name: 'openllmetry-openai', provider: 'openai', model: 'gpt-4o-2024-08-06', prompt: 3_000, completion: 600 },
  // Its tokens are not counted with this version of the SDK: only that requests were answered is known.
  {
    name: 'openllmetry-anthropic',
    provider: 'anthropic',
    model: 'claude-sonnet-4-5-20250929',
    prompt: 0,
    completion: 0,
    warning: 'missing_tokens',
  },
];

const FOLDER = new URL('../../../test/providers/emitters/', import.meta.url);
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
  beforeAll(async () => {
    [database, prometheus] = await Promise.all([
      createTestDatabase(),
      startPrometheus(EMITTERS.flatMap(({ name }) => scraped(name))),
    ]);
    return async () => {
      await Promise.all([database.drop(), prometheus.close()]);
    };
  });

  it.each(EMITTERS)('$name is read', async ({ name, provider, model, prompt, completion, warning }) => {
    const collector = createLlmCollector(
      {
        PROMETHEUS_URL: prometheus.url,
        LLM_PRESET: 'otel-genai',
        PROMETHEUS_BEARER_TOKEN: undefined,
        PROMETHEUS_USERNAME: undefined,
        PROMETHEUS_PASSWORD: undefined,
        PROMETHEUS_ORG_ID: undefined,
      },
      { mapping: { ...PRESETS['otel-genai'], matchers: [`job="${name}"`] } },
    );
    const found = await collector.collect(collectContext(database.pool, '2026-03-15T06:00:00Z', { back: 1 }));
    const usage = found.data.days.find(({ day }) => day === '2026-03-14');
    expect([...(usage?.rows ?? [])]).toEqual([
      expect.objectContaining({ user: 'unknown', provider, model, prompt, completion, requests: 3, errors: 0 }),
    ]);
    expect(found.warnings.map(({ code }) => code)).toEqual(
      warning === undefined ? ['unknown_user'] : [warning, 'unknown_user'],
    );
  });
});

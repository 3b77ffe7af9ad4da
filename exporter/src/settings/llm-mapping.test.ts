import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PRESETS } from '../collectors/llm/presets.ts';
import { parseLlmMapping } from './llm-mapping.ts';
import { loadSettings, SettingsError } from './load.ts';

const YAML = `
series:
  - fields: [input]
    metric: kong_ai_llm_tokens_total
    matchers: ['token_type="prompt_tokens"']
  - fields: [output]
    metric: kong_ai_llm_tokens_total
    matchers: ['token_type="completion_tokens"']
labels: { user: [consumer], provider: [ai_provider], model: [ai_model] }
`;

describe('a mapping of one’s own', () => {
  it('is read from YAML and from JSON, with what is left out at its default', () => {
    const read = parseLlmMapping(YAML);
    expect(read).toMatchObject({
      mapping: { inputIncludes: 'cache', zeroCostIsUnknown: false, labels: { user: ['consumer'] } },
    });
    expect(parseLlmMapping(JSON.stringify('mapping' in read ? read.mapping : {}))).toEqual(read);
  });

  it.each([
    ['series: [', 'is neither JSON nor YAML'],
    ['just text', 'the mapping: '],
    ['{"labels":{}}', 'series: '],
    [YAML.replace('fields: [input]', 'fields: [inputs]'), 'series[0].fields[0]: must be one of input, output'],
    [YAML.replace('kong_ai_llm_tokens_total', '"a b"'), 'series[0].metric: must be the name of a metric'],
    [YAML.replace(`'token_type="prompt_tokens"'`, 'token_type'), 'series[0].matchers[0]: must be a matcher'],
    [YAML.replace('labels:', 'label:'), 'labels: '],
    [YAML.replace('[input]', '[requests]').replace('[output]', '[errors]'), 'series: must have a series for input'],
    [`${YAML}\ninputIncludes: all`, 'inputIncludes: must be nothing, reads or cache'],
    [YAML.replace('metric: kong', 'alsoNamed: "("\n    metric: kong'), 'series[0].alsoNamed: must be a regular'],
  ])('that cannot be used is refused with its place: %#', (text, problem) => {
    const result = parseLlmMapping(text);
    expect('problem' in result ? result.problem : '').toContain(problem);
  });

  it('is checked at the start, from the file that LLM_MAPPING_FILE names', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'marginboard-mapping-')), 'mapping.yaml');
    writeFileSync(file, YAML);
    expect(loadSettings({ LLM_MAPPING_FILE: file }).LLM_MAPPING).toBe(YAML.replace(/\n$/, ''));
    writeFileSync(file, YAML.replace('[input]', '[inputs]'));
    expect(() => loadSettings({ LLM_MAPPING_FILE: file })).toThrow(SettingsError);
    expect(() => loadSettings({ LLM_MAPPING_FILE: file })).toThrow('LLM_MAPPING: series[0].fields[0]: must be one of');
  });

  it.each(Object.entries(PRESETS))('the preset %s could be such a file', (_name, preset) => {
    expect(parseLlmMapping(JSON.stringify(preset))).toEqual({ mapping: preset });
  });
});

it('reads the recipes in the documentation', () => {
  const page = readFileSync(new URL('../../../docs/providers/llm.md', import.meta.url), 'utf8');
  const recipes = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');
  expect(recipes).toHaveLength(2);
  for (const recipe of recipes) expect(parseLlmMapping(recipe)).toHaveProperty('mapping');
});

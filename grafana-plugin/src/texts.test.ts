import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DATASETS, type DatasetName } from '../../exporter/src/contract/datasets.ts';
import { fieldsOf } from './datasource/frame.ts';
import { EVENT_KINDS, VARIABLE_KINDS } from './datasource/types.ts';
import { isRecord } from './shared/problem.ts';

const HERE = import.meta.dirname;
const PLUGINS = [
  {
    id: 'marginboard-business-app',
    folder: HERE,
    sources: [
      'invoices',
      'config',
      'shared',
      'setup',
      'budgets',
      'prices',
      'customers',
      'rates',
      'access',
      'closing',
      'inbox',
      '.',
    ],
  },
  { id: 'marginboard-business-datasource', folder: join(HERE, 'datasource'), sources: ['.'] },
];

/** `{a: {b: "x"}}` as `a.b → x`. */
function flat(node: unknown, prefix = ''): [string, string][] {
  if (typeof node === 'string') return [[prefix, node]];
  return isRecord(node)
    ? Object.entries(node).flatMap(([key, inner]) => flat(inner, prefix === '' ? key : `${prefix}.${key}`))
    : [];
}

function texts(folder: string, language: string, id: string): Map<string, string> {
  const parsed: unknown = JSON.parse(readFileSync(join(folder, 'locales', language, `${id}.json`), 'utf8'));
  return new Map(flat(parsed));
}

const placeholders = (value: string): string[] =>
  [...value.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort();

describe.each(PLUGINS)('texts of $id', ({ id, folder, sources }) => {
  const english = texts(folder, 'en-US', id);
  const french = texts(folder, 'fr-FR', id);

  it('has the same keys and values to fill in, in both languages', () => {
    expect([...french.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, value] of english)
      expect([key, placeholders(french.get(key) ?? '')]).toEqual([key, placeholders(value)]);
    expect([...english.values(), ...french.values()].filter((value) => value.trim() === '')).toEqual([]);
  });

  it('has every text that the code uses', () => {
    const code = sources
      .flatMap((source) =>
        readdirSync(join(folder, source))
          .filter((name) => /(?<!test)\.tsx?$/.test(name))
          .map((name) => readFileSync(join(folder, source, name), 'utf8')),
      )
      .join('\n');
    const usedKeys = [...code.matchAll(/\btext\(\s*'([\w.-]+)'/g)].map((match) => match[1] ?? '');
    expect(usedKeys.length).toBeGreaterThan(10);
    expect(usedKeys.filter((key) => !english.has(key))).toEqual([]);
  });

  it('plugin.json lists both languages', () => {
    const plugin: unknown = JSON.parse(readFileSync(join(folder, 'plugin.json'), 'utf8'));
    expect(plugin).toMatchObject({ id, languages: ['en-US', 'fr-FR'] });
  });
});

it('names every dataset, field, event and variable', () => {
  const english = texts(join(HERE, 'datasource'), 'en-US', 'marginboard-business-datasource');
  const datasets = Object.keys(DATASETS).filter((name): name is DatasetName => name in DATASETS);
  const keys = [
    ...datasets.flatMap((name) => [
      `datasets.${name}`,
      `about.${name}`,
      ...Object.keys(fieldsOf(name)).map((field) => `fields.${field}`),
    ]),
    ...EVENT_KINDS.map((kind) => `annotations.${kind}`),
    ...VARIABLE_KINDS.map((kind) => `variables.${kind}`),
  ];
  expect([...new Set(keys)].filter((key) => !english.has(key))).toEqual([]);
});

it('the app declares the data source inside it by its plugin.json, as the plugin validator asks', () => {
  const app: unknown = JSON.parse(readFileSync(join(HERE, 'plugin.json'), 'utf8'));
  const includes: readonly unknown[] = isRecord(app) && Array.isArray(app['includes']) ? app['includes'] : [];
  const nested = includes.filter((one) => isRecord(one) && one['type'] === 'datasource');
  expect(nested).toEqual([{ type: 'datasource', name: 'Marginboard', path: 'datasource/plugin.json' }]);
  expect(JSON.parse(readFileSync(join(HERE, 'datasource/plugin.json'), 'utf8'))).toMatchObject({ type: 'datasource' });
});

describe('routes', () => {
  it.each(PLUGINS)(
    'of $id: one method each, a token on each that reads figures, Admin wherever something is written',
    ({ folder }) => {
      const plugin: unknown = JSON.parse(readFileSync(join(folder, 'plugin.json'), 'utf8'));
      const routes: readonly unknown[] = isRecord(plugin) && Array.isArray(plugin['routes']) ? plugin['routes'] : [];
      expect(routes.length).toBeGreaterThan(0);
      for (const route of routes) {
        expect(route).toMatchObject({
          method: expect.stringMatching(/^(GET|POST|PUT)$/),
          url: expect.stringMatching(/^\{\{ \.(URL|JsonData\.url) \}\}\//),
        });
        if (isRecord(route) && route['path'] !== 'openapi.json')
          expect(JSON.stringify(route['headers'])).toMatch(/Bearer \{\{ (if )?\.SecureJsonData\.\w+Token \}\}/);
        if (isRecord(route) && route['method'] !== 'GET')
          expect(JSON.stringify(route['headers'])).toContain('"Bearer {{ .SecureJsonData.writeToken }}"');
        if (isRecord(route) && (route['method'] !== 'GET' || JSON.stringify(route).includes('writeToken')))
          expect(route).toMatchObject({ reqRole: 'Admin' });
      }
    },
  );
});

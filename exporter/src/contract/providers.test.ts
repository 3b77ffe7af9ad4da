import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { packageRoot } from '../process/package-root.ts';
import { createCollectors } from '../collectors/index.ts';
import { loadSettings } from '../settings/load.ts';
import { SETTINGS, type SettingDefinition } from '../settings/schema.ts';
import { infrastructureCosts } from '../api/features/costs/schema.ts';
import {
  COLLECTOR_NAMES,
  COST_FIELDS,
  COST_PROVIDERS,
  INVOICE_ONLY_PROVIDERS,
  PROVIDERS,
  type ProviderFacts,
} from './providers.ts';
import { titleOf, VENDORS, vendorColours } from './vendors.ts';

const ROOT = join(packageRoot(), '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const settings: readonly (readonly [string, SettingDefinition])[] = Object.entries(SETTINGS);
const facts: readonly (readonly [string, ProviderFacts])[] = Object.entries<ProviderFacts>(PROVIDERS);

describe.each(facts)('%s', (name, provider) => {
  it('has its folder, and its page names it and is linked from the README', () => {
    expect(existsSync(join(ROOT, 'exporter/src/collectors', provider.folder, 'collector.ts'))).toBe(true);
    expect(read(provider.docs)).toContain(provider.title);
    expect(read('README.md')).toContain(`](${provider.docs})`);
  });

  it('has a group of settings, whose names begin as the record says, and each is on its page', () => {
    const own = settings.filter(([, { group }]) => group === provider.settingsGroup).map(([setting]) => setting);
    expect(own).not.toEqual([]);
    for (const prefix of provider.settingsPrefixes) expect(own.some((one) => one.startsWith(prefix))).toBe(true);
    expect(own.filter((one) => !provider.settingsPrefixes.some((prefix) => one.startsWith(prefix)))).toEqual([]);
    const fixed = provider.cost?.fixedPriceSetting ?? null;
    if (fixed !== null) expect(own).toContain(fixed);
  });

  it('has its table and its column of the summary', () => {
    const sql = readdirSync(join(packageRoot(), 'migrations'))
      .map((file) => readFileSync(join(packageRoot(), 'migrations', file), 'utf8'))
      .join('\n');
    if (provider.table !== null) expect(sql).toContain(`CREATE TABLE ${provider.table} (`);
    const column = provider.cost?.summaryColumn ?? null;
    if (column !== null) expect(sql).toContain(`FILTER (WHERE provider = '${name}') AS ${column}`);
  });

  it('says on its page that it publishes no bill exactly where the record does', () => {
    expect(/publishes no bill|has no billing API/.test(read(provider.docs))).toBe(
      provider.cost?.billing === 'invoice_only',
    );
  });

  it.each(['en', 'fr'])('has its name and colour on the boards in %s', (language) => {
    expect(read(`dashboards/${language}/health.json`)).toContain(`"${provider.title}"`);
    if (provider.cost !== null) expect(read(`dashboards/${language}/costs.json`)).toContain(provider.colour);
  });

  it.each(['en-US', 'fr-FR'])('has the record’s title in the data source’s texts in %s', (language) => {
    const field = provider.cost?.field ?? null;
    const texts = read(`grafana-plugin/src/datasource/locales/${language}/marginboard-business-datasource.json`);
    if (field !== null) expect(texts).toContain(`"${field}": "${provider.title}"`);
  });

  it('is read in what its invoices print', () => {
    if (provider.printed !== null) expect(provider.printed.test(provider.title.toLowerCase())).toBe(true);
  });
});

test('every folder of a collector is in the record, and every collector is created under its name', async () => {
  const folders = readdirSync(join(packageRoot(), 'src/collectors'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(entry.parentPath, entry.name, 'collector.ts')))
    .map((entry) => entry.name);
  expect(folders.sort()).toEqual(facts.map(([, { folder }]) => folder).sort());
  expect((await createCollectors(loadSettings({}))).map(({ name }) => name)).toEqual(COLLECTOR_NAMES);
});

test('every page of a provider is in the record', () => {
  const pages = readdirSync(join(ROOT, 'docs/providers')).map((page) => `docs/providers/${page}`);
  expect(pages.sort()).toEqual(facts.map(([, { docs }]) => docs).sort());
});

test('the answer of the API has a field for each provider that has one', () => {
  const fields = Object.keys(infrastructureCosts.shape.data.element.shape);
  expect(fields.filter((field) => field.endsWith('Usd'))).toEqual([...COST_FIELDS, 'otherUsd', 'totalUsd']);
});

test('administrators read which providers publish no bill, in both languages', () => {
  for (const name of INVOICE_ONLY_PROVIDERS)
    for (const page of ['docs/invoices.md', 'docs/factures.md', 'docs/costs.md', 'README.md'])
      expect(read(page)).toContain(PROVIDERS[name].title);
});

test('names and colours are those of one provider each', () => {
  const unique = (values: readonly unknown[]): boolean => new Set(values).size === values.length;
  const own = facts.map(([, { colour }]) => colour);
  expect(unique(own)).toBe(true);
  expect(unique(facts.map(([, { title }]) => title))).toBe(true);
  expect(Object.keys(VENDORS).filter((vendor) => Object.hasOwn(PROVIDERS, vendor))).toEqual([]);
  const shown = vendorColours([...COST_PROVIDERS, 'hetzner', 'acme', 'vercel', 'github', 'sentry']);
  expect(unique([...shown.values()])).toBe(true);
  expect([...shown.values()].slice(0, 2).every((colour) => /^#[0-9A-F]{6}$/.test(colour))).toBe(true);
  expect([titleOf('hetzner'), titleOf('acme'), titleOf('constructor')]).toEqual(['Hetzner', 'acme', 'constructor']);
});

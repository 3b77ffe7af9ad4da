// @vitest-environment jsdom
import '../testing/browser.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppPlugin, OrgRole, type AdHocVariableFilter, type PluginExtensionAddedLinkConfig } from '@grafana/data';
import { config, locationService } from '@grafana/runtime';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { AppOptions } from '../config/options.ts';
import { DATA_SOURCE_ID } from '../shared/ids.ts';
import { startDataSource } from '../testing/data-source.ts';
import { explanationUrl } from './explanation.ts';
import { addLinks } from './links.ts';
import { ownQueries } from './own-queries.ts';

const declared: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'plugin.json'), 'utf8'));
const plugin = addLinks(new AppPlugin<AppOptions>());
const link = (title: string): PluginExtensionAddedLinkConfig => {
  const found = plugin.addedLinkConfigs.find((one) => one.title === title);
  if (found === undefined) throw new Error(`there is no link "${title}"`);
  return found;
};

function click(title: string, context?: ReturnType<typeof panel>): void {
  link(title).onClick?.(undefined, {
    ...(context === undefined ? {} : { context }),
    extensionPointId: '',
    openModal: () => undefined,
    openSidebar: () => undefined,
    closeSidebar: () => undefined,
    toggleSidebar: () => undefined,
  });
}

const own = { type: DATA_SOURCE_ID, uid: 'marginboard' };
const panel = (targets: readonly object[]) => ({
  pluginId: 'timeseries',
  id: 1,
  title: 'Costs',
  timeRange: { from: 'now-7d', to: 'now' },
  timeZone: 'utc',
  dashboard: { uid: 'd', title: 'Business', tags: [] },
  targets,
});
const costs = {
  refId: 'A',
  datasource: own,
  dataset: 'infrastructure-costs',
  range: { kind: 'month', month: '$month' },
  filters: { provider: '$provider' },
};
const prometheus = panel([{ refId: 'A', datasource: { type: 'prometheus', uid: 'p' }, expr: 'up' }]);

beforeEach(() => {
  config.exploreEnabled = true;
  config.bootData.user.language = 'en-US';
  config.bootData.user.orgRole = OrgRole.Admin;
  config.bootData.user.permissions = { 'datasources:explore': true };
});

it('every link is declared in plugin.json, without which Grafana shows none', () => {
  expect(declared).toMatchObject({
    extensions: {
      addedLinks: plugin.addedLinkConfigs.map(({ title, description, targets }) => ({
        title,
        description,
        targets: [targets].flat(),
      })),
    },
  });
});

describe('"Explain this figure"', () => {
  it('is on panels of our data source, for those who may explore, in their language', () => {
    const { configure } = link('Explain this figure');
    expect(configure?.(panel([costs]))).toEqual({ title: 'Explain this figure' });
    expect(configure?.(prometheus)).toBeUndefined();
    config.bootData.user.language = 'fr-FR';
    expect(configure?.(panel([costs]))).toEqual({ title: 'Expliquer ce chiffre' });
    config.bootData.user.permissions = {};
    expect(configure?.(panel([costs]))).toBeUndefined();
  });

  it('opens Explore with the query and with what its figure consists of, variables written out', async () => {
    await startDataSource(() => ({ body: {} }), { month: '2026-02', provider: 'twilio', datasource: own.uid });
    // On an imported board the data source is a variable too.
    const context = panel([{ ...costs, datasource: { ...own, uid: '${datasource}' } }]);
    click('Explain this figure', context);
    await vi.waitFor(() => expect(locationService.getLocation()).toMatchObject({ pathname: '/explore' }));
    const filled = {
      datasource: own,
      range: { kind: 'month', month: '2026-02' },
      filters: { provider: 'twilio' },
    };
    expect(JSON.parse(locationService.getSearch().get('panes') ?? '')).toEqual({
      explain: {
        datasource: 'marginboard',
        queries: [
          { ...filled, refId: 'A', dataset: 'infrastructure-costs' },
          { ...filled, refId: 'B', dataset: 'cost-sources' },
        ],
        range: { from: 'now-7d', to: 'now' },
      },
    });
  });
});

describe('"Explain this figure" under an ad-hoc filter of the board', () => {
  const open = (dataset: string, filters: AdHocVariableFilter[]): unknown => {
    const queries = ownQueries([{ refId: 'A', datasource: own, dataset, range: { kind: 'all' } }]);
    const url = explanationUrl(queries, { from: 'now-7d', to: 'now' }, (text) => text, filters);
    return JSON.parse(new URLSearchParams(url.slice(url.indexOf('?'))).get('panes') ?? '');
  };
  const only = (key: string, value: string): AdHocVariableFilter[] => [{ key, operator: '=', value }];

  it('asks for what the panel shows', () => {
    expect(open('cost-by-user', only('model', 'gpt-4o'))).toMatchObject({
      explain: {
        queries: [
          { dataset: 'cost-by-user', filters: { model: 'gpt-4o' } },
          { dataset: 'token-ratios', filters: { model: 'gpt-4o' } },
        ],
      },
    });
  });

  it('leaves out what cannot be filtered so', () => {
    const { explain } = z
      .object({ explain: z.object({ queries: z.array(z.object({ dataset: z.string() })) }) })
      .parse(open('mrr-by-plan', only('customer', 'cus_1')));
    expect(explain.queries.map(({ dataset }) => dataset)).toEqual(['largest-movements']);
  });
});

describe('"Enter invoice"', () => {
  it('is for administrators, on panels of our data source and in the command palette', () => {
    const { configure, path } = link('Enter invoice');
    // With a path the command palette would do nothing.
    expect(path).toBeUndefined();
    click('Enter invoice');
    expect(locationService.getLocation().pathname).toBe('/a/marginboard-business-app/invoices');
    expect(configure?.({})).toEqual({ title: 'Enter invoice' });
    expect(configure?.(panel([costs]))).toEqual({ title: 'Enter invoice' });
    expect(configure?.(prometheus)).toBeUndefined();
    config.bootData.user.orgRole = OrgRole.Editor;
    expect([configure?.({}), configure?.(panel([costs]))]).toEqual([undefined, undefined]);
  });
});

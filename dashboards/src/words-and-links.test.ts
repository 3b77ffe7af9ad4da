import { expect, test } from 'vitest';
import { z } from 'zod';
import { boardUid } from '../../exporter/src/contract/boards.ts';
import { dashboardFiles, LANGUAGES } from './build.ts';
import { dashboard, type Dashboard } from './lint.ts';

const files = dashboardFiles();
const parsed = (path: string): Dashboard => dashboard.parse(JSON.parse(files[path] ?? 'null'));

test.each(LANGUAGES)('no table shows a code where a person reads: sources and reasons are words ($language)', (t) => {
  const mappings = z.array(z.object({ options: z.record(z.string(), z.object({ text: z.string() })) }));
  const worded = (board: string, title: string, field: string): Readonly<Record<string, string>> => {
    const config = parsed(`${t.language}/${board}.json`).panels.find((panel) => panel.title === title)?.fieldConfig;
    const own = config?.overrides
      .find(({ matcher }) => matcher.options === field)
      ?.properties.find(({ id }) => id === 'mappings')?.value;
    return Object.fromEntries(
      mappings
        .parse(own ?? config?.defaults['mappings'])
        .flatMap(({ options }) => Object.entries(options).map(([code, { text }]) => [code, text])),
    );
  };
  for (const panel of ['collectors', 'syncLog'] as const)
    expect(worded('health', t.panels[panel].title, 'reason')).toEqual(t.reasons);
  for (const panel of ['sourcesByDay', 'costSources', 'reconciliation'] as const)
    expect(worded('costs', t.panels[panel].title, 'source')).toEqual(t.sources);
  for (const words of [t.reasons, t.sources])
    for (const text of Object.values(words)) expect(text).toMatch(/^[A-ZÀ-Ü][^_]*$/u);
});

test.each(LANGUAGES)('a customer is named, and its name leads to its history ($language)', (t) => {
  const lists = [
    ['margins', 'marginByCustomer'],
    ['revenue', 'largestMovements'],
  ] as const;
  for (const [board, name] of lists) {
    const panel = parsed(`${t.language}/${board}.json`).panels.find(({ title }) => title === t.panels[name].title);
    const has = (field: string, property: string): unknown =>
      panel?.fieldConfig.overrides
        .find(({ matcher }) => matcher.options === field)
        ?.properties.find(({ id }) => id === property)?.value;
    expect(panel?.targets[0]?.fields).toEqual(expect.arrayContaining(['name', 'customer']));
    expect(has('customer', 'custom.hideFrom')).toEqual({ viz: true });
    expect(JSON.stringify(has('name', 'links'))).toContain('var-customer=${__data.fields.customer}');
  }
});

test.each(LANGUAGES)('a user and a model lead to their usage ($language)', (t) => {
  const linked = [
    ['business', 'topUsers', 'costUsd', 'var-user=${__data.fields.userId:percentencode}'],
    ['business', 'tokenRatio', 'model', 'var-model=${__data.fields.model:percentencode}'],
    ['costs', 'cacheByModel', 'model', 'var-model=${__data.fields.model:percentencode}'],
    ['llm', 'usageByModel', 'model', 'var-model=${__data.fields.model:percentencode}'],
    ['llm', 'usageByUser', 'email', 'var-user=${__data.fields.userId:percentencode}'],
  ] as const;
  const variables = parsed(`${t.language}/llm.json`).templating.list.map(({ name }) => name);
  for (const [board, name, field, variable] of linked) {
    const panel = parsed(`${t.language}/${board}.json`).panels.find(({ title }) => title === t.panels[name].title);
    const links = panel?.fieldConfig.overrides
      .find(({ matcher }) => matcher.options === field)
      ?.properties.find(({ id }) => id === 'links')?.value;
    expect(z.array(z.object({ url: z.string() })).parse(links)[0]?.url).toBe(
      `/d/${boardUid('llm', t.language)}?${variable}&\${__url_time_range}`,
    );
    const [, variableName = '', fieldName = ''] = /^var-(\w+)=.*fields\.(\w+)/.exec(variable) ?? [];
    expect(variables).toContain(variableName);
    expect(panel?.targets[0]?.fields).toContain(fieldName);
  }
});

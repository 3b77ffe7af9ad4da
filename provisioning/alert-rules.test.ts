import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ALERT_LABELS, labelsOfMetric, promqlFaults, selectorsOf, yieldedLabels } from '../dashboards/src/promql.ts';
import { onPath } from './programs.ts';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '..');
const RULES = join(HERE, 'prometheus', 'rules');
const TESTS = join(HERE, 'prometheus', 'tests');
const run = promisify(execFile);
/** In CI every Debian program is there; a missing one is a failure, not a skip. */
const without = (program: string): boolean =>
  onPath([program], process.env) === undefined && process.env['CI'] !== 'true';

/** Each has its page in docs/alerts.md. */
const ALERTS = [
  'BudgetThresholdPassed',
  'MonthBudgetExceeded',
  'MonthBudgetForecastExceeded',
  'TotalBudgetExceeded',
  'DailyCostAnomaly',
  'MarginNegative',
  'LLMErrorRatioHigh',
  'UnpricedUsage',
  'InvoiceMissing',
  'MonthOpen',
  'InboxUndecided',
  'InboxNotRead',
  'ReconciliationDrift',
  'SyncFailed',
  'SyncUnauthorized',
  'DataStale',
  'NeverSucceeded',
  'ExporterAbsent',
  'DatabaseDown',
  'DatabaseNotWritable',
  'DiskSpaceLow',
  'BackupFailed',
  'ExchangeRatesStale',
];

const rule = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  keep_firing_for: z.string().optional(),
  labels: z.strictObject({
    severity: z.enum(['warning', 'critical']),
    product: z.literal('marginboard'),
    provider: z.string().optional(),
  }),
  annotations: z.strictObject({
    summary: z.string().min(10),
    description: z.string().min(30),
    runbook_url: z.string(),
  }),
});
const rules = (
  await Promise.all((await readdir(RULES)).map(async (file) => load(await readFile(join(RULES, file), 'utf8'))))
)
  .flatMap(
    (file) => z.object({ groups: z.array(z.object({ name: z.string(), rules: z.array(rule) })) }).parse(file).groups,
  )
  .flatMap((group) => group.rules);

const cases = z.object({
  tests: z.array(
    z.object({
      name: z.string(),
      input_series: z.array(z.object({ series: z.string(), values: z.string() })),
      alert_rule_test: z
        .array(z.object({ alertname: z.string(), eval_time: z.string(), exp_alerts: z.array(z.unknown()) }))
        .default([]),
      promql_expr_test: z.array(z.object({ expr: z.string() })).default([]),
    }),
  ),
});
const groups = (
  await Promise.all((await readdir(TESTS)).map(async (file) => load(await readFile(join(TESTS, file), 'utf8'))))
).flatMap((file) => cases.parse(file).tests);
const page = await readFile(join(ROOT, 'docs', 'alerts.md'), 'utf8');

const metricsOf = (expr: string): string[] => [...new Set(selectorsOf(expr).map(({ metric }) => metric))];
/** The PromQL in an annotation's `query`, a place-holder filled in. */
const queriesIn = (text: string): string[] =>
  [...text.matchAll(/query (?:\(printf )?"([^"]+)"/g)].map((match) => (match[1] ?? '').replaceAll('%q', "'x'"));
const labelsIn = (text: string): string[] => [...text.matchAll(/\$labels\.(\w+)/g)].map((match) => match[1] ?? '');

it('the rules are these alerts, each once', () => {
  expect(rules.map(({ alert }) => alert).sort()).toEqual([...ALERTS].sort());
});

describe.each(rules)('$alert', ({ alert, expr, labels, annotations }) => {
  const yielded = yieldedLabels(expr) ?? new Set<string>();
  const inputs = metricsOf(expr);

  it('uses metrics and labels that the exporter has', () => {
    expect(promqlFaults(expr)).toEqual([]);
    expect(inputs.length).toBeGreaterThan(0);
  });

  it('names in its texts only labels that its expression yields, and asks only for what exists', () => {
    for (const text of [...Object.values(annotations), labels.provider ?? '']) {
      for (const label of labelsIn(text)) expect(yielded, text).toContain(label);
      for (const query of queriesIn(text)) expect(promqlFaults(query), query).toEqual([]);
    }
  });

  it('has a page that says what it means, what to do, and when it goes away', () => {
    expect(annotations.runbook_url).toBe(`docs/alerts.md#${alert.toLowerCase()}`);
    const section = page.split(/\n(?=## )/).find((one) => one.startsWith(`## ${alert}\n`)) ?? '';
    for (const part of ['**Means**', '**Check**', '**Goes away**']) expect(section).toContain(part);
  });

  it('has a case that fires and one that is silent, with every input present', () => {
    const full = groups.filter(({ input_series: series }) =>
      inputs.every((metric) =>
        series.some((one) => selectorsOf(one.series).some((selector) => selector.metric === metric)),
      ),
    );
    const checks = full.flatMap(({ alert_rule_test: all }) => all).filter(({ alertname }) => alertname === alert);
    expect(checks.filter(({ exp_alerts: expected }) => expected.length > 0)).not.toEqual([]);
    expect(checks.filter(({ exp_alerts: expected }) => expected.length === 0)).not.toEqual([]);
  });

  it('says whom it concerns wherever its figures have a provider or a collector', () => {
    if (yielded.has('collector')) expect(labels.provider).toBe('{{ $labels.collector }}');
    else if (inputs.some((metric) => labelsOfMetric(metric)?.includes('provider') === true))
      expect(yielded.has('provider') || labels.provider !== undefined).toBe(true);
  });
});

it('cases are about series that the exporter has', () => {
  const strange = groups
    .flatMap(({ input_series: series }) => series)
    .filter(({ series }) => promqlFaults(series).length > 0);
  expect(strange).toEqual([]);
});

it('the labels of ALERTS are known to the boards', () => {
  const set = rules.flatMap(({ expr, labels }) => [...(yieldedLabels(expr) ?? []), ...Object.keys(labels)]);
  expect([...new Set(['alertname', 'alertstate', ...set])].sort()).toEqual([...ALERT_LABELS].sort());
});

describe('as it is mounted', () => {
  let folder = '';
  beforeAll(async () => {
    // The files themselves, targets and a secret beside them.
    folder = await mkdtemp(join(tmpdir(), 'marginboard-prometheus-'));
    await symlink(join(HERE, 'prometheus'), join(folder, 'prometheus'));
    await symlink(join(HERE, 'targets'), join(folder, 'targets'));
    await mkdir(join(folder, 'secrets'));
    await writeFile(join(folder, 'secrets', 'metrics-token'), 'x');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.skipIf(without('promtool'))('promtool accepts the configuration, the targets and the rules', async () => {
    const { stdout, stderr } = await run('promtool', ['check', 'config', join(folder, 'prometheus', 'prometheus.yml')]);
    expect(stdout).toContain(`${ALERTS.length} rules found`);
    expect(stdout + stderr).not.toMatch(/WARNING|FAILED/);
  });

  it.skipIf(without('promtool'))(
    'each rule fires when it should and is silent when it should',
    { timeout: 300_000 },
    async () => {
      const files = (await readdir(TESTS)).map((name) => join(TESTS, name));
      await Promise.all(
        files.map(async (file) =>
          expect((await run('promtool', ['test', 'rules', file])).stdout, file).toContain('SUCCESS'),
        ),
      );
    },
  );

  it.skipIf(without('amtool'))('amtool accepts the configuration of Alertmanager', async () => {
    expect((await run('amtool', ['check-config', join(HERE, 'alertmanager', 'alertmanager.yml')])).stdout).toContain(
      'SUCCESS',
    );
  });
});

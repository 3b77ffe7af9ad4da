import { describe, expect, it } from 'vitest';
import { DATASETS, type DatasetName } from '../../../exporter/src/contract/datasets.ts';
import { fieldsOf, toFrame, USD_UNIT, moneyDecimals } from './frame.ts';

const envelope = {
  from: '2026-03-01',
  to: '2026-03-03',
  asOf: '2026-03-02T10:00:00.000Z',
  lastCompleteDay: '2026-03-01',
  coverage: null,
  warnings: [],
};
const datasets = Object.keys(DATASETS).filter((name): name is DatasetName => name in DATASETS);

describe('toFrame', () => {
  it('types days, dollars and text, and keeps null', () => {
    const answer = {
      ...envelope,
      data: [
        { day: '2026-03-01', totalUsd: '12.50', supabaseUsd: null, sources: { supabase: 'invoice', llm: 'api_usage' } },
        { day: '2026-03-02', totalUsd: '0.00', supabaseUsd: '1.10', sources: {} },
      ],
    };
    const frame = toFrame('A', 'infrastructure-costs', answer, {
      fields: ['day', 'totalUsd', 'supabaseUsd', 'sources'],
      title: (field) => field.toUpperCase(),
    });
    expect(frame.refId).toBe('A');
    expect(frame.fields.map(({ name, type, values }) => ({ name, type, values }))).toEqual([
      { name: 'day', type: 'time', values: [Date.UTC(2026, 2, 1), Date.UTC(2026, 2, 2)] },
      { name: 'totalUsd', type: 'number', values: [12.5, 0] },
      { name: 'supabaseUsd', type: 'number', values: [null, 1.1] },
      { name: 'sources', type: 'string', values: ['supabase: invoice, llm: api_usage', ''] },
    ]);
    expect(frame.fields[1]?.config).toEqual({ unit: USD_UNIT, decimals: 2, displayNameFromDS: 'TOTALUSD' });
  });

  it('spells the summary out in one row, with its coverage and its last synchronisation', () => {
    const answer = {
      ...envelope,
      coverage: { invoice: 0.25, api_invoice: 0, api_usage: 0.75, fixed: 0, estimate: 0 },
      revenueBasis: 'recognised',
      revenueUsd: '10.00',
      lastSync: { startedAt: '2026-03-02T01:00:00Z', finishedAt: '2026-03-02T01:00:05Z', outcome: 'partial' },
    };
    const frame = toFrame('A', 'summary', answer, {
      fields: ['revenueUsd', 'coverageInvoice', 'lastSyncFinishedAt', 'lastSyncOutcome', 'lastCompleteDay'],
    });
    expect(frame.fields.map(({ values }) => values[0])).toEqual([
      10,
      0.25,
      Date.UTC(2026, 2, 2, 1, 0, 5),
      'partial',
      Date.UTC(2026, 2, 1),
    ]);
    expect(frame.fields[1]?.config.unit).toBe('percentunit');
  });

  it('says why a column is empty, and shows the warnings about it', () => {
    const warnings = [
      { code: 'not_configured', provider: 'stripe', message: 'Stripe: STRIPE_SECRET_KEY is not set' },
      { code: 'demo_data', message: 'Invented figures' },
    ];
    const frame = toFrame(
      'A',
      'summary',
      { ...envelope, warnings, revenueUsd: null, llmCostUsd: '1.00' },
      { fields: ['revenueUsd', 'llmCostUsd'] },
    );
    expect(frame.meta.notices).toEqual([
      { severity: 'warning', text: 'Stripe: STRIPE_SECRET_KEY is not set' },
      { severity: 'info', text: 'Invented figures' },
    ]);
    expect(frame.fields[0]?.config.noValue).toContain('STRIPE_SECRET_KEY is not set');
    expect(frame.fields[1]?.config).not.toHaveProperty('noValue');
  });

  it('gives an empty frame its fields and the reason', () => {
    const frame = toFrame('B', 'cost-by-user', {
      ...envelope,
      data: [],
      warnings: [{ code: 'not_configured', message: 'LLM: PROMETHEUS_URL is not set' }],
    });
    expect(frame.fields.map(({ name }) => name)).toEqual(Object.keys(DATASETS['cost-by-user'].fields));
    expect(frame.fields.every(({ values }) => values.length === 0)).toBe(true);
    expect(frame.meta.notices?.[0]?.text).toContain('PROMETHEUS_URL');
  });

  it('shows provider and model of months only where they are grouped by', () => {
    const month = { month: '2026-03', costUsd: '1.00' };
    expect(
      toFrame('A', 'metrics-monthly-summary', { ...envelope, data: [month] }).fields.map(({ name }) => name),
    ).not.toContain('model');
    expect(
      toFrame('A', 'metrics-monthly-summary', { ...envelope, data: [{ ...month, provider: 'openai', model: 'gpt' }] })
        .fields.slice(0, 3)
        .map(({ values }) => values[0]),
    ).toEqual([Date.UTC(2026, 2, 1), 'openai', 'gpt']);
  });

  it('has closed months apart from the running one, and draws a month at the beginning of the axis where it began before', () => {
    const data = [
      { month: '2026-10', costUsd: '9.00' },
      { month: '2026-11', costUsd: null },
      { month: '2026-12', costUsd: '1.00' },
    ];
    const frame = toFrame(
      'A',
      'metrics-monthly-summary',
      { ...envelope, data },
      {
        fields: ['month', 'closedCostUsd', 'runningCostUsd'],
        nowMs: Date.UTC(2026, 11, 5),
        axisFromMs: Date.UTC(2026, 9, 10),
      },
    );
    expect(frame.fields.map(({ values }) => values)).toEqual([
      [Date.UTC(2026, 9, 10), Date.UTC(2026, 10, 1), Date.UTC(2026, 11, 1)],
      [9, null, null],
      [null, null, 1],
    ]);
  });

  it.each([
    [[0], 2],
    [[12.345, 0.001], 2],
    [[0.5], 2],
    [[0.83, 0.84], 2],
    [[0.5, 0.125], 4],
    [[-0.02, null], 2],
    [[-0.025, null], 4],
    [[0.0004], 6],
  ])('%j has decimals that show it: %i', (values, decimals) => {
    expect(moneyDecimals(values)).toBe(decimals);
  });

  it('refuses an answer of another program, and a field that does not exist', () => {
    expect(() => toFrame('A', 'cost-by-user', '<html>')).toThrow('not a JSON object');
    expect(() => toFrame('A', 'cost-by-user', { ok: true })).toThrow('no "data"');
    expect(() => toFrame('A', 'cost-by-user', { ...envelope, data: [] }, { fields: ['price'] })).toThrow(
      '"price" is not a field of cost-by-user',
    );
  });

  it.each(datasets)('%s: every field has a type', (dataset) => {
    const answer = DATASETS[dataset].shape === 'object' ? envelope : { ...envelope, data: [{}] };
    expect(
      toFrame('A', dataset, answer, { fields: Object.keys(fieldsOf(dataset)) }).fields.every(
        ({ values }) => values.length === 1,
      ),
    ).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { apiContext, figuresUpTo14March } from '../../test/api-context.ts';
import { startApi } from '../../test/api-server.ts';

const context = apiContext(figuresUpTo14March);
const { body, rows } = context;

const codes = (answer: unknown): string[] =>
  z
    .object({ warnings: z.array(z.object({ code: z.string() })) })
    .parse(answer)
    .warnings.map(({ code }) => code);

describe('summary', () => {
  it('has both sides over the same days, ending with the last complete one', async () => {
    const answer = await body('/metrics/summary');
    expect(answer).toMatchObject({
      from: '2025-10-01',
      to: '2026-03-15',
      lastCompleteDay: '2026-03-14',
      revenueBasis: 'recognised',
      revenueUsd: '140.00',
      llmCostUsd: '42.00',
      infrastructureCostUsd: '66.50',
      paymentFeesUsd: '7.00',
      netMarginUsd: '24.50',
      netMarginRatio: 0.175,
      mrrUsd: '300.00',
      asOf: '2026-03-15T00:31:00.000Z',
      lastSync: { startedAt: '2026-03-15T00:30:00.000Z', finishedAt: '2026-03-15T00:31:00.000Z', outcome: 'succeeded' },
    });
    expect(codes(answer)).toEqual([
      'unconverted_currency',
      'unpriced_tokens',
      'missing_cost_days',
      'missing_revenue_days',
    ]);
  });

  it('shows six whole months on the 1st, when the running month has no complete day yet', async () => {
    const first = await startApi(context.database.url, { env: { NOW: '2026-04-01T00:40:00Z' } });
    const answer = await first.get('/api/v1/metrics/summary');
    await first.close();
    expect(answer.json).toMatchObject({ from: '2025-10-01', to: '2026-03-15', revenueUsd: '140.00' });
  });

  it('says the share of each source, which add up to 1', async () => {
    const { coverage } = z.object({ coverage: z.record(z.string(), z.number()) }).parse(await body('/metrics/summary'));
    expect(coverage).toEqual({ invoice: 0.16129, api_invoice: 0, api_usage: 0.645161, fixed: 0.193549, estimate: 0 });
    expect(Object.values(coverage).reduce((sum, share) => sum + share)).toBeCloseTo(1, 9);
  });

  it('takes cash where it is asked for', async () => {
    expect(await body('/metrics/summary?revenue=cash')).toMatchObject({
      revenueBasis: 'cash',
      revenueUsd: '300.00',
      netMarginUsd: '184.50',
      netMarginRatio: 0.615,
    });
  });

  it('adjacent periods add up', async () => {
    expect(await body('/metrics/summary?from=2026-03-01&to=2026-03-08')).toMatchObject({
      revenueUsd: '70.00',
      netMarginUsd: '12.25',
      warnings: [{ code: 'unconverted_currency' }, { code: 'unpriced_tokens' }],
    });
    expect(await body('/metrics/summary?from=2026-03-08&to=2026-03-20')).toMatchObject({
      to: '2026-03-15',
      revenueUsd: '70.00',
      netMarginUsd: '12.25',
    });
  });

  it('knows nothing about days without figures: null, never 0', async () => {
    expect(await body('/metrics/summary?from=2026-01-01&to=2026-02-01')).toMatchObject({
      revenueUsd: null,
      llmCostUsd: null,
      infrastructureCostUsd: null,
      paymentFeesUsd: null,
      netMarginUsd: null,
      netMarginRatio: null,
      mrrUsd: null,
      coverage: null,
    });
  });
});

describe('revenue-vs-costs', () => {
  it('has every day, margins only on complete ones, and their sum is the net margin', async () => {
    const days = await rows('/metrics/revenue-vs-costs');
    expect(days).toHaveLength(30);
    expect(days[0]).toEqual({ day: '2026-02-14', mrrUsd: null, revenueUsd: null, costUsd: null, marginUsd: null });
    expect(days[28]).toEqual({
      day: '2026-03-14',
      mrrUsd: '300.00',
      revenueUsd: '10.00',
      costUsd: '8.25',
      marginUsd: '1.75',
    });
    expect(days[29]).toEqual({
      day: '2026-03-15',
      mrrUsd: '300.00',
      revenueUsd: '10.00',
      costUsd: null,
      marginUsd: null,
    });
    expect(days.reduce((sum, { marginUsd }) => sum + Number(marginUsd ?? 0), 0)).toBe(24.5);
  });
});

describe('infrastructure-costs', () => {
  it('has a column a provider and the source of each figure', async () => {
    const days = await rows('/metrics/infrastructure-costs?from=2026-02-28&to=2026-03-02');
    const nothing = {
      llmUsd: null,
      digitalOceanUsd: null,
      weaviateUsd: null,
      supabaseUsd: null,
      twilioUsd: null,
      otherUsd: null,
      totalUsd: null,
      byProvider: [],
      sources: {},
    };
    expect(days).toEqual([
      { ...nothing, day: '2026-02-28' },
      {
        day: '2026-03-01',
        llmUsd: '3.00',
        digitalOceanUsd: '2.00',
        weaviateUsd: '1.50',
        supabaseUsd: '1.00',
        twilioUsd: null,
        otherUsd: '0.25',
        totalUsd: '7.75',
        byProvider: [
          { provider: 'llm', title: 'LLM', costUsd: '3.00', source: 'api_usage' },
          { provider: 'digital_ocean', title: 'DigitalOcean', costUsd: '2.00', source: 'api_usage' },
          { provider: 'weaviate', title: 'Weaviate', costUsd: '1.50', source: 'fixed' },
          { provider: 'supabase', title: 'Supabase', costUsd: '1.00', source: 'invoice' },
          { provider: 'acme', title: 'acme', costUsd: '0.25', source: 'invoice' },
        ],
        sources: {
          acme: 'invoice',
          digital_ocean: 'api_usage',
          llm: 'api_usage',
          supabase: 'invoice',
          weaviate: 'fixed',
        },
      },
    ]);
  });

  it('agrees with the view infrastructure_costs_summary', async () => {
    const days = await rows('/metrics/infrastructure-costs?from=2026-03-01&to=2026-03-15');
    const view = await context.database.pool.query<{ total: string }>(
      'SELECT sum(total)::numeric(18,2)::text AS total FROM infrastructure_costs_summary',
    );
    expect(days.reduce((sum, { totalUsd }) => sum + Number(totalUsd), 0)).toBe(Number(view.rows[0]?.total));
  });

  it('narrows to one provider, with its own coverage', async () => {
    const answer = await body('/metrics/infrastructure-costs?provider=supabase&from=2026-03-01&to=2026-03-02');
    expect(answer).toMatchObject({
      data: [{ supabaseUsd: '1.00', llmUsd: null, totalUsd: '1.00' }],
      coverage: { invoice: 1 },
    });
  });

  it('shows sources that give way, without counting them', async () => {
    const sources = await rows('/metrics/cost-sources?provider=supabase');
    expect(sources).toEqual([
      {
        provider: 'supabase',
        component: 'all',
        source: 'invoice',
        days: 14,
        costUsd: '14.00',
        inForce: true,
        countedUsd: '14.00',
      },
      {
        provider: 'supabase',
        component: 'all',
        source: 'estimate',
        days: 14,
        costUsd: '126.00',
        inForce: false,
        countedUsd: null,
      },
    ]);
  });
});

describe('budgets and forecast', () => {
  it('stores versions, repeats nothing, and tells when a budget will be passed', async () => {
    const put = async (budget: object) =>
      context.api.send('PUT', '/api/v1/admin/budgets', { body: JSON.stringify(budget) });
    const first = await put({ provider: 'all', monthUsd: '200.00' });
    expect(first.json).toMatchObject({
      data: [
        {
          provider: 'all',
          monthUsd: '200.00',
          validFrom: '2026-03-15T12:00:00.000Z',
          source: 'api',
          createdBy: 'test',
        },
      ],
    });
    expect((await put({ provider: 'all', monthUsd: '200' })).json).toEqual(first.json);
    await put({ provider: 'weaviate', monthUsd: '40' });
    await put({ provider: 'weaviate', monthUsd: null });
    expect(context.api.changes.filter(({ kind }) => kind === 'budget')).toHaveLength(3);
    expect((await rows('/admin/budgets')).map(({ provider, monthUsd }) => [provider, monthUsd])).toEqual([
      ['all', '200.00'],
      ['weaviate', null],
    ]);
    expect((await rows('/admin/budgets?history=true')).map(({ monthUsd }) => monthUsd)).toEqual([
      null,
      '40.00',
      '200.00',
    ]);
    for (const path of ['/admin/budgets', '/admin/budgets?history=true']) {
      const seen = z.object({
        data: z.array(z.looseObject({ monthUsd: z.string().nullable(), createdBy: z.null() })).min(2),
      });
      expect(seen.safeParse((await context.api.get(`/api/v1${path}`, 'viewer')).json).success).toBe(true);
    }

    const forecast = await rows('/metrics/forecast');
    expect(forecast.map(({ provider, forecastMonthUsd }) => [provider, forecastMonthUsd])).toEqual([
      ['acme', '7.75'],
      ['digital_ocean', '62.00'],
      ['llm', '93.00'],
      ['supabase', '31.00'],
      ['weaviate', '46.50'],
      ['all', '240.25'],
    ]);
    expect(forecast.at(-1)).toEqual({
      provider: 'all',
      monthToDateUsd: '108.50',
      runRateMonthUsd: '240.25',
      forecastMonthUsd: '240.25',
      budgetMonthUsd: '200.00',
      budgetPassedOn: '2026-03-26',
    });
  });
});

describe('answers and their schemas', () => {
  it('every GET conforms to its documented schema exactly', async () => {
    const reads = context.api.routes.filter(({ doc }) => doc.method === 'get' && !doc.path.includes('{'));
    expect(reads.length).toBeGreaterThanOrEqual(13);
    for (const { doc } of reads) {
      const { schema, contentType } = doc.answers[200] ?? {};
      if (schema === undefined || contentType !== undefined) continue;
      const answer = await context.api.get(`/api/v1${doc.path}`, 'admin');
      expect(answer.status, answer.text).toBe(200);
      expect(schema.parse(answer.json), doc.path).toEqual(answer.json);
    }
  });
});

import { expect } from 'vitest';
import { z } from 'zod';
import { until } from '../../exporter-process.ts';
import { hasPrometheus, startPrometheus } from '../../providers/prometheus.ts';
import { freePort } from '../../tcp.ts';
import { flat, item, subscription } from '../../providers/stripe-objects.ts';
import { DAY, LABELS, type FakeCounter } from '../providers.ts';
import { byCollector, unharmed, type Stage } from '../stage.ts';
import { figuresOf } from '../system.ts';
import type { FaultRow } from '../table.ts';

const ODD = ['quo"te', 'back\\slash', 'two\nlines', 'a, b|c {d="e"}', '🚀 emoji', 'x'.repeat(10_000)];

function counters(stage: Stage, models: readonly { readonly model: string; readonly provider?: string }[]): void {
  const { state } = stage.providers;
  const known = [...state.counters];
  stage.after(async () => void state.counters.splice(0, Infinity, ...known));
  const made = models.map(({ model, provider = 'acme' }): FakeCounter => ({
    labels: { ...LABELS, provider, model },
    samples: [
      ['2026-01-01T00:00:00Z', 100],
      [`${DAY}T10:00:00Z`, 142],
    ],
  }));
  state.counters.splice(0, Infinity, ...made);
}

const SERIES = /^marginboard_[a-z_]+(\{([a-z_]+="([^"\\\n]|\\["\\n])*",?)*\})? (-?[0-9.e+-]+|NaN)$/;

export const contentRows: readonly FaultRow[] = [
  {
    id: 26,
    fault: '10,000 model names; names with quote, newline, comma, pipe, emoji, 10 kB',
    expected: 'capped, the rest other; page still parses',
    on: ['llm'],
    cases: {
      'all of them in one day': async (stage) => {
        counters(stage, [
          ...Array.from({ length: 10_000 }, (_, index) => ({ model: `model-${index}` })),
          ...ODD.map((model) => ({ model })),
        ]);
        const { system, database } = await stage.own();
        expect((await system.sync(['llm'])).status).toBe(200);
        expect(
          (
            await database.pool.query(
              'SELECT count(*)::int AS models, sum(prompt_tokens)::int AS tokens FROM llm_model_day',
            )
          ).rows,
        ).toEqual([{ models: 10_006, tokens: 10_006 * 42 }]);
        const figures = await system.figures();
        expect(figures.length).toBeLessThan(1_000);
        for (const line of figures) expect(line).toMatch(SERIES);
        const tokens = figures.filter((line) => line.startsWith('marginboard_llm_unpriced_tokens_day{'));
        expect(tokens.some((line) => line.includes('model="other"'))).toBe(true);
        // Capped, and nothing lost: the lines add up to all of it.
        expect(tokens.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)).toBe(10_006 * 42);
        const ratios = await system.ask('/api/v1/metrics/token-ratios');
        expect(ratios.status, ratios.text.slice(0, 300)).toBe(200);
      },
    },
  },
  {
    id: 27,
    fault: 'LLM: counter reset, Prometheus down, empty vector, NaN',
    expected: 'counted right; failed upstream; skipped upstream_not_ready, not 0',
    on: ['llm'],
    cases: {
      ...(hasPrometheus && {
        'a counter that starts again, and one that is NaN, in a real Prometheus': async (stage: Stage) => {
          const series = (user: string, samples: [string, number | string][]) => ({
            metric: 'llm_tokens_total',
            labels: { ...LABELS, user_id: user },
            samples,
          });
          const prometheus = await startPrometheus([
            series('reset', [
              ['2026-03-13T23:50:00Z', 100],
              ['2026-03-14T10:00:00Z', 250],
              ['2026-03-14T11:00:00Z', 40],
              ['2026-03-14T12:00:00Z', 90],
            ]),
            series('odd', [
              ['2026-03-13T23:50:00Z', 100],
              ['2026-03-14T10:00:00Z', 'NaN'],
              ['2026-03-14T12:00:00Z', 107],
            ]),
          ]);
          stage.after(() => prometheus.close());
          const { system, database } = await stage.own({ PROMETHEUS_URL: prometheus.url });
          expect((await system.sync(['llm'])).status).toBe(200);
          expect(
            (await database.pool.query('SELECT user_id, prompt_tokens::int AS tokens FROM llm_user_day ORDER BY 1'))
              .rows,
          ).toEqual([
            { user_id: 'odd', tokens: 7 },
            { user_id: 'reset', tokens: 240 },
          ]);
        },
      }),
      'Prometheus is down': async (stage) => {
        const running = await stage.shared();
        const { system: other, database } = await stage.own(
          { PROMETHEUS_URL: `http://127.0.0.1:${await freePort()}`, DATABASE_URL: running.database.url },
          { haste: 20 },
        );
        await unharmed({ system: other, database: running.database }, async () => {
          const { status, report } = await other.sync(['llm']);
          expect([status, report.collectors[0]]).toMatchObject([
            502,
            { outcome: 'failed', kind: expect.stringMatching(/^(network|upstream)$/) },
          ]);
        });
        expect(database).toBeDefined();
      },
      'an empty vector is not a zero': async (stage) => {
        const running = await stage.shared();
        await unharmed(running, async () => {
          stage.providers.gateways.llm.breakAlways(/\/query/, {
            json: { status: 'success', data: { resultType: 'vector', result: [] } },
          });
          const { status, report } = await running.system.sync(['llm']);
          expect([status, report.collectors[0]]).toMatchObject([
            200,
            { outcome: 'skipped', reason: 'upstream_not_ready' },
          ]);
        });
      },
      'NaN is not a reading': async (stage) => {
        const running = await stage.shared();
        await unharmed(running, async () => {
          stage.providers.gateways.llm.breakAlways(/\/query/, {
            rewrite: (body) => body.replaceAll('"350"', '"NaN"').replaceAll('"100"', '"NaN"'),
          });
          await running.system.sync(['llm']);
        });
      },
    },
  },
  {
    id: 28,
    fault: 'unknown model price',
    expected: 'NULL and an unpriced count, never 0',
    on: ['llm'],
    cases: {
      'a model that no price list knows': async (stage) => {
        counters(stage, [{ model: 'our-own-7b' }]);
        const { system, database } = await stage.own();
        const { status, report } = await system.sync(['llm']);
        expect([status, report.collectors[0]?.warnings]).toMatchObject([200, [{ code: 'unpriced_usage' }]]);
        expect(
          (
            await database.pool.query(
              'SELECT computed_cost_usd AS computed, reported_cost_usd AS reported FROM llm_metrics_history',
            )
          ).rows,
        ).toEqual([{ computed: null, reported: null }]);
        const page = await system.page();
        expect(page).toMatch(/marginboard_llm_unpriced_tokens_day\{model="our-own-7b",llm_provider="acme"\} 42\n/);
        expect(page).not.toMatch(/marginboard_llm_cost_day_usd\{[^}]*our-own/);
        expect((await system.ask('/api/v1/metrics/cost-by-user')).json).toMatchObject({
          data: [{ costUsd: null, promptTokens: 42, unpricedTokens: 42 }],
        });
      },
    },
  },
  {
    id: 29,
    fault: 'EUR; JPY',
    expected: 'exact; outside USD totals unless a rate is stored',
    on: ['stripe'],
    cases: {
      'invoices and subscriptions': async (stage) => {
        const { stripe } = stage.providers.state;
        const known = stripe.subscriptions;
        stage.after(async () => void (stripe.subscriptions = known));
        stripe.subscriptions = [
          ...known,
          subscription([item(flat(1_999, 'month', 1, { currency: 'eur' }))], { currency: 'eur' }),
          subscription([item(flat(10_001, 'month', 1, { currency: 'jpy' }))], { currency: 'jpy' }),
        ];
        const { system } = await stage.own();
        const { report } = await system.sync(['stripe']);
        expect(byCollector(report).stripe).toMatchObject({
          outcome: 'succeeded',
          warnings: expect.arrayContaining([expect.objectContaining({ code: expect.stringMatching(/currency/) })]),
        });
        expect(await system.page()).toContain('marginboard_mrr_usd{provider="stripe"} 20\n');
        const enter = async (body: object) =>
          system.ask('/api/v1/admin/billing-adjustment', {
            method: 'POST',
            body: { periodStart: '2026-02-01', periodEnd: '2026-03-01', ...body },
          });
        expect(
          (await enter({ provider: 'supabase', invoiceNumber: 'E-1', amount: '100.05', currency: 'EUR' })).json,
        ).toMatchObject({
          data: [{ amount: '100.05', currency: 'EUR', amountUsd: null }],
          warnings: [{ code: 'unconverted_currency' }],
        });
        const rate = await system.ask('/api/v1/admin/fx-rates', {
          method: 'PUT',
          body: { currency: 'JPY', day: '2026-02-01', usdRate: '0.0067' },
        });
        expect(rate.status, rate.text).toBeLessThan(300);
        expect(
          (
            await enter({
              provider: 'weaviate',
              invoiceNumber: 'J-1',
              amount: '10001',
              currency: 'JPY',
              billingDate: '2026-02-28',
            })
          ).json,
        ).toMatchObject({ data: [{ currency: 'JPY', amountUsd: '67.01' }] });
        const costs = z
          .object({
            data: z.array(z.object({ supabaseUsd: z.string().nullable(), weaviateUsd: z.string().nullable() })),
            warnings: z.array(z.object({ code: z.string() })),
          })
          .parse((await system.ask('/api/v1/metrics/infrastructure-costs?from=2026-02-01&to=2026-03-01')).json);
        expect(costs.data.every(({ supabaseUsd }) => supabaseUsd === null)).toBe(true);
        expect(costs.data.reduce((sum, { weaviateUsd }) => sum + Math.round(Number(weaviateUsd) * 1e6), 0)).toBe(
          67_010_000,
        );
        expect(costs.warnings.map(({ code }) => code)).toContain('unconverted_currency');
      },
    },
  },
  {
    id: 30,
    fault: 'a collector throws something that is no Error',
    expected: 'failed bug, logged, process lives',
    on: ['digital_ocean', 'llm'],
    cases: {
      'texts are thrown inside and outside of every try': async (stage) => {
        const { system, database } = await stage.own();
        expect((await system.sync()).status).toBe(200);
        await unharmed({ system, database }, async () => {
          await system.misbehave();
          const { status, report } = await system.sync(['digital_ocean', 'llm']);
          expect([status, report.collectors.map(({ kind }) => kind)], JSON.stringify(report)).toEqual([
            502,
            ['bug', 'bug'],
          ]);
          await until(async () =>
            ['rejected into the void', 'thrown from a timer', 'a bug in a collector'].every((text) =>
              system.output().includes(text),
            ),
          );
        });
      },
    },
  },
  {
    id: 31,
    fault: '100 scrapes at once during a snapshot swap',
    expected: 'every page consistent',
    on: ['digital_ocean', 'twilio', 'stripe'],
    cases: {
      'scraped while a run changes everything': async (stage) => {
        const { system } = await stage.own();
        const { digitalOcean, twilio, stripe } = stage.providers.state;
        const known = { points: digitalOcean.points, usage: twilio.usage, subscriptions: stripe.subscriptions };
        stage.after(async () => {
          digitalOcean.points = known.points;
          twilio.usage = known.usage;
          stripe.subscriptions = known.subscriptions;
        });
        expect((await system.sync()).status).toBe(200);
        const before = await system.figures();
        digitalOcean.points = [{ day: DAY, amount: '12.00' }];
        twilio.usage = [{ category: 'totalprice', day: DAY, price: '9.25' }];
        stripe.subscriptions = [...known.subscriptions, subscription([item(flat(7_000))])];
        const running = new AbortController();
        const sync = system.sync().finally(() => running.abort());
        const pages: string[] = [];
        while (!running.signal.aborted && pages.length < 300)
          pages.push(...(await Promise.all(Array.from({ length: 100 }, () => system.page()))));
        expect((await sync).status).toBe(200);
        pages.push(...(await Promise.all(Array.from({ length: 100 }, () => system.page()))));
        const after = await system.figures();
        expect(after).not.toEqual(before);
        expect(pages.length).toBeGreaterThanOrEqual(200);
        // Each page is one state of the database: every provider, which is stored in one piece, is as before or as
        // after, whole.
        const states = (lines: readonly string[], provider: string): string =>
          lines.filter((line) => line.includes(`provider="${provider}"`)).join();
        for (const provider of ['digital_ocean', 'twilio', 'stripe']) {
          expect(states(before, provider)).not.toBe(states(after, provider));
          const seen = new Set(pages.map((page) => states(figuresOf(page), provider)));
          expect([states(before, provider), states(after, provider)]).toEqual(expect.arrayContaining([...seen]));
        }
      },
    },
  },
];

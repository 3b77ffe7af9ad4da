import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { apiContext } from '../../../../test/api-context.ts';
import { startApi } from '../../../../test/api-server.ts';
import { createTestDatabase } from '../../../../test/database.ts';
import { fill } from '../../../../test/equal-answers.ts';
import type { Role } from '../../../contract/datasets.ts';
import { refreshSums } from '../../../movements/refresh-sums.ts';
import { microsToCents, parseMicros, sumMicros } from '../../../money/micros.ts';

const context = apiContext(fill);

const usd = z.string().nullable();
const answer = z.object({
  data: z.array(z.looseObject({})),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
});

async function ask<Row>(path: string, row: z.ZodType<Row>, role: Role = 'viewer'): Promise<Row[]> {
  const { status, json } = await context.api.get(`/api/v1/metrics/${path}`, role);
  expect([path, status]).toEqual([path, 200]);
  return z.array(row).parse(answer.parse(json).data);
}

const KINDS = [
  'newUsd',
  'expansionUsd',
  'contractionUsd',
  'churnUsd',
  'reactivationUsd',
  'rateChangeUsd',
  'correctionUsd',
] as const;
const figures = z.looseObject({
  kind: z.string(),
  group: z.string().nullable(),
  name: z.string().nullable(),
  openingUsd: usd,
  closingUsd: usd,
  newUsd: usd,
  expansionUsd: usd,
  contractionUsd: usd,
  churnUsd: usd,
  reactivationUsd: usd,
  rateChangeUsd: usd,
  correctionUsd: usd,
});
type Figures = z.output<typeof figures>;
const cents = (text: string | null): bigint => microsToCents(parseMicros(text ?? '0'));
const moved = (row: Figures): bigint => sumMicros(KINDS.map((kind) => parseMicros(row[kind] ?? '0')));

describe('the demonstration over the API', () => {
  it('why MRR moved in October: the waterfall, then its largest movements', async () => {
    const [october] = await ask('mrr-waterfall?from=2025-10-01&to=2025-11-01', figures.extend({ month: z.string() }));
    expect(october).toMatchObject({ month: '2025-10', complete: true, kind: 'total', group: null });
    const largest = await ask(
      'largest-movements?from=2025-10-01&to=2025-11-01&limit=1000',
      z.object({ movement: z.string(), amountUsd: z.string() }),
    );
    for (const kind of ['new', 'expansion', 'contraction', 'churn', 'reactivation'] as const)
      expect(cents(`${october?.[`${kind}Usd`] ?? null}`), kind).toBe(
        microsToCents(
          sumMicros(largest.filter(({ movement }) => movement === kind).map((row) => parseMicros(row.amountUsd))),
        ),
      );
    expect(largest.length).toBeGreaterThan(0);
  });

  it.each(['none', 'plan', 'product', 'currency', 'customer'])(
    'by %s: every row adds up, and all rows are the MRR of the card',
    async (groupBy) => {
      const rows = await ask(`mrr-waterfall?groupBy=${groupBy}&limit=3`, figures.extend({ month: z.string() }));
      expect(rows.length).toBeGreaterThan(10);
      for (const row of rows)
        if (row.openingUsd !== null && row.closingUsd !== null)
          expect(cents(row.closingUsd)).toBe(microsToCents(parseMicros(row.openingUsd) + moved(row)));
      const { json } = await context.api.get('/api/v1/metrics/summary');
      const { mrrUsd } = z.object({ mrrUsd: z.string() }).parse(json);
      const newest = rows.filter(({ month }) => month === '2026-03');
      expect(microsToCents(sumMicros(newest.map(({ closingUsd }) => parseMicros(closingUsd ?? '0'))))).toBe(
        cents(mrrUsd),
      );
    },
  );

  it('a movement says which plans were left and begun, and a filter picks those that touch it', async () => {
    const row = z.object({
      movement: z.string(),
      customer: z.string(),
      amountUsd: z.string(),
      plansBefore: usd,
      plansAfter: usd,
    });
    const year = 'from=2025-03-01&to=2026-03-16&limit=1000';
    const all = await ask(`largest-movements?${year}`, row);
    const sizes = all.map(({ amountUsd }) => Math.abs(Number(amountUsd)));
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    const switched = all.filter(({ plansBefore, plansAfter }) => plansBefore !== null && plansAfter !== null);
    expect(switched.length).toBeGreaterThan(0);
    for (const { movement } of switched) expect(['expansion', 'contraction']).toContain(movement);
    const team = await ask(`largest-movements?${year}&plan=price_demo_team`, row);
    expect(team).toEqual(
      all.filter((one) => [one.plansBefore, one.plansAfter].some((names) => names?.split('; ').includes('Team'))),
    );
    const churn = await ask(`largest-movements?from=2025-03-01&to=2026-03-16&movement=churn&limit=2`, row);
    expect(churn).toEqual(all.filter(({ movement }) => movement === 'churn').slice(0, 2));
  });

  it('every day of a period has a row; plans are named', async () => {
    const days = await ask('mrr-movements?from=2026-02-01&to=2026-03-01', figures.extend({ day: z.string() }));
    expect(days).toHaveLength(28);
    const plans = await ask('mrr-movements?from=2026-02-01&to=2026-02-02&groupBy=plan', figures);
    expect(plans.map(({ name }) => name)).toContain('Team');
    const byPlan = await ask('mrr-by-plan?limit=2', z.looseObject({ kind: z.string(), name: usd, share: z.number() }));
    expect(byPlan.map(({ kind }) => kind)).toEqual(['group', 'group', 'other']);
    expect(byPlan.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 5);
  });

  it('retention: rates of every month, over twelve months where they are known', async () => {
    const row = z.looseObject({
      month: z.string(),
      complete: z.boolean(),
      customers: z.number(),
      customerChurnRate: z.number().nullable(),
      netRevenueRetention: z.number().nullable(),
      grossRevenueRetention: z.number().nullable(),
      lifetimeValueUsd: usd,
    });
    const months = await ask('revenue-retention?from=2024-09-01&to=2026-03-16', row);
    expect(months.map(({ month }) => month).slice(0, 2)).toEqual(['2024-09', '2024-10']);
    // In September 2024 the demonstration has no customer yet, so a year later there is nothing to compare with.
    for (const { netRevenueRetention: net, grossRevenueRetention: gross, month } of months) {
      expect(net === null, month).toBe(month < '2025-10');
      if (net !== null && gross !== null) expect(gross).toBeLessThanOrEqual(Math.min(1, net));
    }
    expect(months.at(-1)).toMatchObject({ month: '2026-03', complete: false, lifetimeValueUsd: null });
    expect(months[0]?.complete).toBe(false);
    expect(months.filter(({ lifetimeValueUsd }) => lifetimeValueUsd !== null).length).toBeGreaterThan(3);
  });

  it('cohorts: by month of start and age, up to the running month', async () => {
    const row = z.looseObject({
      cohort: z.string(),
      kind: z.string(),
      age: z.number(),
      startCustomers: z.number(),
      customers: z.number(),
      customerRetention: z.number(),
    });
    const rows = await ask('revenue-cohorts?from=2024-09-01&to=2026-03-16', row);
    expect(rows[0]).toMatchObject({ cohort: '2024-10', kind: 'started', age: 0 });
    for (const one of rows) expect(one.customers).toBeLessThanOrEqual(one.startCustomers);
    expect(rows.filter(({ cohort }) => cohort === '2025-06').map(({ age }) => age)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
  });
});

describe('as CSV', () => {
  const rowsOf = async (file: string, period = 'from=2025-10-01&to=2025-11-01'): Promise<string[][]> => {
    const { status, text } = await context.api.get(`/api/v1/export/${file}?${period}`);
    expect([file, status]).toEqual([file, 200]);
    return text
      .trim()
      .split('\r\n')
      .map((line) => line.split(','));
  };

  it('the tables have the fields of their datasets', async () => {
    const [head, october] = await rowsOf('mrr-waterfall.csv');
    expect([head?.[0], october?.[0], head?.length]).toEqual(['month', '2025-10', october?.length]);
    expect((await rowsOf('revenue-retention.csv'))[1]?.slice(0, 2)).toEqual(['2025-10', 'true']);
    expect((await rowsOf('revenue-cohorts.csv', 'from=2025-06-01&to=2025-07-01'))[1]?.slice(0, 3)).toEqual([
      ...['2025-06', 'started', '0'],
    ]);
  });

  it('every movement stands for itself, and they add up to the month', async () => {
    const [head = [], ...rows] = await rowsOf('mrr-movements.csv');
    const churn = rows.filter((row) => row[head.indexOf('movement')] === 'churn');
    const [october] = await ask('mrr-waterfall?from=2025-10-01&to=2025-11-01', figures);
    expect(churn.length).toBeGreaterThan(0);
    expect(microsToCents(sumMicros(churn.map((row) => parseMicros(row[head.indexOf('amountUsd')] ?? ''))))).toBe(
      cents(october?.churnUsd ?? null),
    );
  });
});

describe('who sees what', () => {
  it('the role figures sees neither customers nor the nicknames of plans', async () => {
    for (const path of [
      'largest-movements?from=2025-10-01&to=2025-11-01',
      'mrr-waterfall?groupBy=customer',
      'mrr-movements?groupBy=customer',
      'mrr-movements?groupBy=plan',
      'mrr-by-plan',
    ]) {
      const viewer = (await context.api.get(`/api/v1/metrics/${path}`, 'viewer')).text;
      const masked = (await context.api.get(`/api/v1/metrics/${path}`, 'figures')).text;
      expect(viewer, path).toMatch(/cus_demo|"Team"/);
      expect(masked, path).not.toMatch(/cus_demo|Team|Business|Starter/);
      expect(masked, path).toMatch(/customer-|price_demo/);
    }
    const named = await context.api.get('/api/v1/metrics/mrr-movements?customer=cus_demo001', 'figures');
    expect([named.status, named.text]).toEqual([400, expect.stringContaining('names a customer')]);
  });

  it('an answer of millions of rows is refused, with what can be asked for', async () => {
    const asked = 'from=2021-04-01&to=2026-03-16&groupBy=customer';
    const refused = await context.api.get(`/api/v1/metrics/mrr-movements?${asked}&limit=1000`);
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining('must be at most 21 for this period'),
    ]);
    expect((await context.api.get(`/api/v1/metrics/mrr-movements?${asked}&limit=21`)).status).toBe(200);
    expect((await context.api.get(`/api/v1/metrics/mrr-movements?${asked}`)).status).toBe(200);
    expect((await context.api.get('/api/v1/metrics/mrr-waterfall?groupBy=plan&limit=1000')).status).toBe(200);
  });

  it('a wrong parameter is named', async () => {
    for (const [query, field] of [
      ['groupBy=country', 'groupBy'],
      ['currency=euro', 'currency'],
      ['limit=0', 'limit'],
    ])
      expect(await context.api.get(`/api/v1/metrics/mrr-waterfall?${query}`)).toMatchObject({
        status: 400,
        json: { errors: [{ field }] },
      });
  });
});

describe('what is not known', () => {
  it('is null and said: days without a run, the beginning of the history, a currency without a rate', async () => {
    const own = await createTestDatabase();
    const its = await startApi(own.url);
    try {
      const empty = await its.get('/api/v1/metrics/mrr-movements?from=2026-03-01&to=2026-03-03');
      expect(answer.parse(empty.json).data).toMatchObject([
        { day: '2026-03-01', openingUsd: null, closingUsd: null, churnUsd: null },
        { day: '2026-03-02', openingUsd: null, closingUsd: null, churnUsd: null },
      ]);
      await own.pool.query(`
        INSERT INTO mrr_days (day, previous, provisional, unconverted) VALUES ('2026-03-01', NULL, false, '{}'),
          ('2026-03-05', '2026-03-01', false, '{CHF}');
        INSERT INTO mrr_movements (day, customer, subscription, plan, product, currency, kind, amount, amount_usd, customers)
        VALUES ('2026-03-01', 'c1', 's1', 'p1', 'x', 'USD', 'opening', 100, 100, 1),
          ('2026-03-05', 'c2', 's2', 'p2', 'x', 'CHF', 'new', 50, NULL, 1)`);
      await refreshSums(own.pool, '2026-03-01', '2026-03-05');
      const { json } = await its.get('/api/v1/metrics/mrr-movements?from=2026-03-01&to=2026-03-06');
      const { data, warnings } = answer.parse(json);
      expect(data.map(({ openingUsd, newUsd, closingUsd }) => [openingUsd, newUsd, closingUsd])).toEqual([
        [null, null, '100.00'],
        [null, null, null],
        [null, null, null],
        [null, null, null],
        ['100.00', null, '100.00'],
      ]);
      expect(warnings.map(({ code }) => code)).toEqual(
        expect.arrayContaining(['mrr_history_start', 'unconverted_currency', 'unknown_mrr_days']),
      );
      expect(warnings.find(({ code }) => code === 'unknown_mrr_days')?.message).toContain('2026-03-02 to 2026-03-04');
    } finally {
      await its.close();
      await own.drop();
    }
  });
});

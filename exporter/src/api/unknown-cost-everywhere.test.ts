import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type TestApi } from '../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import type { LlmRow } from '../collectors/llm/data.ts';
import { storeUsage } from '../collectors/llm/store.ts';
import { withTransaction } from '../database/pool.ts';
import { replaceLedger } from '../ledger/replace-rows.ts';

function usage(changes: Partial<LlmRow>): LlmRow {
  return {
    user: 'ada',
    provider: 'acme',
    model: 'house-1',
    prompt: 1000,
    completion: 0,
    cacheRead: 400,
    cacheWrite: 0,
    requests: 2,
    errors: 0,
    reported: undefined,
    computed: undefined,
    partial: false,
    ...changes,
  };
}

/** Tokens of a model without a price, and an emitter that only times requests. */
const UNKNOWN = {
  'tokens without a price': usage({}),
  'requests without tokens': usage({ model: 'timed-1', prompt: 0, cacheRead: 0 }),
} as const;
const KNOWN = usage({ user: 'bob', provider: 'openai', model: 'gpt-4o', computed: 2_000_000n });
const BESIDE = usage({ user: 'bob', model: 'known-1', computed: 1_000_000n });

const DAYS = Array.from({ length: 31 }, (_, index) =>
  new Date(Date.UTC(2026, 1, 12 + index)).toISOString().slice(0, 10),
);
const PERIOD = 'from=2026-03-01&to=2026-03-15';
const anything = z.looseObject({
  data: z.array(z.record(z.string(), z.unknown())).optional(),
  warnings: z.array(z.object({ code: z.string() })).optional(),
});

async function stored(rows: readonly LlmRow[]): Promise<{ database: TestDatabase; api: TestApi }> {
  const database = await createTestDatabase();
  const days = DAYS.map((day) => ({
    day,
    provisional: false,
    fields: new Set(['input', 'output', 'requests'] as const),
    rows,
    idle: [],
  }));
  await withTransaction(database.pool, async (tx) => {
    await storeUsage(tx, { days });
    const server = DAYS.map((day) => ({ day, component: 'droplets', amountUsd: '5.00' }));
    await replaceLedger(tx, 'digitalocean', 'api_usage', DAYS, server);
    await tx.query(
      `INSERT INTO revenue_daily (day, recognised_usd, cash_usd, fees_usd)
       SELECT d::date, 100, 100, 1 FROM generate_series($1::date::timestamp, $2::date::timestamp, '1 day') AS d`,
      [DAYS[0], DAYS.at(-1)],
    );
  });
  // No source is enabled: none is missed, and only what is stored decides.
  return { database, api: await startApi(database.url, { collectors: [] }) };
}

describe.each(Object.entries(UNKNOWN))('a cost that is not known (%s)', (_, unknown) => {
  let only: Awaited<ReturnType<typeof stored>>;
  let mixed: Awaited<ReturnType<typeof stored>>;
  beforeAll(async () => {
    [only, mixed] = [await stored([unknown]), await stored([unknown, KNOWN, BESIDE])];
  });
  afterAll(async () => {
    for (const { api, database } of [only, mixed]) {
      await api.close();
      await database.drop();
    }
  });

  async function read({ api }: { api: TestApi }, path: string) {
    const found = await api.get(`/api/v1${path}`);
    expect(found.status, path).toBe(200);
    return anything.parse(found.json);
  }
  async function csv({ api }: { api: TestApi }, path: string): Promise<Record<string, string>[]> {
    const [header = '', ...lines] = (await api.get(`/api/v1${path}`)).text.trim().split(/\r?\n/);
    const names = header.split(',');
    return lines.map((line) => Object.fromEntries(line.split(',').map((cell, index) => [names[index] ?? '', cell])));
  }

  it.each([
    ['/metrics/summary', ['llmCostUsd', 'netMarginUsd', 'netMarginRatio']],
    ['/metrics/summary-trend', ['llmCostUsd', 'netMarginUsd']],
    [`/metrics/revenue-vs-costs?${PERIOD}`, ['marginUsd']],
    [`/metrics/cost-by-user?${PERIOD}`, ['costUsd']],
    [`/metrics/token-ratios?${PERIOD}`, ['costUsd', 'costPerThousandTokensUsd']],
    [`/metrics/infrastructure-costs?${PERIOD}`, ['llmUsd']],
    [`/metrics/metrics-monthly-summary?from=2026-03-01&to=2026-04-01`, ['costUsd']],
    [`/metrics/metrics-monthly-summary?from=2026-03-01&to=2026-04-01&groupBy=model`, ['costUsd']],
    [`/metrics/margin-by-customer?${PERIOD}`, ['llmCostUsd']],
  ] as const)('%s: null, also in what is made of it, and a warning beside known costs', async (path, fields) => {
    const { data, ...rest } = await read(only, path);
    const rows = data ?? [rest];
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      // The difference between revenue and what users cost has a row of its own, without usage.
      if (row['kind'] === 'unmatched_revenue') continue;
      for (const field of fields) expect(row[field], `${path} ${field}`).toBeNull();
    }
    expect(rest.warnings).toContainEqual(expect.objectContaining({ code: 'unpriced_tokens' }));
    expect((await read(mixed, path)).warnings).toContainEqual(expect.objectContaining({ code: 'unpriced_tokens' }));
  });

  it('the forecast expects nothing of it', async () => {
    const { data = [] } = await read(only, '/metrics/forecast');
    expect(data.filter(({ provider }) => provider === 'llm')).toEqual([]);
    expect((await read(mixed, '/metrics/forecast')).warnings).toContainEqual(
      expect.objectContaining({ code: 'unpriced_tokens' }),
    );
  });

  it('the statement of a month has no margin, and says why', async () => {
    const found = await only.api.get('/api/v1/months/2026-03');
    expect(found.json).toMatchObject({
      live: {
        figures: { llmCostUsd: null, netMarginUsd: null, infrastructureCostUsd: '70.00' },
        warnings: expect.arrayContaining([expect.objectContaining({ code: 'unpriced_tokens' })]),
        models: [expect.objectContaining({ costUsd: null })],
      },
    });
    const page = await only.api.get('/api/v1/months/2026-03.html');
    expect(page.status).toBe(200);
    expect(page.text).toContain('have no known price');
  });

  it('costs.csv leaves the cost empty, and says how much usage it lacks beside known ones', async () => {
    const ofLlm = async (from: typeof only) =>
      (await csv(from, `/export/costs.csv?from=2026-03-10&to=2026-03-11`)).filter(({ provider }) => provider === 'llm');
    const tokens = String(unknown.prompt > 0 ? unknown.prompt : unknown.requests);
    expect(await ofLlm(only)).toMatchObject([{ component: 'acme', costUsd: '', unpricedTokens: tokens }]);
    expect(await ofLlm(mixed)).toMatchObject([
      { component: 'acme', costUsd: '1.00', unpricedTokens: tokens },
      { component: 'openai', costUsd: '2.00', unpricedTokens: '0' },
    ]);
  });

  it('FOCUS has no row for it, and in the row of others the tokens that their cost is of', async () => {
    const ofAcme = async (from: typeof only) =>
      (await csv(from, `/export/focus.csv?from=2026-03-10&to=2026-03-11`)).filter(
        (row) => row['x_component'] === 'acme',
      );
    expect(await ofAcme(only)).toEqual([]);
    const tokens = String(unknown.prompt > 0 ? unknown.prompt : unknown.requests);
    const [row] = await ofAcme(mixed);
    expect(row).toMatchObject({ BilledCost: '1.00', x_unpriced_tokens: tokens });
    if (unknown.prompt > 0) expect(row?.['ConsumedQuantity']).toBe('1000.0');
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type TestApi } from '../../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import type { ProviderServer } from '../../../test/providers/serve.ts';
import {
  accountOf,
  cashCases,
  revenueCases,
  sampleCases,
  transactionOf,
  type RevenueCase,
} from '../../../test/providers/stripe-cases.ts';
import { emptyAccount, serveStripe, type FakeStripeAccount } from '../../../test/providers/stripe.ts';
import { OWN_CASES } from '../../../test/providers/stripe-own-cases.ts';
import { stripeSettings } from '../../../test/providers/stripe-settings.ts';
import { emptyStripeTables } from '../../../test/providers/stripe-tables.ts';
import { createStripeCollector } from './index.ts';

// Each case is read over a socket by the collector, stored by the runner, and asked of the API.
const revenue = sampleCases('revenue.json', revenueCases);
const cash = sampleCases('cash.json', cashCases);
const NOW = '2026-12-15T12:00:00Z';

let database: TestDatabase;
let api: TestApi;
let account: FakeStripeAccount;
let server: ProviderServer;

beforeAll(async () => {
  database = await createTestDatabase();
  account = emptyAccount();
  server = await serveStripe(account);
  const settings = stripeSettings({ STRIPE_API_URL: server.url });
  api = await startApi(database.url, { env: { NOW }, collectors: [createStripeCollector(settings)] });
});
afterAll(async () => {
  await api.close();
  await server.close();
  await database.drop();
});
beforeEach(() => emptyStripeTables(database.pool));

const day = z.object({ day: z.string(), revenueUsd: z.string().nullable() });
const list = z.object({ data: z.array(day), warnings: z.array(z.object({ code: z.string() })) });
const fees = z.object({ paymentFeesUsd: z.string().nullable() });

async function sync(content: FakeStripeAccount): Promise<void> {
  Object.assign(account, content);
  const { status, json } = await api.send('POST', '/api/v1/metrics/sync-all');
  expect(status, JSON.stringify(json)).toBe(200);
  expect(JSON.stringify(json)).toContain('"succeeded"');
}

/** Exact, in millionths; null where no day of the range is known. */
async function figure(fig: 'recognised' | 'cash' | 'fees', from: string, to: string): Promise<number | null> {
  if (fig === 'fees') {
    const answer = fees.parse((await api.get(`/api/v1/metrics/summary?from=${from}&to=${to}`)).json);
    return answer.paymentFeesUsd === null ? null : Number(answer.paymentFeesUsd);
  }
  const { json } = await api.get(`/api/v1/metrics/revenue-vs-costs?from=${from}&to=${to}&revenue=${fig}`);
  const { data } = list.parse(json);
  const known = data.flatMap(({ revenueUsd }) => (revenueUsd === null ? [] : [Number(revenueUsd) * 1e6]));
  return known.length === 0 ? null : Math.round(known.reduce((a, b) => a + b, 0)) / 1e6;
}

async function storeRates(rates: Readonly<Record<string, string>>): Promise<void> {
  for (const [currency, rate] of Object.entries(rates))
    await database.pool.query('INSERT INTO fx_rates (currency, day, usd_rate) VALUES ($1, $2, $3)', [
      currency,
      '2025-01-01',
      rate,
    ]);
}

async function check(one: RevenueCase, rates: Readonly<Record<string, string>>): Promise<void> {
  await storeRates(rates);
  await sync(accountOf(one));
  if (one.step2 !== undefined) await sync(accountOf({ ...one, ...one.step2 }));
  const found = [];
  for (const { fig, from, to } of one.expect) found.push({ fig, from, to, usd: await figure(fig, from, to) });
  for (const [index, { fig, from, to, usd, tol }] of one.expect.entries()) {
    const got = found[index]?.usd ?? null;
    const isRight = usd === null || got === null ? usd === got : Math.abs(got - usd) <= tol;
    expect(isRight, `${fig} [${from}, ${to}) is ${String(got)}, right is ${String(usd)}`).toBe(true);
  }
}

describe.skipIf(revenue === undefined)('revenue: the samples', () => {
  it.each(revenue?.cases ?? [])('$id $what', (one) => check(one, revenue?.fx ?? {}));
});

describe('revenue: our own cases', () => {
  it.each(OWN_CASES.cases)('$id $what', (one) => check(one, OWN_CASES.fx));
});

describe.skipIf(cash === undefined)('cash and fees: the samples', () => {
  it.each(cash?.cases ?? [])('$id $what', async (one) => {
    await storeRates(cash?.fx ?? {});
    await sync({ ...emptyAccount(), transactions: one.txns.map((each) => transactionOf(each, one.day)) });
    const next = new Date(Date.parse(one.day) + 86_400_000).toISOString().slice(0, 10);
    expect(await figure('cash', one.day, next)).toBe(one.cash);
    expect(await figure('fees', one.day, next)).toBe(one.fees);
    if (one.recognised !== undefined) expect(await figure('recognised', one.day, next)).toBe(one.recognised);
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type TestApi } from '../../../../test/api-server.ts';
import { costsOf, dataOf, ENTRY, HISTORY, monthOf, post } from '../../../../test/billing.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { emptyBooks } from '../../../../test/invoices.ts';
import { microsToCents, parseMicros } from '../../../money/micros.ts';
import { writeFixedCosts } from '../../../ledger/fixed-costs.ts';

const FILE = new URL('../../../../../../shared/vectors/cost-allocation.json', import.meta.url);
const vectorSchema = z.array(z.object({ id: z.string(), expected: z.record(z.string(), z.unknown()) }));

let database: TestDatabase;
const open: TestApi[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(() => emptyBooks(database.pool));
afterAll(async () => {
  for (const one of open) await one.close();
  await database.drop();
});

async function at(now: string): Promise<TestApi> {
  const api = await startApi(database.url, { env: { NOW: now } });
  open.push(api);
  return api;
}
const cents = (text: unknown): number => (typeof text === 'string' ? Number(microsToCents(parseMicros(text))) : NaN);

describe.skipIf(!existsSync(FILE))('the worked examples, through the API', () => {
  const vectors = new Map(
    existsSync(FILE)
      ? vectorSchema.parse(JSON.parse(readFileSync(FILE, 'utf8'))).map(({ id, expected }) => [id, expected])
      : [],
  );

  async function days(api: TestApi, from: string, to: string): Promise<number[]> {
    return (await costsOf(api, from, to)).map((row) => cents(row['supabaseUsd']));
  }
  const countsOf = (values: readonly number[]): Record<string, number> =>
    Object.fromEntries([...Map.groupBy(values, String)].map(([value, list]) => [value, list.length]));

  it.each([
    ['C01', '2026-03-01', '2026-04-01', '100.00', 'invoice'],
    ['C02', '2026-02-01', '2026-03-01', '100.00', 'invoice'],
    ['C05', '2026-03-01', '2026-04-01', '-25.00', 'credit'],
    ['C06', '2026-01-15', '2026-02-15', '310.00', 'invoice'],
  ] as const)('%s: every day', async (id, periodStart, periodEnd, amount, kind) => {
    const api = await at('2026-04-05T12:00:00Z');
    expect((await post(api, ENTRY, { provider: 'supabase', periodStart, periodEnd, amount, kind })).status).toBe(201);
    const values = await days(api, periodStart, periodEnd);
    const { counts, total, first7, jan, feb } = vectors.get(id) ?? {};
    expect(countsOf(values)).toEqual(counts);
    const sum = values.reduce((a, b) => a + b, 0);
    expect(sum).toBe(total ?? (kind === 'credit' ? -2500 : 31000));
    if (first7 !== undefined) expect(values.slice(0, 7).reduce((a, b) => a + b, 0)).toBe(first7);
    if (jan !== undefined)
      expect([
        cents(await monthOf(api, '2026-01', 'supabaseUsd')),
        cents(await monthOf(api, '2026-02', 'supabaseUsd')),
      ]).toEqual([jan, feb]);
  });

  it('C27: the odd cent is in the middle', async () => {
    const api = await at('2026-04-05T12:00:00Z');
    await post(api, ENTRY, {
      provider: 'supabase',
      periodStart: '2026-03-01',
      periodEnd: '2026-03-04',
      amount: '1.00',
    });
    const rows = await costsOf(api, '2026-03-01', '2026-03-04');
    expect(Object.fromEntries(rows.map((row) => [String(row['day']), cents(row['supabaseUsd'])]))).toEqual(
      vectors.get('C27'),
    );
  });

  it('C09 and C12: an invoice replaces the fixed price, also one of $0', async () => {
    const api = await at('2026-03-20T12:00:00Z');
    await writeFixedCosts(
      database.pool,
      { SUPABASE_MONTHLY_COST_USD: '600.00', WEAVIATE_MONTHLY_COST_USD: '25.00' },
      '2026-03-20',
    );
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe('600.00');
    await post(api, ENTRY, { billingDate: '2026-03-20', supabaseUsd: '655.25', weaviateUsd: '0' });
    expect(cents(await monthOf(api, '2026-03', 'supabaseUsd'))).toBe(vectors.get('C09')?.['month']);
    expect(cents(await monthOf(api, '2026-03', 'weaviateUsd'))).toBe(vectors.get('C12')?.['march']);
    expect((await costsOf(api, '2026-03-01', '2026-03-02'))[0]).toMatchObject({
      sources: { supabase: 'invoice', weaviate: 'invoice' },
    });
  });

  it('C15: restated and as booked', async () => {
    const april = await at('2026-04-05T12:00:00Z');
    const entered = z.object({ data: z.array(z.object({ id: z.string() })) }).parse(
      (
        await post(april, ENTRY, {
          provider: 'supabase',
          periodStart: '2026-03-01',
          periodEnd: '2026-04-01',
          amount: '100.00',
        })
      ).json,
    );
    const may = await at('2026-05-20T12:00:00Z');
    await post(may, `${HISTORY}/${entered.data[0]?.id}/correction`, { amount: '120.00' });
    const expected = vectors.get('C15') ?? {};
    expect(cents(await monthOf(may, '2026-03', 'supabaseUsd'))).toBe(expected['march_now']);
    expect(cents(await monthOf(may, '2026-03', 'supabaseUsd', '&view=as_booked&asOf=2026-04-30'))).toBe(
      expected['march_as_of_0430'],
    );
    expect(await monthOf(may, '2026-03', 'supabaseUsd', '&asOf=2026-05-20')).toBe('120.00');
    expect(await monthOf(may, '2026-03', 'supabaseUsd', '&view=as_booked&asOf=2026-04-04')).toBeNull();
    expect(await dataOf(may, HISTORY)).toHaveLength(Number(expected['history_rows']));
    expect((await may.get('/api/v1/metrics/infrastructure-costs?view=restated&asOf=2026-04-30')).status).toBe(400);
  });

  it('C19: a stored rate stays', async () => {
    const api = await at('2026-04-05T12:00:00Z');
    await post(api, ENTRY, {
      provider: 'supabase',
      periodStart: '2026-03-01',
      periodEnd: '2026-04-01',
      amount: '100.00',
      currency: 'EUR',
      fxRate: '1.08',
    });
    await database.pool.query("INSERT INTO fx_rates (currency, day, usd_rate) VALUES ('EUR', '2026-03-01', 1.12)");
    expect(cents(await monthOf(api, '2026-03', 'supabaseUsd'))).toBe(vectors.get('C19')?.['after_rate_change']);
  });
});

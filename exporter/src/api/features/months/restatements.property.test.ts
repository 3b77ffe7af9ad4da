import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../../../test/api-server.ts';
import { ENTRY, HISTORY, post, storedRows } from '../../../../test/billing.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { seedFigures, seedSync } from '../../../../test/seed-figures.ts';
import type { MonthFigures } from '../../../contract/months.ts';
import { recomputeRevenue } from '../../../collectors/stripe/store-revenue.ts';
import { addDays, daysOf } from '../../../money/days.ts';
import { micros } from '../../../money/format.ts';
import { sumMicros } from '../../../money/micros.ts';
import { sha256Of } from '../../../months/canonical.ts';
import { monthAnswer, monthChangesAnswer, monthPreview } from './schema.ts';

const MARCH = '/api/v1/months/2026-03';
const ADMIN_MARCH = '/api/v1/admin/months/2026-03';
const FIELDS: readonly (readonly [string, keyof Omit<MonthFigures, 'netMarginRatio'>])[] = [
  ['revenue', 'revenueUsd'],
  ['cash', 'cashUsd'],
  ['billed', 'billedUsd'],
  ['fees', 'paymentFeesUsd'],
  ['llm', 'llmCostUsd'],
  ['infrastructure', 'infrastructureCostUsd'],
  ['mrr', 'mrrUsd'],
];

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  await seedFigures(database.pool);
  await seedSync(database.pool, '2026-04-04', '2026-04-05T00:31:00Z');
  api = await startApi(database.url, { env: { NOW: '2026-04-05T12:00:00Z' } });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

/** One later change of March: what it is about, when, and how much. */
const restatement = fc.record({
  what: fc.constantFrom('invoice', 'correction', 'void', 'usage', 'stripe', 'rate', 'fees', 'source'),
  provider: fc.constantFrom('hetzner', 'weaviate', 'openai', 'digital_ocean', 'twilio'),
  start: fc.integer({ min: -20, max: 30 }),
  length: fc.integer({ min: 1, max: 60 }),
  cents: fc.integer({ min: 1, max: 900_000 }),
  euro: fc.boolean(),
});
type Restatement = typeof restatement extends fc.Arbitrary<infer Value> ? Value : never;

const entered: string[] = [];

async function restate({ what, provider, start, length, cents, euro }: Restatement): Promise<void> {
  const from = addDays('2026-03-01', start);
  const amount = (cents / 100).toFixed(2);
  const { pool } = database;
  switch (what) {
    case 'invoice': {
      const body = { provider, periodStart: from, periodEnd: addDays(from, length), amount, additional: true };
      const answer = await post(api, ENTRY, euro ? { ...body, currency: 'EUR' } : body);
      expect(answer.status, answer.text).toBe(201);
      entered.push(...storedRows(answer).map(({ id }) => id));
      return;
    }
    case 'correction':
    case 'void': {
      const id = entered.pop();
      if (id === undefined) return;
      const body = what === 'void' ? { reason: 'not ours' } : { amount };
      const answer = await post(api, `${HISTORY}/${id}/${what}`, body);
      expect(answer.status, answer.text).toBe(201);
      if (what === 'correction') entered.push(...storedRows(answer).map((row) => row.id));
      return;
    }
    case 'usage':
      await pool.query(
        `UPDATE component_costs SET amount_usd = $1 WHERE source = 'api_usage' AND day = $2::date AND provider = $3`,
        [amount, from, provider],
      );
      return;
    case 'source':
      await pool.query(
        `INSERT INTO component_costs (day, provider, component, source, amount_usd) VALUES ($1, $2, 'all', 'api_invoice', $3)
         ON CONFLICT DO NOTHING`,
        [from, provider, amount],
      );
      return;
    case 'fees':
      await pool.query('UPDATE revenue_daily SET fees_usd = $1 WHERE day = $2::date', [amount, from]);
      return;
    case 'rate':
      await api.send('PUT', '/api/v1/admin/fx-rates', {
        body: JSON.stringify({ currency: 'EUR', day: from, usdRate: (1 + cents / 1_000_000).toFixed(6) }),
      });
      return;
    case 'stripe': {
      const end = addDays(from, length);
      await pool.query(
        `INSERT INTO stripe_revenue_lines (id, invoice_id, kind, customer, status, finalised_on, period_start, period_end,
           amount, currency, fx_rate, amount_usd)
         VALUES ($1, $2, 'invoice_line', 'cus_a', 'paid', $3, $3, $4, $5, 'usd', 1, $5::numeric / 100)`,
        [crypto.randomUUID(), `in_${cents % 7}`, from, end, cents],
      );
      const days = daysOf(from, end).filter((day) => day >= '2026-03-01' && day < '2026-04-01');
      await recomputeRevenue(pool, days, '2026-04-05');
    }
  }
}

it('after any 12 restatements the frozen statement is byte-identical, and the named differences add up to the change', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(restatement, { minLength: 12, maxLength: 12 }), async (restatements) => {
      const preview = monthPreview.parse((await post(api, `${ADMIN_MARCH}/close/preview`, undefined)).json);
      expect((await post(api, `${ADMIN_MARCH}/close`, { sha256: preview.sha256 })).status).toBe(200);
      const frozen = (await api.get(`${MARCH}.json`)).text;
      for (const one of restatements) await restate(one);
      expect((await api.get(`${MARCH}.json`)).text).toBe(frozen);
      expect(sha256Of(frozen)).toBe(preview.sha256);

      const { live } = monthAnswer.parse((await api.get(MARCH)).json);
      const { changes, figures } = monthChangesAnswer.parse((await api.get(`${MARCH}/changes`)).json);
      for (const [figure, field] of FIELDS) {
        const before = micros(preview.statement.figures[field]) ?? 0n;
        const after = micros(live.figures[field]) ?? 0n;
        const named = changes.filter((change) => change.figure === figure);
        expect([figure, sumMicros(named.map(({ differenceUsd }) => micros(differenceUsd) ?? 0n))]).toEqual([
          figure,
          after - before,
        ]);
        expect(figures.find((one) => one.figure === figure)).toMatchObject({
          beforeUsd: preview.statement.figures[field],
          afterUsd: live.figures[field],
        });
      }
      // A restatement of nothing changes nothing, and nothing unnamed changes a figure.
      expect(new Set(changes.map(({ key }) => key)).size).toBe(changes.length);
      expect((await post(api, `${ADMIN_MARCH}/reopen`, { reason: 'next round' })).status).toBe(200);
    }),
    // A failed round leaves the month closed, so that no smaller case can be tried.
    { numRuns: 6, endOnFailure: true },
  );
}, 180_000);

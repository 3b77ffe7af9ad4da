import { expect, it } from 'vitest';
import { z } from 'zod';
import { apiContext, figuresUpTo14March } from '../../test/api-context.ts';
import { API_BASE } from '../contract/datasets.ts';
import { bumpDataVersion } from '../database/data-version.ts';

/** Every user with a customer of its own, and many models: what a list could grow with. */
const MANY = `
  INSERT INTO llm_metrics_history (user_id, day, provider, model, prompt_tokens, completion_tokens, requests, errors,
    cost_usd)
    SELECT 'many-' || i, '2026-03-10', 'openai', 'model-' || i % 400, 100, 10, 1, 0, i FROM generate_series(1, 3000) i;
  INSERT INTO llm_user_day (user_id, day, cost_usd, prompt_tokens, completion_tokens, requests)
    SELECT user_id, day, sum(cost_usd), sum(prompt_tokens), sum(completion_tokens), sum(requests)
      FROM llm_metrics_history WHERE user_id LIKE 'many-%' GROUP BY 1, 2;
  INSERT INTO llm_model_day (day, provider, model, cost_usd, prompt_tokens, completion_tokens, requests)
    SELECT day, provider, model, sum(cost_usd), sum(prompt_tokens), sum(completion_tokens), sum(requests)
      FROM llm_metrics_history WHERE user_id LIKE 'many-%' GROUP BY 1, 2, 3;
  INSERT INTO customer_users (customer, user_id) SELECT 'cus_many_' || i, 'many-' || i FROM generate_series(1, 2000) i;
  INSERT INTO revenue_by_customer (day, customer, recognised_usd) SELECT '2026-03-10', 'cus_many_' || i, 1
    FROM generate_series(1, 3000) i`;

const context = apiContext(async (database) => {
  await figuresUpTo14March(database);
  await database.pool.query(MANY);
  await bumpDataVersion(database.pool);
});

const rows = z
  .record(z.string(), z.unknown())
  .transform((answer) => Object.values(answer).map((value) => (Array.isArray(value) ? value.length : 0)));
const longest = async (path: string): Promise<number> =>
  Math.max(...rows.parse((await context.api.get(API_BASE + path, 'admin')).json));

it('no answer grows with users, customers or models beyond its limit', async () => {
  const reads = context.api.routes.filter(
    ({ doc }) => doc.method === 'get' && !doc.path.includes('{') && !doc.path.endsWith('.csv'),
  );
  expect(reads.length).toBeGreaterThan(18);
  const lengths = new Map<string, number>();
  for (const { doc } of reads) lengths.set(doc.path, await longest(doc.path));
  // Days, limits, and models of which a thousand are named.
  expect(Object.fromEntries([...lengths].filter(([, length]) => length > 103))).toEqual({
    '/metrics/token-ratios': 403,
  });
});

it.each([
  ['/metrics/cost-by-user?limit=1000', 1000],
  // And rows for all other customers, revenue and cost that belong to none.
  ['/metrics/margin-by-customer?limit=1000', 1003],
  ['/admin/customer-users?limit=1000', 1000],
  ['/admin/customer-users/unlinked?limit=1000', 1000],
])('the most that can be asked for at once: %s', async (path, most) => {
  expect(await longest(path)).toBe(most);
});

it('months by model name the most expensive models, and still add up', async () => {
  const list = z.object({
    data: z.array(
      z.object({ provider: z.string().optional(), model: z.string().optional(), promptTokens: z.number().nullable() }),
    ),
  });
  const months = list.parse(
    (await context.api.get(`${API_BASE}/metrics/metrics-monthly-summary?from=2026-03-01&to=2026-04-01`)).json,
  ).data;
  const models = list.parse(
    (await context.api.get(`${API_BASE}/metrics/metrics-monthly-summary?from=2026-03-01&to=2026-04-01&groupBy=model`))
      .json,
  ).data;
  expect(models).toHaveLength(101);
  expect(models.filter(({ provider }) => provider === 'other')).toMatchObject([{ model: 'other' }]);
  expect(models.reduce((sum, { promptTokens }) => sum + (promptTokens ?? 0), 0)).toBe(months[0]?.promptTokens);
});

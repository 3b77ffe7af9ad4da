import { describe, expect, it } from 'vitest';
import { apiContext, figuresUpTo14March } from '../../../../test/api-context.ts';
import { links, manyLinks, rejection, suggestions } from './schema.ts';

const emails = new Map([
  ['user-anna-1234', 'anna@example.com'],
  ['bob-0123456789', 'user-bob-0123'],
  ['carl-987654321', 'carl@example.com'],
]);
const context = apiContext(
  async (database) => {
    await figuresUpTo14March(database);
    await database.pool.query('DELETE FROM customer_users');
    await database.pool.query(
      `INSERT INTO customer_details (customer, name, email, user_refs, read_at) VALUES
      ('cus_a', 'Anna Ltd', 'Anna@Example.com', '{}', now()), ('cus_b', NULL, 'bob@example.com', '{bob-0123456789}', now()),
      ('cus_x', NULL, 'carl@example.com', '{}', now()), ('cus_y', NULL, 'CARL@example.com', '{}', now())`,
    );
  },
  {
    deps: { emails: { emailsOf: () => Promise.resolve(emails), pending: () => false } },
  },
);

const PATH = '/api/v1/admin/customer-users';
const suggested = async () => suggestions.parse((await context.api.get(`${PATH}/suggestions`, 'admin')).json);
const post = async (path: string, body: object) => {
  const answer = await context.api.send('POST', `${PATH}/${path}`, { body: JSON.stringify(body) });
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
};
const linkCount = async () => links.parse((await context.api.get(PATH)).json).data.length;
const PAIRS = [
  { userId: 'user-anna-1234', customer: 'cus_a' },
  { userId: 'bob-0123456789', customer: 'cus_b' },
];

describe('suggested links', () => {
  it('have their reasons and money; several matches are said and not suggested', async () => {
    expect(await suggested()).toEqual({
      ...{ from: '2026-02-14', to: '2026-03-16' },
      data: [
        {
          ...{ userId: 'user-anna-1234', userEmail: 'anna@example.com', customer: 'cus_a', name: 'Anna Ltd' },
          ...{
            email: 'Anna@Example.com',
            reasons: ['email'],
            llmCostUsd: '28.00',
            unpricedTokens: 0,
            revenueUsd: '90.00',
          },
        },
        {
          ...{ userId: 'bob-0123456789', userEmail: null, customer: 'cus_b', name: 'bob@example.com' },
          ...{
            email: 'bob@example.com',
            reasons: ['metadata'],
            llmCostUsd: '14.00',
            unpricedTokens: 0,
            revenueUsd: '45.00',
          },
        },
      ],
      ambiguous: [{ userIds: ['carl-987654321'], customers: ['cus_x', 'cus_y'], reasons: ['email'] }],
      unlinkedRevenueUsd: '150.00',
      unlinkedCostUsd: '42.00',
    });
  });

  it('say what they would change before anything is stored', async () => {
    const preview = manyLinks.parse(await post('links', { links: PAIRS, dryRun: true }));
    expect(preview).toMatchObject({ applied: false, changed: 2 });
    expect(preview.data).toEqual(
      expect.arrayContaining([
        {
          ...{
            kind: 'customer',
            customer: 'cus_a',
            name: 'Anna Ltd',
            revenueBeforeUsd: null,
            revenueAfterUsd: '90.00',
          },
          ...{ llmCostBeforeUsd: null, llmCostAfterUsd: '28.00', marginBeforeUsd: null, marginAfterUsd: '62.00' },
        },
        expect.objectContaining({ kind: 'unmatched_cost', llmCostBeforeUsd: '42.00', llmCostAfterUsd: null }),
      ]),
    );
    expect(await linkCount()).toBe(0);
    expect((await suggested()).data).toHaveLength(2);
  });

  it('that are rejected do not come back; the others are stored from their day on', async () => {
    const [anna, bob] = PAIRS;
    expect(rejection.parse(await post('rejections', { links: [bob] }))).toEqual({ rejected: 1 });
    expect(rejection.parse(await post('rejections', { links: [bob] }))).toEqual({ rejected: 0 });
    expect((await suggested()).data.map(({ userId }) => userId)).toEqual(['user-anna-1234']);
    const stored = manyLinks.parse(await post('links', { links: [{ ...anna, validFrom: '2026-03-08' }] }));
    expect(stored).toMatchObject({ applied: true, changed: 1 });
    expect(links.parse((await context.api.get(PATH)).json).data).toMatchObject([
      { userId: 'user-anna-1234', customer: 'cus_a', name: 'Anna Ltd', validFrom: '2026-03-08', createdBy: null },
    ]);
    expect(manyLinks.parse(await post('links', { links: [{ ...anna, validFrom: '2026-03-08' }] }))).toMatchObject({
      changed: 0,
      data: [],
    });
  });

  it('are stored by administrators, and a user stands in a request once', async () => {
    const refused = await context.api.send('POST', `${PATH}/links`, {
      role: 'viewer',
      body: JSON.stringify({ links: PAIRS }),
    });
    expect(refused.status).toBe(403);
    const twice = await context.api.send('POST', `${PATH}/links`, {
      body: JSON.stringify({ links: [PAIRS[0], PAIRS[0]] }),
    });
    expect([twice.status, twice.text]).toEqual([400, expect.stringContaining('names a user twice')]);
  });
});

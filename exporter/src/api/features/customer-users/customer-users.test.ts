import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../test/api-server.ts';
import { apiContext, figuresUpTo14March } from '../../../../test/api-context.ts';
import { problemSchema } from '../../http/problem.ts';
import { links, storedLinks, unlinked } from './schema.ts';

const context = apiContext(figuresUpTo14March);

const PATH = '/api/v1/admin/customer-users';
const put = (body: object, role?: 'viewer' | 'sync') =>
  context.api.send('PUT', PATH, { body: JSON.stringify(body), role });
const list = async (query = '') => links.parse((await context.api.get(PATH + query)).json);
const periodsOf = (answer: Answer) =>
  storedLinks.parse(answer.json).data.map(({ customer, validFrom, validTo }) => [customer, validFrom, validTo]);

describe('customers and users', () => {
  it('tell what no link connects, as margin-by-customer counts it', async () => {
    const query = '?from=2026-03-01&to=2026-03-15';
    expect(unlinked.parse((await context.api.get(`${PATH}/unlinked${query}`)).json)).toEqual({
      from: '2026-03-01',
      to: '2026-03-15',
      customers: [{ customer: 'cus_b', name: 'cus_b', email: null, revenueUsd: '42.00' }],
      users: [{ userId: 'carl-987654321', costUsd: null, unpricedTokens: 1400 }],
    });
  });

  it('a link moves the margin of its days only', async () => {
    const answer = await put({ customer: 'cus_b', userId: 'user-anna-1234', validFrom: '2026-03-12' });
    expect(answer.status, answer.text).toBe(200);
    expect(periodsOf(answer)).toEqual([
      ['cus_a', '2026-01-01', '2026-03-12'],
      ['cus_b', '2026-03-12', null],
    ]);
    expect(storedLinks.parse(answer.json).data[1]).toMatchObject({
      createdBy: 'test',
      createdAt: '2026-03-15T12:00:00.000Z',
    });
    const margin = await context.api.get('/api/v1/metrics/margin-by-customer?from=2026-03-01&to=2026-03-15');
    expect(margin.json).toMatchObject({
      data: [
        { customer: 'cus_a', revenueUsd: '84.00', llmCostUsd: '29.00' },
        { customer: 'cus_b', revenueUsd: '42.00', llmCostUsd: '6.00' },
        { customer: 'cus_c', llmCostUsd: '7.00' },
        {},
        {},
      ],
      totals: { revenueUsd: '140.00', llmCostUsd: '42.00' },
    });
    expect(await put({ customer: 'cus_b', userId: 'user-anna-1234', validFrom: '2026-03-12' })).toMatchObject({
      json: { changed: false, data: storedLinks.parse(answer.json).data },
    });
  });

  it('is taken away by null, for some days or all', async () => {
    await put({ customer: 'cus_z', userId: 'zoe' });
    expect(
      periodsOf(await put({ customer: null, userId: 'zoe', validFrom: '2026-02-01', validTo: '2026-03-01' })),
    ).toEqual([
      ['cus_z', null, '2026-02-01'],
      ['cus_z', '2026-03-01', null],
    ]);
    expect((await list('?user=zoe&day=2026-02-15')).data).toEqual([]);
    expect((await list('?customer=cus_z&day=2026-03-01')).data).toMatchObject([
      { userId: 'zoe', validFrom: '2026-03-01' },
    ]);
    expect(periodsOf(await put({ customer: null, userId: 'zoe' }))).toEqual([]);
  });

  it('pages through every link, whatever the names', async () => {
    for (const userId of ["o'neil", 'emo😀ji', 'ü']) await put({ customer: 'cus_p', userId });
    const seen: unknown[] = [];
    let query = '?limit=2';
    for (;;) {
      const { data, nextCursor } = await list(query);
      seen.push(...data);
      if (nextCursor === null) break;
      query = `?limit=2&cursor=${nextCursor}`;
    }
    expect(seen).toEqual((await list('?limit=1000')).data);
    expect(seen.length).toBeGreaterThan(5);
  });

  it('of one user, put at the same time, never overlap', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        put({
          customer: `cus_${index}`,
          userId: 'busy',
          validFrom: `2026-03-${String((index % 9) + 1).padStart(2, '0')}`,
        }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const { rows } = await context.database.pool.query(
      `SELECT 1 FROM customer_users a JOIN customer_users b ON a.user_id = b.user_id
        AND (a.customer, a.valid_from) < (b.customer, b.valid_from) WHERE a.user_id = 'busy'
        AND daterange(a.valid_from, a.valid_to) && daterange(b.valid_from, b.valid_to)`,
    );
    expect(rows).toEqual([]);
  });

  it.each([
    [{ customer: 'c' }, 'userId'],
    [{ userId: 'u' }, 'customer'],
    [{ customer: '', userId: 'u' }, 'customer'],
    [{ customer: 'c', userId: ' u' }, 'userId'],
    [{ customer: 'c', userId: 'a\u0000b' }, 'userId'],
    [{ customer: 'c', userId: 'u', validFrom: '2026-02-30' }, 'validFrom'],
    [{ customer: 'c', userId: 'u', validFrom: '2026-03-01', validTo: '2026-03-01' }, 'validTo'],
    [{ customer: 'c', userId: 'u', x: 1 }, 'x'],
  ])('refuses %j', async (body, field) => {
    const answer = await put(body);
    expect(answer.status).toBe(400);
    expect(problemSchema.parse(answer.json).errors?.map((error) => error.field)).toEqual([field]);
  });

  it('are read by viewers, without people, and written by administrators', async () => {
    await put({ customer: 'c-people', userId: 'u-people' });
    const authors = async (role: 'admin' | 'viewer') =>
      links.parse((await context.api.get(PATH, role)).json).data.map(({ createdBy }) => createdBy);
    expect(await authors('admin')).toContain('test');
    expect(new Set(await authors('viewer'))).toEqual(new Set([null]));
    for (const role of ['viewer', 'sync'] as const)
      expect((await put({ customer: 'c', userId: 'u' }, role)).status).toBe(403);
    for (const bad of ['?cursor=abc', '?limit=0', '?day=x', '?from=2026-03-01', '/unlinked?to=1'])
      expect((await context.api.get(PATH + bad)).status).toBe(400);
    const forged = Buffer.from('["a","b","2026-99-99"]').toString('base64url');
    expect((await context.api.get(`${PATH}?cursor=${forged}`)).status).toBe(400);
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { apiContext, figuresUpTo14March } from '../../../../test/api-context.ts';
import { budgetStandingSamples } from '../../../budgets/samples.ts';
import { problemSchema } from '../../http/problem.ts';
import { budgets, standing, storedBudgets } from './schema.ts';

const context = apiContext(figuresUpTo14March);
beforeEach(() => context.database.pool.query('TRUNCATE budgets'));

const PATH = '/api/v1/admin/budgets';
const put = async (body: object) => context.api.send('PUT', PATH, { body: JSON.stringify(body) });
const stored = async (body: object) => {
  const answer = await put(body);
  expect(answer.status, answer.text).toBe(200);
  return storedBudgets.parse(answer.json);
};
const rows = async () => standing.parse((await context.api.get(`${PATH}/standing`)).json).data;
const refused = async (body: object) => {
  const answer = await put(body);
  expect(answer.status).toBe(400);
  return problemSchema.parse(answer.json).errors;
};

describe('budgets with thresholds', () => {
  it('say of each threshold on which day it was passed or will be', async () => {
    // DigitalOcean: 2.00 a day from the 1st to the 14th, 28.00 so far, 62.00 expected.
    await stored({ provider: 'digital_ocean', monthUsd: '40.00', thresholds: [80, 50, 50, 200] });
    expect(await rows()).toEqual([
      {
        ...{ provider: 'digital_ocean', customer: null, userId: null, name: null, monthUsd: '40.00' },
        ...{ spentUsd: '28.00', isAtLeast: false, forecastMonthUsd: '62.00' },
        thresholds: [
          { percent: 50, amountUsd: '20.00', passedOn: '2026-03-11', state: 'passed' },
          { percent: 80, amountUsd: '32.00', passedOn: '2026-03-17', state: 'expected' },
          { percent: 100, amountUsd: '40.00', passedOn: '2026-03-21', state: 'expected' },
          { percent: 200, amountUsd: '80.00', passedOn: null, state: 'within' },
        ],
      },
    ]);
  });

  it('count the LLM cost of a user, and of the users of a customer on the days of their link', async () => {
    await stored({ userId: 'user-anna-1234', monthUsd: '30' });
    await stored({ customer: 'cus_c', monthUsd: '5.00' });
    expect(await rows()).toMatchObject([
      {
        customer: 'cus_c',
        userId: null,
        name: 'cus_c',
        spentUsd: '7.00',
        thresholds: [{ state: 'passed', passedOn: '2026-03-06' }],
      },
      {
        customer: null,
        userId: 'user-anna-1234',
        spentUsd: '28.00',
        thresholds: [{ passedOn: '2026-03-16', state: 'expected' }],
      },
    ]);
  });

  it('never show an unknown cost as a lower sure one', async () => {
    await stored({ userId: 'carl-987654321', monthUsd: '10' });
    await stored({ provider: 'twilio', monthUsd: '10' });
    await stored({ provider: 'all', monthUsd: '10000' });
    const unknown = { thresholds: [{ percent: 100, passedOn: null, state: 'unknown' }] };
    expect(await rows()).toMatchObject([
      { provider: 'all', isAtLeast: true, ...unknown },
      { provider: 'twilio', spentUsd: null, isAtLeast: true, ...unknown },
      { userId: 'carl-987654321', spentUsd: null, isAtLeast: true, ...unknown },
    ]);
    expect((await rows())[0]?.spentUsd).not.toBeNull();
  });

  it('know that a user who used nothing this month spent nothing', async () => {
    await context.database.pool.query(
      `INSERT INTO llm_user_emails (user_id, email, looked_up_at) VALUES ('idle', 'idle@example.com', now())`,
    );
    await stored({ userId: 'idle', monthUsd: '10' });
    expect(await rows()).toMatchObject([{ spentUsd: '0.00', isAtLeast: false, thresholds: [{ state: 'within' }] }]);
  });

  it('refuse names of which nothing is known, and warn of a provider without any cost', async () => {
    expect(await refused({ userId: 'user-ana-1234', monthUsd: '1' })).toEqual([
      { field: 'userId', message: 'nothing is known of user-ana-1234 in the LLM usage: look for a typing mistake' },
    ]);
    expect(await refused({ customer: 'cus_typo', monthUsd: '1' })).toMatchObject([{ field: 'customer' }]);
    expect(await refused({ monthUsd: '1' })).toMatchObject([{ field: 'provider' }]);
    expect(await refused({ provider: 'all', userId: 'x', monthUsd: '1' })).toMatchObject([{ field: 'provider' }]);
    expect(await refused({ provider: 'all', monthUsd: '1', thresholds: [0] })).toMatchObject([
      { field: 'thresholds.0' },
    ]);
    expect((await stored({ provider: 'digital_ozean', monthUsd: '1' })).warnings).toEqual([
      'nothing is known of a provider digital_ozean; the budget waits for its first cost',
    ]);
    expect((await stored({ provider: 'all', monthUsd: '1' })).warnings).toEqual([]);
  });

  it('keep their thresholds where a change names none, and a version for each change', async () => {
    expect((await stored({ provider: 'llm', monthUsd: '10' })).data).toMatchObject([{ thresholds: [100] }]);
    await stored({ provider: 'llm', monthUsd: '10', thresholds: [50] });
    expect((await stored({ provider: 'llm', monthUsd: '20' })).data).toMatchObject([{ thresholds: [50, 100] }]);
    await stored({ provider: 'llm', monthUsd: '20', thresholds: [50, 100] });
    await stored({ provider: 'llm', monthUsd: null });
    await stored({ provider: 'llm', monthUsd: null });
    expect(budgets.parse((await context.api.get(`${PATH}?history=true`)).json).data).toHaveLength(4);
    expect(await rows()).toEqual([]);
  });

  it('are gauges for the budgets in force and no others', async () => {
    await stored({ provider: 'all', monthUsd: '100', thresholds: [50] });
    await stored({ userId: 'carl-987654321', monthUsd: '10' });
    await stored({ provider: 'llm', monthUsd: '10' });
    await stored({ provider: 'llm', monthUsd: null });
    const carl = { scope: 'user', name: 'carl-987654321' };
    const all = { scope: 'all', name: 'all' };
    expect(await budgetStandingSamples(context.database.pool, '2026-03-15')).toEqual([
      { name: 'budget_spent_usd', labels: all, value: expect.any(Number) as unknown },
      { name: 'budget_threshold_usd', labels: { ...all, threshold: '50' }, value: 50 },
      { name: 'budget_threshold_usd', labels: { ...all, threshold: '100' }, value: 100 },
      { name: 'budget_threshold_usd', labels: { ...carl, threshold: '100' }, value: 10 },
    ]);
  });
});

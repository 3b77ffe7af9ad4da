import { describe, expect, it } from 'vitest';
import { apiContext } from '../../../../test/api-context.ts';
import { ENTRY, post } from '../../../../test/billing.ts';
import { loadFxRates, rateOn } from '../../../ledger/fx-rates.ts';
import { problemSchema } from '../../http/problem.ts';
import { rates, storedRate } from './schema.ts';

const context = apiContext();

const PATH = '/api/v1/admin/fx-rates';
const put = (body: object, role?: 'viewer' | 'sync') =>
  context.api.send('PUT', PATH, { body: JSON.stringify(body), role });

describe('exchange rates', () => {
  it('hold from their day until the next; the same twice is stored once', async () => {
    const first = await put({ currency: 'EUR', day: '2026-01-01', usdRate: '1.08' });
    expect(first.status, first.text).toBe(200);
    expect(storedRate.parse(first.json)).toMatchObject({
      data: [
        {
          currency: 'EUR',
          day: '2026-01-01',
          usdRate: '1.08',
          createdBy: 'test',
          createdAt: '2026-03-15T12:00:00.000Z',
        },
      ],
      previousUsdRate: null,
    });
    expect(storedRate.parse((await put({ currency: 'EUR', day: '2026-01-01', usdRate: '1.080' })).json)).toMatchObject({
      data: [{ usdRate: '1.08' }],
      previousUsdRate: '1.08',
    });
    await put({ currency: 'EUR', day: '2026-02-01', usdRate: '1.1' });
    await put({ currency: 'JPY', day: '2026-02-01', usdRate: '0.00670001' });
    const stored = await loadFxRates(context.database.pool, ['EUR', 'JPY']);
    expect([
      rateOn(stored, 'EUR', '2025-12-31'),
      rateOn(stored, 'EUR', '2026-01-31'),
      rateOn(stored, 'JPY', '2026-03-01'),
    ]).toEqual([undefined, '1.08', '0.00670001']);
    const all = rates.parse((await context.api.get(PATH)).json).data;
    expect(all.map(({ currency, day, usdRate }) => [currency, day, usdRate])).toEqual([
      ['EUR', '2026-02-01', '1.1'],
      ['JPY', '2026-02-01', '0.00670001'],
      ['EUR', '2026-01-01', '1.08'],
    ]);
    expect(rates.parse((await context.api.get(`${PATH}?currency=EUR&from=2026-01-15`)).json).data).toEqual(
      all.slice(0, 1),
    );
  });

  it('never restate what is stored, and say so', async () => {
    await put({ currency: 'CHF', day: '2026-03-01', usdRate: '1.10' });
    const invoice = { provider: 'gmbh', periodStart: '2026-03-01', periodEnd: '2026-04-01', currency: 'CHF' };
    expect((await post(context.api, ENTRY, { ...invoice, amount: '100.00' })).status).toBe(201);
    const changed = storedRate.parse((await put({ currency: 'CHF', day: '2026-03-01', usdRate: '2' })).json);
    expect(changed).toMatchObject({ previousUsdRate: '1.1', data: [{ usdRate: '2' }] });
    expect(changed.notice).toContain('keep the rate that they were converted at');
    expect(changed.notice).toContain('until their provider is synchronised next');
    const { rows } = await context.database.pool.query(
      "SELECT fx_rate::text, amount_usd::text FROM manual_billing_adjustments WHERE provider = 'gmbh'",
    );
    expect(rows).toEqual([{ fx_rate: '1.1000000000000000', amount_usd: '110.000000' }]);
  });

  it.each([
    [{ currency: 'eur', day: '2026-01-01', usdRate: '1' }, 'currency'],
    [{ currency: 'ZZZ', day: '2026-01-01', usdRate: '1' }, 'currency'],
    [{ currency: 'USD', day: '2026-01-01', usdRate: '1' }, 'currency'],
    [{ currency: 'EUR', day: '2026-02-29', usdRate: '1' }, 'day'],
    [{ currency: 'EUR', usdRate: '1' }, 'day'],
    [{ currency: 'EUR', day: '2026-01-01', usdRate: '0.00' }, 'usdRate'],
    [{ currency: 'EUR', day: '2026-01-01', usdRate: 1.08 }, 'usdRate'],
    [{ currency: 'EUR', day: '2026-01-01', usdRate: '-1' }, 'usdRate'],
    [{ currency: 'EUR', day: '2026-01-01', usdRate: '1.123456789' }, 'usdRate'],
    [{ currency: 'EUR', day: '2026-01-01', usdRate: '1', rate: '1' }, 'rate'],
  ])('refuses %j', async (body, field) => {
    const answer = await put(body);
    expect(answer.status).toBe(400);
    expect(problemSchema.parse(answer.json).errors?.map((error) => error.field)).toEqual([field]);
  });

  it('are read by viewers, without people, and written by administrators', async () => {
    await put({ currency: 'EUR', day: '2026-01-01', usdRate: '1.1' });
    const authors = async (role: 'admin' | 'viewer') =>
      rates.parse((await context.api.get(PATH, role)).json).data.map(({ createdBy }) => createdBy);
    expect(await authors('admin')).toContain('test');
    expect(new Set(await authors('viewer'))).toEqual(new Set([null]));
    for (const role of ['viewer', 'sync'] as const)
      expect((await put({ currency: 'EUR', day: '2026-01-01', usdRate: '9' }, role)).status).toBe(403);
    for (const bad of ['?currency=euro', '?from=2026-03-01&to=2026-03-01', '?day=2026-03-01'])
      expect((await context.api.get(PATH + bad)).status).toBe(400);
  });
});

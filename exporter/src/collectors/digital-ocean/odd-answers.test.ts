import { describe, expect, it } from 'vitest';
import { account, ledger, run, server, useDigitalOcean } from '../../../test/providers/digital-ocean-runs.ts';

useDigitalOcean();

const points = (...amounts: readonly (readonly [day: string, amount: unknown])[]) => ({
  json: {
    data_points: amounts.map(([start_date, total_amount]) => ({ start_date, total_amount, sku: '1-DO-DROP' })),
    total_items: String(amounts.length),
    total_pages: '1',
    current_page: 1,
  },
});

describe('odd answers cost only themselves', () => {
  it.each([
    [12.45, '12.45'],
    ['12.45', '12.45'],
    [1.25e-4, '0.000125'],
    ['1.245e1', '12.45'],
    [0, '0'],
  ])('an amount of %j is %s USD', async (amount, usd) => {
    server.faultAlways(/insights/, points(['2026-03-14', amount], ['2026-03-15', '0.10']));
    expect((await run()).warnings).toEqual([]);
    expect(await ledger("WHERE day = '2026-03-14' AND component = 'other'")).toEqual([
      `2026-03-14 other api_usage ${usd}`,
    ]);
  });

  it.each([[null], [undefined], ['NaN'], [''], [{}]])(
    'an amount of %j leaves its day to the readings',
    async (amount) => {
      account.balance = { usage: '28.00', at: '2026-03-15T00:20:00Z' };
      server.faultAlways(
        /insights/,
        points(['2026-03-13', '1.00'], ['2026-03-14', '2.00'], ['2026-03-14', amount], ['2026-03-15', '0.10']),
      );
      expect((await run()).warnings).toEqual(['insights_unusable', 'day_not_ready']);
      expect(await ledger("WHERE component IN ('other', 'all') AND day >= '2026-03-13'")).toEqual([
        '2026-03-13 other api_usage 1',
        '2026-03-15 other api_usage 0.1',
      ]);
    },
  );

  it('amounts of balance and invoices as JSON numbers', async () => {
    account.forbidden = /insights/;
    server.faultAlways(/balance/, { json: { month_to_date_usage: 28, generated_at: '2026-03-15T00:20:00Z' } });
    server.faultAlways(/invoices$/, {
      json: { invoices: [{ invoice_uuid: 'i', invoice_period: '2026-02', amount: 33.6 }] },
    });
    server.faultAlways(/invoices\/i\/summary/, {
      json: { billing_period: '2026-02', amount: 33.6, product_charges: { amount: 28 }, taxes: { amount: 5.6 } },
    });
    expect((await run()).warnings).toEqual(['insights_unavailable']);
    expect(await ledger("WHERE day IN ('2026-02-14', '2026-03-14')")).toEqual([
      '2026-02-14 all api_invoice 1',
      '2026-03-14 all api_usage 2',
    ]);
  });

  it.each<[string, object, string | undefined]>([
    ['no tax, and parts that add up', { product_charges: { amount: '33.60' } }, '1.2'],
    ['no tax, and parts that do not', { product_charges: { amount: '28.00' } }, undefined],
    [
      'a tax of null, and parts that do not',
      { product_charges: { amount: '28.00' }, taxes: { amount: null } },
      undefined,
    ],
    ['nothing but its tax', { taxes: { amount: '5.60' }, product_charges: null }, '1'],
    ['a tax, and charges that cannot be read', { taxes: { amount: '5.60' }, product_charges: { amount: {} } }, '1'],
  ])('an invoice with %s: a tax that is not known is not 0', async (_name, parts, daily) => {
    server.faultAlways(/invoices$/, {
      json: { invoices: [{ invoice_uuid: 'i', invoice_period: '2026-02', amount: '33.60' }] },
    });
    server.faultAlways(/invoices\/i\/summary/, { json: { billing_period: '2026-02', amount: '33.60', ...parts } });
    const { warnings } = await run();
    expect(await ledger("WHERE day = '2026-02-14'")).toEqual(
      daily === undefined ? [] : [`2026-02-14 all api_invoice ${daily}`],
    );
    if (daily !== '1.2') expect(warnings).toContain(daily === undefined ? 'part_unavailable' : 'invoice_parts_differ');
  });

  it.each([
    ['without an id', { invoice_uuid: null, invoice_period: '2026-01', amount: '5.00' }, ['2026-02']],
    ['with nothing but an amount', { amount: '5.00' }, ['2026-01', '2026-02']],
    ['without a month', { invoice_uuid: 'odd', invoice_period: null, amount: '5.00' }, ['2026-01', '2026-02']],
  ])('an invoice %s costs only its month', async (_name, odd, months) => {
    account.invoices = ['2026-01', '2026-02'].map((period) => ({
      uuid: period,
      period,
      products: '30.00',
      amount: '30.00',
    }));
    const listed = account.invoices.map(({ uuid, period, amount }) => ({
      invoice_uuid: uuid,
      invoice_period: period,
      amount,
    }));
    server.faultAlways(/invoices$/, { json: { invoices: [...listed, odd] } });
    expect((await run()).warnings).toContain('invoices_unusable');
    const days = await ledger("WHERE source = 'api_invoice'");
    expect([...new Set(days.map((line) => line.slice(0, 7)))]).toEqual(months);
  });
});

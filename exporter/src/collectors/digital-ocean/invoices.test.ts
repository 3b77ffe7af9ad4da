import { describe, expect, it } from 'vitest';
import { DO_TEAM } from '../../../test/providers/digital-ocean.ts';

import { account, database, ledger, run, server, useDigitalOcean } from '../../../test/providers/digital-ocean-runs.ts';

useDigitalOcean();

describe('issued invoices', () => {
  it('count for closed months, without tax and with credits, spread over the days to the cent', async () => {
    account.invoices = [
      {
        uuid: 'feb',
        period: '2026-02',
        products: '100.00',
        overages: '3.45',
        taxes: '20.69',
        credits: '-5.00',
        amount: '119.14',
      },
      { uuid: 'jan', period: '2026-01', products: '31.00', amount: '31.00' },
      { uuid: 'old', period: '2024-01', products: '7.00', amount: '7.00' },
      { uuid: 'mar', period: '2026-03', products: '50.00', amount: '50.00' },
    ];
    const { warnings } = await run();
    expect(warnings).toEqual([]);
    const { rows } = await database.pool.query(`SELECT to_char(day, 'YYYY-MM') AS month, count(*)::int AS days,
        trim_scale(sum(amount_usd))::text AS total, min(component) AS component
      FROM component_costs WHERE source = 'api_invoice' GROUP BY 1 ORDER BY 1`);
    expect(rows).toEqual([
      { month: '2026-01', days: 31, total: '31', component: 'all' },
      { month: '2026-02', days: 28, total: '98.45', component: 'all' },
    ]);
    // A stored month is not asked for again, but for the newest.
    const before = server.requests.length;
    await run();
    expect(
      server.requests
        .slice(before)
        .filter(({ path }) => path.endsWith('/summary'))
        .map(({ path }) => path.split('/')[5]),
    ).toEqual(['feb']);
  });

  it('two invoices of one month add up, and one that does not add up is told', async () => {
    account.invoices = [
      { uuid: 'a', period: '2026-02', products: '10.00', amount: '10.00' },
      { uuid: 'b', period: '2026-02', products: '1.00', amount: '2.00' },
    ];
    expect((await run()).warnings).toEqual(['invoice_parts_differ']);
    const { rows } = await database.pool.query(
      "SELECT trim_scale(sum(amount_usd))::text AS total FROM component_costs WHERE source = 'api_invoice'",
    );
    expect(rows).toEqual([{ total: '12' }]);
  });

  it('outrank the usage of the same days, which is kept', async () => {
    account.points = [
      { day: '2026-02-28', amount: '9.00' },
      { day: '2026-03-01', amount: '2.00' },
    ];
    account.invoices = [{ uuid: 'feb', period: '2026-02', products: '28.00', amount: '28.00' }];
    await run('2026-03-02T00:30:00Z');
    const { rows } = await database.pool.query(
      'SELECT trim_scale(digital_ocean)::text AS cost FROM infrastructure_costs_summary WHERE day >= $1 ORDER BY day',
      ['2026-02-28'],
    );
    expect(rows).toEqual([{ cost: '1' }, { cost: '2' }]);
    expect(await ledger("WHERE day = '2026-02-28' AND component = 'other'")).toEqual(['2026-02-28 other api_usage 9']);
  });

  const totals = async () =>
    (
      await database.pool.query(
        `SELECT component, trim_scale(sum(amount_usd))::text AS usd FROM effective_costs
         WHERE provider = 'digital_ocean' AND day >= '2026-02-01' AND day < '2026-03-01' GROUP BY 1 HAVING sum(amount_usd) <> 0 ORDER BY 1`,
      )
    ).rows;

  it('keep the components and the shape of their month, and sum to the cent', async () => {
    account.points = Array.from({ length: 28 }, (_, index) => ({
      day: `2026-02-${String(index + 1).padStart(2, '0')}`,
      amount: index === 13 ? '8.00' : '1.00',
      sku: index % 2 === 0 ? '1-DO-DROP-0109' : '1-DB-PG-1',
    }));
    account.invoices = [{ uuid: 'feb', period: '2026-02', products: '70.03', amount: '70.03' }];
    await run('2026-03-02T00:30:00Z', {}, 30);
    expect(await totals()).toEqual([
      { component: 'databases', usd: '42.02' },
      { component: 'other', usd: '28.01' },
    ]);
    const { rows } = await database.pool.query(
      `SELECT day::text, trim_scale(digital_ocean)::text AS usd FROM infrastructure_costs_summary
       WHERE day IN ('2026-02-13', '2026-02-14') ORDER BY 1`,
    );
    expect(rows).toEqual([
      { day: '2026-02-13', usd: '2' },
      { day: '2026-02-14', usd: '16.01' },
    ]);
    expect((await run('2026-03-02T00:30:00Z', {}, 30)).rows).toBe(0);
  });

  it('take the shape of their month when its usage comes later, and are read again when the list shows another amount', async () => {
    account.invoices = [{ uuid: 'feb', period: '2026-02', products: '28.00', amount: '28.00' }];
    await run('2026-03-02T00:30:00Z');
    expect(await totals()).toEqual([{ component: 'all', usd: '28' }]);
    account.points = Array.from({ length: 28 }, (_, index) => ({
      day: `2026-02-${String(index + 1).padStart(2, '0')}`,
      amount: '2.00',
    }));
    await run('2026-04-02T00:30:00Z', {}, 62);
    expect(await totals()).toEqual([{ component: 'other', usd: '28' }]);
    account.invoices.push({ uuid: 'credit', period: '2026-02', products: '0.00', credits: '-8.00', amount: '-8.00' });
    await run('2026-04-03T00:30:00Z');
    expect(await totals()).toEqual([{ component: 'other', usd: '20' }]);
  });

  it('of one team do not take the place of the usage of a team group', async () => {
    account.points = [{ day: '2026-02-28', amount: '9.00' }];
    account.invoices = [{ uuid: 'feb', period: '2026-02', products: '28.00', amount: '28.00' }];
    await run('2026-03-02T00:30:00Z');
    await run('2026-03-02T00:30:00Z', { DO_ACCOUNT_URN: `do:teamgroup:${DO_TEAM}` });
    expect(await ledger("WHERE source = 'api_invoice'")).toEqual([]);
    expect(await totals()).toEqual([{ component: 'other', usd: '9' }]);
  });

  it('that cannot be read cost only themselves: the usage counts until then', async () => {
    account.points = [{ day: '2026-02-28', amount: '9.00' }];
    account.invoices = [{ uuid: 'feb', period: '2026-02', products: '28.00', amount: '28.00' }];
    for (const [path, answer] of [
      [/invoices$/, { status: 500, json: {} }],
      [/summary/, { status: 404, json: {} }],
      [/summary/, { json: { billing_period: '2026-01', amount: '1.00', product_charges: { amount: '1.00' } } }],
      [/summary/, { json: { billing_period: '2026-02', product_charges: { amount: '1.00' } } }],
    ] as const) {
      server.fault(path, answer, answer, answer);
      expect((await run('2026-03-02T00:30:00Z')).warnings).toContain('part_unavailable');
      expect(await totals()).toEqual([{ component: 'other', usd: '9' }]);
      server.clear();
    }
  });
});

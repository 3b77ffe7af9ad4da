import { describe, expect, it } from 'vitest';

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
    expect(warnings).toEqual(['day_not_ready']);
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
    expect((await run()).warnings).toEqual(['day_not_ready', 'invoice_parts_differ']);
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
});

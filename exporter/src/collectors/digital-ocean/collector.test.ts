import { beforeEach, describe, expect, it } from 'vitest';
import { loadSpec, specExists, violations } from '../../../test/openapi.ts';
import { DO_TEAM } from '../../../test/providers/digital-ocean.ts';

import {
  account,
  database,
  ledger,
  metrics,
  run,
  server,
  useDigitalOcean,
} from '../../../test/providers/digital-ocean-runs.ts';

const SPEC = 'digitalocean/digitalocean.deref.trimmed.json';

useDigitalOcean();

describe('cost by day from billing insights', () => {
  beforeEach(() => {
    account.points = [
      { day: '2026-03-12', amount: '1.234567891', sku: '1-DO-DROP-0109' },
      { day: '2026-03-12', amount: '0.50', sku: '1-XX-1', group: 'web', description: 'apps-s-1vcpu-1gb' },
      { day: '2026-03-14', amount: '0.81', sku: '1-DB-PG-1', description: 'backend' },
      { day: '2026-03-14', amount: '0.16', sku: 'unheard-of', description: 'Container Registry Basic' },
      { day: '2026-03-14', amount: '-0.06', sku: 'unheard-of', description: 'Spaces (250GB storage)' },
    ];
  });

  it('splits by product, keeps a credit negative, and knows a day between data points as zero', async () => {
    const { warnings, samples } = await run();
    expect(warnings).toEqual([]);
    expect(await ledger('WHERE amount_usd <> 0')).toEqual([
      '2026-03-12 app_platform api_usage 0.5',
      '2026-03-12 other api_usage 1.234568',
      '2026-03-14 databases api_usage 0.81',
      '2026-03-14 registry api_usage 0.16',
      '2026-03-14 spaces api_usage -0.06',
    ]);
    expect(await metrics('2026-03-13')).toMatchObject({ cost: '0', cost_source: 'api_usage', provisional: false });
    expect(await metrics('2026-03-14')).toMatchObject({
      cost: '0.91',
      apps: 3,
      databases: 2,
      registries: 1,
      registry_garbage_collection: null,
      reading: '31.5',
    });
    expect(samples).toEqual([
      { name: 'resources', labels: { provider: 'digital_ocean', component: 'apps' }, value: 3 },
      { name: 'resources', labels: { provider: 'digital_ocean', component: 'databases' }, value: 2 },
      { name: 'resources', labels: { provider: 'digital_ocean', component: 'registries' }, value: 1 },
      { name: 'storage_bytes', labels: { provider: 'digital_ocean' }, value: 5_000_000_000 },
    ]);
    expect(
      server.requests.some(({ path }) =>
        path.includes(`/v2/billing/do:team:${DO_TEAM}/insights/2026-03-12/2026-03-15`),
      ),
    ).toBe(true);
    // The day after the newest data point is not known, and not zero.
    expect(await ledger("WHERE day = '2026-03-15'")).toEqual([]);
  });

  it('row 25: a restated day is changed in place, and a replay writes nothing', async () => {
    expect((await run()).rows).toBeGreaterThan(0);
    expect((await run()).rows).toBe(0);
    account.points[2] = { day: '2026-03-14', amount: '9.81', sku: '1-DB-PG-1', description: 'backend' };
    await run();
    expect(await metrics('2026-03-14')).toMatchObject({ cost: '9.91' });
    expect((await database.pool.query('SELECT 1 FROM do_metrics')).rowCount).toBe(4);
  });

  it('row 10: all of 2,500 points on many pages; of pages that lie, go in circles or fail nothing counts', async () => {
    account.points = Array.from({ length: 2500 }, (_, index) => ({
      day: index % 2 === 0 ? '2026-03-13' : '2026-03-14',
      amount: '0.01',
    }));
    await run();
    expect(await metrics('2026-03-14')).toMatchObject({ cost: '12.5' });
    await database.pool.query('TRUNCATE do_metrics, component_costs');
    const page = { data_points: [], total_items: 5, total_pages: 3, current_page: 1 };
    server.fault(/insights/, { json: page }, { json: page });
    expect((await run()).warnings).toContain('insights_unavailable');
    server.fault(/insights/, { json: { ...page, total_pages: 1 } });
    expect((await run()).warnings).toContain('insights_unavailable');
    server.fault(
      /insights/,
      { json: page },
      { json: { ...page, current_page: 2 } },
      { status: 400, json: { message: 'page 3 fails' } },
    );
    expect((await run()).warnings).toContain('insights_unavailable');
    // The balance is the cost then, without a split by product.
    expect(await ledger("WHERE component <> 'all'")).toEqual([]);
    expect(await ledger("WHERE day = '2026-03-14'")).toEqual(['2026-03-14 all api_usage 2.25']);
  });

  it('asks for at most 31 days at a time', async () => {
    await run('2026-03-15T00:30:00Z', {}, 70);
    const spans = server.requests.flatMap(({ path }) => /insights\/(\S+)\/(\S+)$/.exec(path)?.slice(1) ?? []);
    // The newest days first, so that they come although older ones cannot be read.
    expect(spans).toEqual(['2026-03-07', '2026-03-15', '2026-02-04', '2026-03-06', '2026-01-04', '2026-02-03']);
  });

  it('fills a day that insights do not have yet from two readings, and gives way to them later', async () => {
    account.points = [{ day: '2026-03-13', amount: '2.00' }];
    account.balance = { usage: '28.00', at: '2026-03-14T00:20:00Z' };
    await run('2026-03-14T00:30:00Z');
    account.balance = { usage: '30.25', at: '2026-03-15T00:20:00Z' };
    const { warnings } = await run();
    expect(warnings).toEqual([]);
    expect(await ledger("WHERE day = '2026-03-14'")).toEqual(['2026-03-14 all api_usage 2.25']);
    account.points.push({ day: '2026-03-14', amount: '2.20' });
    await run();
    expect(await ledger("WHERE day = '2026-03-14' AND amount_usd <> 0")).toEqual(['2026-03-14 other api_usage 2.2']);
    expect(await metrics('2026-03-14')).toMatchObject({ cost: '2.2' });
  });

  it('warns, and writes no zero, when the last day is not known by any means', async () => {
    account.points = [];
    account.forbidden = /balance/;
    expect((await run()).warnings).toEqual(['missing_permission', 'day_not_ready']);
    expect(await ledger()).toEqual([]);
  });
});

describe('cost by day without insights', () => {
  beforeEach(() => {
    account.forbidden = /insights/;
  });

  it('C22 by way of the account balance: gaps, a fall without a negative day, a new month', async () => {
    for (const [at, usage] of [
      ['2026-03-01T23:50:00Z', '3.20'],
      ['2026-03-02T23:50:00Z', '6.55'],
      ['2026-03-05T23:50:00Z', '16.40'],
      ['2026-03-06T23:50:00Z', '15.00'],
      ['2026-04-02T00:20:00Z', '1.10'],
    ] as const) {
      account.balance = { usage, at };
      const { warnings } = await run(at);
      expect(warnings).toContain('insights_unavailable');
    }
    expect(await ledger()).toEqual([
      '2026-03-01 all api_usage 3.2',
      '2026-03-02 all api_usage 3.35',
      '2026-03-03 all api_usage 3.28',
      '2026-03-04 all api_usage 3.29',
      '2026-03-05 all api_usage 3.28',
      '2026-04-01 all api_usage 1.1',
    ]);
    expect(await metrics('2026-03-03')).toMatchObject({ cost: '3.28', app_platform_usd: null });
  });

  it('spreads the first reading ever over the month so far, once', async () => {
    account.balance = { usage: '14.00', at: '2026-03-15T00:20:00Z' };
    await run();
    expect((await run()).rows).toBe(0);
    const days = await ledger();
    expect(days).toHaveLength(14);
    expect(days[13]).toBe('2026-03-14 all api_usage 1');
  });

  it('row 4: a token without billing:read fails as auth and names the scope', async () => {
    account.forbidden = /insights|customers/;
    const failed = run();
    await expect(failed).rejects.toMatchObject({ kind: 'auth', reason: 'missing_permission', retryable: false });
    await expect(failed).rejects.toThrow(/billing:read/);
    expect(await ledger()).toEqual([]);
  });

  it('works for a token that may not read its account, and for one with a URN given', async () => {
    account.forbidden = /\/v2\/account$/;
    account.points = [{ day: '2026-03-14', amount: '2.00' }];
    expect((await run()).warnings).toContain('insights_unavailable');
    expect((await run('2026-03-15T00:30:00Z', { DO_ACCOUNT_URN: `do:team:${DO_TEAM}` })).warnings).toEqual([]);
  });
});

describe.skipIf(!specExists(SPEC))('the contract', () => {
  it('allows every request that is sent', async () => {
    account.points = Array.from({ length: 401 }, () => ({ day: '2026-03-14', amount: '0.01' }));
    account.apps = 401;
    account.invoices = [
      { uuid: '22737513-0ea7-4206-8ceb-98a575af7681', period: '2026-02', products: '1.00', amount: '1.00' },
    ];
    await run('2026-03-15T00:30:00Z', { DO_REGISTRY_GC_CHECK: true });
    const spec = loadSpec(SPEC);
    expect(server.requests.length).toBeGreaterThan(10);
    expect(server.requests.flatMap((request) => violations(spec, request))).toEqual([]);
  });
});

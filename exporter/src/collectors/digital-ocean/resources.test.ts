import { describe, expect, it } from 'vitest';
import { DO_DATABASE_PASSWORD } from '../../../test/providers/digital-ocean.ts';

import {
  account,
  database,
  metrics,
  run,
  server,
  useDigitalOcean,
} from '../../../test/providers/digital-ocean-runs.ts';

useDigitalOcean();

describe('resources', () => {
  it('that may not be read are warnings and unknown, not zero', async () => {
    account.forbidden = /apps|databases|registries/;
    account.points = [{ day: '2026-03-14', amount: '2.00' }];
    const { warnings, samples } = await run();
    expect(warnings).toEqual(['missing_permission', 'missing_permission', 'missing_permission']);
    expect(samples).toEqual([]);
    expect(await metrics('2026-03-14')).toMatchObject({ cost: '2', apps: null, databases: null, registries: null });
  });

  it('are counted over all pages, none included; the passwords of databases go nowhere', async () => {
    account.apps = 450;
    account.registries = [];
    const { context } = await run();
    expect(await metrics('2026-03-14')).toMatchObject({ apps: 450, registries: 0, registry_storage_bytes: '0' });
    expect(context.logged()).not.toContain(DO_DATABASE_PASSWORD);
    expect(JSON.stringify((await database.pool.query('SELECT * FROM do_metrics')).rows)).not.toContain(
      DO_DATABASE_PASSWORD,
    );
  });

  it('that fall to nothing are a warning and unknown, and 0 after a week of it', async () => {
    await run('2026-03-15T00:30:00Z');
    account.apps = 0;
    const doubted = await run('2026-03-16T00:30:00Z');
    expect(doubted.warnings).toContain('count_fell_to_zero');
    expect(doubted.samples).not.toContainEqual(
      expect.objectContaining({ labels: expect.objectContaining({ component: 'apps' }) }),
    );
    expect(await metrics('2026-03-16')).toMatchObject({ apps: null, databases: 2 });
    expect((await run('2026-03-22T00:30:00Z')).warnings).toContain('count_fell_to_zero');
    expect((await run('2026-03-23T00:30:00Z')).warnings).not.toContain('count_fell_to_zero');
    expect(await metrics('2026-03-23')).toMatchObject({ apps: 0 });
  });

  it('the garbage collection is looked at only when switched on, and only read', async () => {
    await run();
    expect(server.requests.filter(({ path }) => path.includes('garbage'))).toEqual([]);
    await run('2026-03-15T00:30:00Z', { DO_REGISTRY_GC_CHECK: true });
    expect(await metrics('2026-03-15')).toMatchObject({ registry_garbage_collection: 'none' });
    account.garbageCollection = 'scanning manifests';
    await run('2026-03-15T00:30:00Z', { DO_REGISTRY_GC_CHECK: true });
    expect(await metrics('2026-03-15')).toMatchObject({ registry_garbage_collection: 'scanning manifests' });
    account.garbageCollection = 'a state of tomorrow';
    expect((await run('2026-03-15T00:30:00Z', { DO_REGISTRY_GC_CHECK: true })).warnings).toContain('unknown_state');
    expect(await metrics('2026-03-15')).toMatchObject({ registry_garbage_collection: 'other' });
    expect(new Set(server.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  it('a registry that only grows is told, one that shrank is not', async () => {
    await database.pool.query(
      `INSERT INTO do_metrics (recorded_at, registry_storage_bytes) VALUES ('2026-03-01', 3000000000),
        ('2026-03-08', 4000000000)`,
    );
    expect((await run()).warnings).toContain('registry_growing');
    await database.pool.query(
      `INSERT INTO do_metrics (recorded_at, registry_storage_bytes) VALUES ('2026-03-10', 3500000000)
       ON CONFLICT (recorded_at) DO UPDATE SET registry_storage_bytes = excluded.registry_storage_bytes`,
    );
    expect((await run()).warnings).not.toContain('registry_growing');
  });

  it('buckets are counted where the billing lines name them', async () => {
    account.preview.push(
      { product: 'Spaces', amount: '1', resource: 'b1' },
      { product: 'Spaces', amount: '2', resource: 'b2' },
      { product: 'Spaces Subscription', amount: '5' },
    );
    expect((await run()).samples).toContainEqual({
      name: 'resources',
      labels: { provider: 'digital_ocean', component: 'buckets' },
      value: 2,
    });
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import {
  account,
  database,
  ledger,
  metrics,
  run,
  useDigitalOcean,
} from '../../../test/providers/digital-ocean-runs.ts';

useDigitalOcean();

describe('month-to-date readings at any hour', () => {
  beforeEach(() => {
    account.forbidden = /insights/;
  });

  const provisional = async () =>
    (
      await database.pool.query<{ day: string }>(
        'SELECT DISTINCT day::text FROM component_costs WHERE provisional ORDER BY 1',
      )
    ).rows.map(({ day }) => day);

  it('leave only today provisional, and close yesterday by what came after it', async () => {
    for (const [at, usage] of [
      ['2026-03-01T12:00:00Z', '1.00'],
      ['2026-03-02T12:00:00Z', '3.00'],
      ['2026-03-03T17:00:00Z', '5.42'],
      ['2026-03-04T00:30:00Z', '6.00'],
    ] as const) {
      account.balance = { usage, at };
      await run(at);
      const today = at.slice(0, 10);
      expect((await provisional()).every((day) => day === today)).toBe(true);
    }
    expect(await ledger()).toEqual([
      '2026-03-01 all api_usage 2',
      '2026-03-02 all api_usage 2',
      '2026-03-03 all api_usage 2',
    ]);
  });

  it('a counter that is not reset on the 1st waits', async () => {
    account.balance = { usage: '28.00', at: '2026-03-01T00:00:00Z' };
    account.balance = { usage: '27.00', at: '2026-02-28T00:20:00Z' };
    await run('2026-02-28T00:30:00Z');
    account.balance = { usage: '28.00', at: '2026-03-01T00:20:00Z' };
    const waiting = await run('2026-03-01T00:30:00Z');
    expect(waiting.warnings).toContain('counter_not_reset');
    expect(await ledger("WHERE day >= '2026-03-01'")).toEqual([]);
    account.balance = { usage: '1.50', at: '2026-03-02T00:20:00Z' };
    expect((await run('2026-03-02T00:30:00Z')).warnings).not.toContain('counter_not_reset');
    expect(await ledger("WHERE day >= '2026-03-01'")).toEqual(['2026-03-01 all api_usage 1.5']);
  });

  it('a counter that falls is told, and gives no negative day', async () => {
    for (const [at, usage, told] of [
      ['2026-03-02T00:20:00Z', '2.00', false],
      ['2026-03-03T00:20:00Z', '1.00', true],
      ['2026-03-04T00:20:00Z', '4.00', false],
    ] as const) {
      account.balance = { usage, at };
      expect((await run(at)).warnings.includes('counter_fell')).toBe(told);
    }
    expect(await ledger()).toEqual([
      '2026-03-01 all api_usage 2',
      '2026-03-02 all api_usage 1',
      '2026-03-03 all api_usage 1',
    ]);
  });
});

it('an evening without insights does not take the split of earlier days away', async () => {
  account.points = ['10', '11', '12', '13'].map((day) => ({ day: `2026-03-${day}`, amount: '2.00' }));
  account.balance = { usage: '26.00', at: '2026-03-14T00:20:00Z' };
  await run('2026-03-14T00:30:00Z');
  account.forbidden = /insights/;
  account.balance = { usage: '28.50', at: '2026-03-15T00:20:00Z' };
  await run('2026-03-15T00:30:00Z');
  expect(await metrics('2026-03-13')).toMatchObject({ cost: '2', other_usd: '2.000000' });
  expect(await ledger("WHERE day = '2026-03-14'")).toEqual(['2026-03-14 all api_usage 2.5']);
});

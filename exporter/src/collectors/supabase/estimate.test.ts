import { describe, expect, it } from 'vitest';
import { estimateSupabase, type Account, type EstimateInput } from './estimate.ts';

const base: EstimateInput = { day: '2026-03-14', activeUsers: 10n, atLeast: false, storageBytes: 1000n, account: null };

function addon(type: string, interval: 'monthly' | 'hourly', amount: string): Account['addons'][number] {
  return { type, variant: { id: `${type}_id`, name: type, price: { interval, amount } } };
}

function cents(change: Partial<EstimateInput>): bigint | undefined {
  return estimateSupabase({ ...base, ...change })?.monthlyCents;
}

describe('the Supabase estimate', () => {
  it('is zero inside the free tier and says that it is arithmetic', () => {
    expect(cents({})).toBe(0n);
    expect(cents({ activeUsers: 50_000n, storageBytes: 1n << 30n })).toBe(0n);
    expect(estimateSupabase({ ...base, atLeast: true })?.parts[0]?.basis).toContain(
      'free-tier arithmetic: at least 10 of 50,000',
    );
  });

  it('is at least the Pro plan beyond it', () => {
    expect(cents({ activeUsers: 50_001n })).toBe(2500n);
    expect(cents({ storageBytes: (1n << 30n) + 1n })).toBe(2500n);
    // 100,000 more than included, at 0.00325 USD.
    expect(cents({ activeUsers: 200_000n })).toBe(2500n + 32_500n);
    // 100 GiB more than included, at 0.021 USD.
    expect(cents({ storageBytes: 200n << 30n })).toBe(2500n + 210n);
  });

  it('is not made without the storage size, nor for a plan without a list price', () => {
    expect(estimateSupabase({ ...base, storageBytes: null })).toBeNull();
    expect(estimateSupabase({ ...base, account: { plan: 'enterprise', addons: [] } })).toBeNull();
  });

  it('prices plan, compute, credit and add-ons by the hours of the month', () => {
    const account: Account = {
      plan: 'pro',
      addons: [
        addon('compute_instance', 'hourly', '0.0822'),
        addon('ipv4', 'monthly', '4'),
        addon('pitr', 'monthly', '100'),
      ],
    };
    const march = estimateSupabase({ ...base, account });
    // 25 + 0.0822 × 744 (61.16) + 4 + 100 − 10
    expect(march?.monthlyCents).toBe(18_016n);
    expect(march?.parts.map((part) => [part.component, part.monthlyUsd])).toEqual([
      ['plan', '25.00'],
      ['compute', '61.1568'],
      ['ipv4', '4.00'],
      ['pitr', '100.00'],
      ['compute_credit', '-10.00'],
    ]);
    expect(estimateSupabase({ ...base, day: '2026-02-10', account })?.monthlyCents).toBe(17_424n);
  });

  it('never credits more than the compute costs, and never bills a free plan', () => {
    expect(cents({ account: { plan: 'pro', addons: [addon('compute_instance', 'hourly', '0.01344')] } })).toBe(2500n);
    expect(cents({ account: { plan: 'pro', addons: [] } })).toBe(2500n);
    expect(cents({ activeUsers: 900_000n, account: { plan: 'free', addons: [] } })).toBe(0n);
  });
});

import { describe, expect, it } from 'vitest';
import { rateOn, type FxRate } from './fx-rates.ts';

const rate = (day: string, usdRate: string, source: FxRate['source']): FxRate => ({
  currency: 'EUR',
  day,
  usdRate,
  ...(source === undefined ? {} : { source }),
});

describe('the rate in force', () => {
  // In the order in which they are loaded: by day, then by source.
  const rates = [
    rate('2026-01-01', '1.01', 'stripe'),
    rate('2026-02-01', '1.02', 'operator'),
    rate('2026-02-10', '1.03', 'stripe'),
    rate('2026-03-01', '1.04', 'ecb'),
    rate('2026-03-02', '1.05', 'ecb'),
    rate('2026-03-02', '1.06', 'operator'),
    rate('2026-03-03', '1.07', 'ecb'),
  ];

  it.each<[day: string, expected: string | undefined, why: string]>([
    ['2025-12-31', undefined, 'none yet'],
    ['2026-01-15', '1.01', "Stripe's, where nobody else has one"],
    ['2026-02-20', '1.02', "an operator's before Stripe's, also a newer one"],
    ['2026-03-01', '1.04', 'the newest published day'],
    ['2026-03-02', '1.06', "an operator's first of its day"],
    ['2026-03-09', '1.07', 'the next published day follows it'],
  ])('%s: %s (%s)', (day, expected) => {
    expect(rateOn(rates, 'EUR', day)).toBe(expected);
  });
});

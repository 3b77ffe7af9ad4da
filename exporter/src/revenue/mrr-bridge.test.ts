import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MrrMovementRow } from '../contract/revenue-movements.ts';
import { formatMicros, parseMicros, sumMicros } from '../money/micros.ts';
import { bridgeOf } from './mrr-bridge.ts';

const NOTHING = {
  kind: 'total',
  group: null,
  name: null,
  openingUsd: '0.00',
  newUsd: '0.00',
  expansionUsd: '0.00',
  contractionUsd: '0.00',
  churnUsd: '0.00',
  reactivationUsd: '0.00',
  rateChangeUsd: '0.00',
  correctionUsd: '0.00',
  closingUsd: '0.00',
  netNewUsd: '0.00',
  newCustomers: 0,
  churnedCustomers: 0,
  reactivatedCustomers: 0,
} as const satisfies Omit<MrrMovementRow, 'day'>;
const UNKNOWN = {
  ...NOTHING,
  openingUsd: null,
  newUsd: null,
  expansionUsd: null,
  contractionUsd: null,
  churnUsd: null,
  reactivationUsd: null,
  rateChangeUsd: null,
  correctionUsd: null,
  closingUsd: null,
} as const;

describe('the waterfall of MRR', () => {
  it('stands each step on the one before, and has what moved over days that were not read', () => {
    const bars = bridgeOf([
      { ...NOTHING, day: '2026-10-01', openingUsd: '100.00', newUsd: '49.00', closingUsd: '149.00' },
      { ...UNKNOWN, day: '2026-10-02' },
      {
        ...NOTHING,
        day: '2026-10-03',
        openingUsd: '149.00',
        churnUsd: '-100.00',
        rateChangeUsd: '0.50',
        closingUsd: '49.50',
      },
    ]);
    expect(
      bars.map(({ step, stepUsd, baseUsd, levelUsd, riseUsd, fallUsd }) => [
        step,
        stepUsd,
        baseUsd,
        levelUsd,
        riseUsd,
        fallUsd,
      ]),
    ).toEqual([
      ['opening', '100.00', '0.00', '100.00', '0.00', '0.00'],
      ['new', '49.00', '100.00', '0.00', '49.00', '0.00'],
      ['expansion', '0.00', '149.00', '0.00', '0.00', '0.00'],
      ['reactivation', '0.00', '149.00', '0.00', '0.00', '0.00'],
      ['contraction', '0.00', '149.00', '0.00', '0.00', '0.00'],
      ['churn', '-100.00', '49.00', '0.00', '0.00', '100.00'],
      ['rate_change', '0.50', '49.00', '0.00', '0.50', '0.00'],
      ['correction', '0.00', '49.50', '0.00', '0.00', '0.00'],
      ['closing', '49.50', '0.00', '49.50', '0.00', '0.00'],
    ]);
  });

  it('lets an axis begin where the steps can be seen, and never above what is shown', () => {
    const axis = (openingUsd: string, newUsd: string, closingUsd: string) =>
      bridgeOf([{ ...NOTHING, day: '2026-10-01', openingUsd, newUsd, closingUsd }]).map(({ axisUsd }) => axisUsd);
    expect(new Set(axis('8000.00', '500.00', '8500.00'))).toEqual(new Set(['7500.00']));
    expect(new Set(axis('8000.00', '123.45', '8123.45'))).toEqual(new Set(['7800.00']));
    for (const none of [
      axis('100.00', '400.00', '500.00'),
      axis('100.00', '0.00', '100.00'),
      axis('0.00', '9.00', '9.00'),
    ])
      expect(new Set(none)).toEqual(new Set(['0.00']));
  });

  it('is unknown where no day was read: null, never 0', () => {
    for (const bar of bridgeOf([{ ...UNKNOWN, day: '2026-10-01' }]))
      expect(bar).toMatchObject({ stepUsd: null, baseUsd: null, levelUsd: null, riseUsd: null, fallUsd: null });
    expect(bridgeOf([])).toHaveLength(9);
  });

  const cents = fc.bigInt({ min: -1_000_000n, max: 1_000_000n }).map((amount) => amount * 10_000n);
  it('ends at the closing MRR of the days, to the cent, whatever they were', () => {
    fc.assert(
      fc.property(cents, fc.array(fc.tuple(cents, cents, cents), { minLength: 1 }), (start, moves) => {
        let level = start;
        const days = moves.map(([up, down, rate], index): MrrMovementRow => {
          const opening = level;
          level += up + down + rate;
          return {
            ...NOTHING,
            day: `day ${index}`,
            openingUsd: formatMicros(opening),
            expansionUsd: formatMicros(up),
            contractionUsd: formatMicros(down),
            rateChangeUsd: formatMicros(rate),
            closingUsd: formatMicros(level),
          };
        });
        const bars = bridgeOf(days);
        const amounts = bars.map(({ stepUsd }) => parseMicros(stepUsd ?? ''));
        expect(sumMicros(amounts.slice(0, -1))).toBe(level);
        expect(amounts.at(-1)).toBe(level);
      }),
    );
  });
});

import type { MovementFigures, MrrMovementRow } from '../contract/revenue-movements.ts';
import { BRIDGE_STEPS, type BridgeStep, type MrrBridgeRow } from '../contract/revenue.ts';
import { formatMicros, MICROS_PER_UNIT, parseMicros, sumMicros, type Micros } from '../money/micros.ts';

const COLUMNS = {
  new: 'newUsd',
  expansion: 'expansionUsd',
  reactivation: 'reactivationUsd',
  contraction: 'contractionUsd',
  churn: 'churnUsd',
  rate_change: 'rateChangeUsd',
  correction: 'correctionUsd',
} as const satisfies Partial<Record<BridgeStep, keyof MovementFigures>>;

/**
 * The days of a period as a waterfall. A day that was not read has no movement of its own: the next known one has what
 * moved meanwhile, so that opening + steps = closing, to the cent.
 */
export function bridgeOf(days: readonly MrrMovementRow[]): MrrBridgeRow[] {
  const known = days.filter(({ closingUsd }) => closingUsd !== null);
  const opening = known.find(({ openingUsd }) => openingUsd !== null)?.openingUsd;
  if (opening === undefined || opening === null) return BRIDGE_STEPS.map((step) => ({ step, ...UNKNOWN }));
  let level = parseMicros(opening);
  const bars = BRIDGE_STEPS.map((step): Bar => {
    if (step === 'opening' || step === 'closing') return { step, amount: level, base: 0n, level, rise: 0n, fall: 0n };
    const change = sumMicros(known.flatMap((day) => day[COLUMNS[step]] ?? []).map(parseMicros));
    const before = level;
    level += change;
    return change < 0n
      ? { step, amount: change, base: level, level: 0n, rise: 0n, fall: -change }
      : { step, amount: change, base: before, level: 0n, rise: change, fall: 0n };
  });
  const axisUsd = formatMicros(axisOf(bars));
  return bars.map((bar) => ({
    step: bar.step,
    stepUsd: formatMicros(bar.amount),
    baseUsd: formatMicros(bar.base),
    levelUsd: formatMicros(bar.level),
    riseUsd: formatMicros(bar.rise),
    fallUsd: formatMicros(bar.fall),
    axisUsd,
  }));
}

interface Bar {
  readonly step: BridgeStep;
  readonly amount: Micros;
  readonly base: Micros;
  readonly level: Micros;
  readonly rise: Micros;
  readonly fall: Micros;
}

const UNKNOWN = { stepUsd: null, baseUsd: null, levelUsd: null, riseUsd: null, fallUsd: null, axisUsd: null } as const;

/** Below the lowest level by as much as the levels span, in whole hundreds; 0 where that would be below it. */
function axisOf(bars: readonly Bar[]): Micros {
  const levels = bars.flatMap(({ base, level, rise, fall }) => (level === 0n ? [base, base + rise + fall] : [level]));
  const lowest = levels.reduce((a, b) => (a < b ? a : b), levels[0] ?? 0n);
  const highest = levels.reduce((a, b) => (a > b ? a : b), 0n);
  const hundred = 100n * MICROS_PER_UNIT;
  const start = lowest - (highest - lowest);
  return start > 0n && highest > lowest ? (start / hundred) * hundred : 0n;
}

import type { MovementFigures, MrrMovementRow } from '../contract/revenue-movements.ts';
import { BRIDGE_STEPS, type BridgeStep, type MrrBridgeRow } from '../contract/revenue.ts';
import { formatMicros, parseMicros, sumMicros, type Micros } from '../money/micros.ts';

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
  return BRIDGE_STEPS.map((step) => {
    if (step === 'opening' || step === 'closing')
      return { step, ...barOf({ amount: level, base: 0n, level, rise: 0n, fall: 0n }) };
    const change = sumMicros(known.flatMap((day) => day[COLUMNS[step]] ?? []).map(parseMicros));
    const before = level;
    level += change;
    return change < 0n
      ? { step, ...barOf({ amount: change, base: level, level: 0n, rise: 0n, fall: -change }) }
      : { step, ...barOf({ amount: change, base: before, level: 0n, rise: change, fall: 0n }) };
  });
}

const UNKNOWN = { stepUsd: null, baseUsd: null, levelUsd: null, riseUsd: null, fallUsd: null } as const;

function barOf(
  bar: Readonly<Record<'amount' | 'base' | 'level' | 'rise' | 'fall', Micros>>,
): Omit<MrrBridgeRow, 'step'> {
  return {
    stepUsd: formatMicros(bar.amount),
    baseUsd: formatMicros(bar.base),
    levelUsd: formatMicros(bar.level),
    riseUsd: formatMicros(bar.rise),
    fallUsd: formatMicros(bar.fall),
  };
}

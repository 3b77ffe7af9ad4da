import type { FixedRange, QueryRange } from '../../../exporter/src/contract/query.ts';

type Interpolate = (text: string) => string;

/** A range with its variable written out, for Explore: there, one without a value would be the running month. */
export function filledRange(range: QueryRange, interpolate: Interpolate): QueryRange {
  return range.kind === 'picker'
    ? { ...range, start: filledStart(range.start, interpolate) }
    : filledStart(range, interpolate);
}

const filledStart = (range: FixedRange, interpolate: Interpolate): FixedRange =>
  range.kind === 'month' ? { ...range, month: interpolate(range.month) } : range;

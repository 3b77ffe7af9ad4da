import { ratio } from '../money/format.ts';
import type { Micros } from '../money/micros.ts';

export interface MarginParts {
  readonly revenue: Micros | null;
  readonly llm: Micros | null;
  readonly infrastructure: Micros | null;
  readonly fees: Micros | null;
  /** True where an enabled source has no figures at all: the margin would be too high. */
  readonly unknownCosts: boolean;
}

/**
 * Revenue − LLM − infrastructure − payment fees. Null where a part is not known: a margin without its costs would be
 * invented. A source that is not configured does not count (a team without LLM has no LLM cost), but at least one cost
 * must be known.
 */
export function netMargin({ revenue, llm, infrastructure, fees, unknownCosts }: MarginParts): {
  margin: Micros | null;
  ratio: number | null;
} {
  if (revenue === null || fees === null || unknownCosts || (llm === null && infrastructure === null))
    return { margin: null, ratio: null };
  const margin = revenue - (llm ?? 0n) - (infrastructure ?? 0n) - fees;
  return { margin, ratio: ratio(margin, revenue) };
}

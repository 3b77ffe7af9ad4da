import { ratio } from '../../../money/format.ts';
import type { Micros } from '../../../money/micros.ts';

export interface MarginParts {
  readonly revenue: Micros | null;
  readonly llm: Micros | null;
  readonly infrastructure: Micros | null;
  readonly fees: Micros | null;
  /** An enabled source of which nothing is known: the margin would be too good. */
  readonly unknownCosts: boolean;
}

/**
 * Revenue − LLM − infrastructure − payment fees. Null where a part is not known: a margin without its costs would be
 * invented. A part that nobody has switched on is no part (a team without LLM has no LLM cost), but some cost must be known.
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

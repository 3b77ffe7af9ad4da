import { variationOf, type TokenPrice } from '../../money/llm-price.ts';
import type { Micros } from '../../money/micros.ts';
import { variationWarnings, type Variation, type VariationSums } from '../../llm/pricing/price-variations.ts';
import type { Warning } from '../contract.ts';
import { costOf, type LlmRow } from './data.ts';

/** Adds up which share of the cost is by prices that depend on more than a day's totals tell. */
export interface Variations {
  add(row: LlmRow, price: TokenPrice | undefined): void;
  /** Adds what another table counted. */
  merge(other: Variations): void;
  readonly sums: VariationSums;
  warnings(): Warning[];
}

export function createVariations(): Variations {
  const parts = new Map<Variation, { cost: Micros; readonly models: Set<string> }>();
  const sums = { total: 0n, parts };
  const partOf = (kind: Variation) => {
    const part = parts.get(kind) ?? { cost: 0n, models: new Set<string>() };
    parts.set(kind, part);
    return part;
  };
  return {
    sums,
    add(row, price) {
      const cost = costOf(row);
      if (cost === undefined) return;
      sums.total += cost;
      // What the source reports is what it was charged, whatever it depends on.
      const kind = row.reported === undefined ? variationOf(row, price) : undefined;
      if (kind === undefined) return;
      const part = partOf(kind);
      part.cost += cost;
      part.models.add(`${row.provider}/${row.model}`);
    },
    merge(other) {
      sums.total += other.sums.total;
      for (const [kind, { cost, models }] of other.sums.parts) {
        const part = partOf(kind);
        part.cost += cost;
        for (const model of models) part.models.add(model);
      }
    },
    warnings: () => variationWarnings(sums),
  };
}

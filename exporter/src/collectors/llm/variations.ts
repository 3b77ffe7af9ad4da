import { variationOf, type TokenPrice } from '../../money/llm-price.ts';
import { formatMicros, type Micros } from '../../money/micros.ts';
import type { Warning } from '../contract.ts';
import { costOf, type LlmRow } from './data.ts';

type Variation = NonNullable<ReturnType<typeof variationOf>>;

/** Adds up which share of the cost is by prices that depend on more than a day's totals tell. */
export interface Variations {
  add(row: LlmRow, price: TokenPrice | undefined): void;
  /** Adds what another table counted. */
  merge(other: Variations): void;
  readonly sums: Sums;
  warnings(): Warning[];
}

interface Sums {
  total: Micros;
  readonly parts: ReadonlyMap<Variation, { cost: Micros; readonly models: Set<string> }>;
}

const REASONS: Readonly<Record<Variation, { readonly code: string; readonly why: string }>> = {
  context: {
    code: 'price_by_context',
    why: 'have a higher price for long requests, which totals of a day do not tell apart: the price of short ones counts',
  },
  hour: {
    code: 'price_by_hour',
    why: 'have prices by hour, which totals of a day do not tell apart: the price at noon UTC counts',
  },
};

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
      const kind = row.reported === undefined ? variationOf(row.prompt, price) : undefined;
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
    warnings: () =>
      [...parts].map(([kind, { cost, models }]) => {
        const names = `${[...models].slice(0, 5).join(', ')}${models.size > 5 ? ' …' : ''}`;
        const { code, why } = REASONS[kind];
        return {
          code,
          message: `${shareText(cost, sums.total)} of the cost (${formatMicros(cost)} of ${formatMicros(sums.total)} USD) is of models that ${why} (${names})`,
          count: models.size,
        };
      }),
  };
}

function shareText(part: Micros, total: Micros): string {
  const percent = total === 0n ? 100 : Number((part * 1000n) / total) / 10;
  return percent < 0.1 ? 'less than 0.1 %' : `${percent} %`;
}

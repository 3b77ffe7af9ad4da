import { nameList } from '../name-list.ts';
import type { variationOf } from '../../money/llm-price.ts';
import { formatMicros, type Micros } from '../../money/micros.ts';

export type Variation = NonNullable<ReturnType<typeof variationOf>>;

/** How much of a cost is by prices that depend on more than a day's totals tell, and of which models. */
export interface VariationSums {
  total: Micros;
  readonly parts: ReadonlyMap<Variation, { cost: Micros; readonly models: Set<string> }>;
}

const REASONS: Readonly<Record<Variation, { readonly code: string; readonly why: string }>> = {
  context: {
    code: 'price_by_context',
    why: 'have a higher price for long requests, which totals of a day do not tell apart: the price of short ones counts',
  },
  modality: {
    code: 'price_by_modality',
    why: 'have other prices for sound or pictures, which the source does not count by themselves: the price of text counts',
  },
  hour: {
    code: 'price_by_hour',
    why: 'have prices by hour, which totals of a day do not tell apart: the price at noon UTC counts',
  },
};

/** Which share of the cost that is, in words; `count` is the number of models. */
export function variationWarnings({ total, parts }: VariationSums) {
  return [...parts].map(([kind, { cost, models }]) => {
    const { code, why } = REASONS[kind];
    return {
      code,
      message: `${shareText(cost, total)} of the cost (${formatMicros(cost)} of ${formatMicros(total)} USD) is of models that ${why} (${nameList(models)})`,
      count: models.size,
    };
  });
}

function shareText(part: Micros, total: Micros): string {
  const percent = total === 0n ? 100 : Number((part * 1000n) / total) / 10;
  return percent < 0.1 ? 'less than 0.1 %' : `${percent} %`;
}

/** Prices are micro-USD per million tokens, whole numbers, so that every expected cost is exact. */
export interface DatedPrice {
  /** Index of the first day, counted from the first day of the history; 0 for ever. */
  readonly fromDay: number;
  readonly input: number;
  readonly output: number;
}

export interface Model {
  readonly provider: string;
  readonly model: string;
  /** Oldest first; empty: nobody knows its price. */
  readonly prices: readonly DatedPrice[];
}

const usd = (dollars: number): number => Math.round(dollars * 1_000_000);

/** Twelve models; three of them change their price within the history, one has none. */
export function modelsOf(days: number): Model[] {
  const one = (
    provider: string,
    model: string,
    input: number,
    output: number,
    later?: { share: number; input: number; output: number },
  ): Model => ({
    provider,
    model,
    prices: [
      { fromDay: 0, input: usd(input), output: usd(output) },
      ...(later === undefined
        ? []
        : [{ fromDay: Math.floor(days * later.share), input: usd(later.input), output: usd(later.output) }]),
    ],
  });
  return [
    one('openai', 'bench-large', 2.5, 10, { share: 0.5, input: 2, output: 8 }),
    one('openai', 'bench-small', 0.15, 0.6),
    one('openai', 'bench-nano', 0.05, 0.4),
    one('openai', 'bench-reasoning', 15, 60, { share: 0.6, input: 10, output: 40 }),
    one('anthropic', 'bench-opus', 15, 75),
    one('anthropic', 'bench-sonnet', 3, 15),
    one('anthropic', 'bench-haiku', 0.8, 4, { share: 0.9, input: 1, output: 5 }),
    one('google', 'bench-pro', 1.25, 10),
    one('google', 'bench-flash', 0.3, 2.5),
    one('mistral', 'bench-medium', 0.4, 2),
    one('mistral', 'bench-embed', 0.1, 0),
    { provider: 'homegrown', model: 'bench-unknown', prices: [] },
  ];
}

/** Rounded once, half away from zero; undefined without a price. */
export function costMicros({ prices }: Model, day: number, prompt: number, completion: number): number | undefined {
  const price = prices.findLast(({ fromDay }) => fromDay <= day);
  return price === undefined
    ? undefined
    : Math.floor((prompt * price.input + completion * price.output + 500_000) / 1_000_000);
}

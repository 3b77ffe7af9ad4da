import fc from 'fast-check';
import { expect, it } from 'vitest';
import { costOfTokens } from '../../money/llm-price.ts';
import { createPriceBook } from './price-book.ts';

const name = fc.oneof(
  fc.constantFrom(
    'gpt-4o',
    'gpt-4o-2024-08-06',
    'azure/gpt-4o',
    'claude-sonnet-4',
    '__proto__',
    'constructor',
    '',
    ' ',
    'a\nb',
    '🚀',
    'x'.repeat(500),
  ),
  fc.string(),
);
const provider = fc.oneof(fc.constantFrom('openai', 'anthropic', 'unknown', '__proto__', ''), fc.string());
const amount = fc
  .record({ whole: fc.nat(999_999), cents: fc.nat(999_999) })
  .map(({ whole, cents }) => `${whole}.${String(cents).padStart(6, '0')}`);
const day = fc
  .integer({ min: 0, max: 700 })
  .map((days) => new Date(Date.UTC(2025, 0, 1) + days * 86_400_000).toISOString().slice(0, 10));
const override = fc.record({
  provider,
  model: name,
  validFrom: day,
  validTo: fc.option(day),
  input: amount,
  output: amount,
  cacheRead: fc.option(amount),
  cacheWrite: fc.option(amount),
});
const tokens = fc
  .record({
    prompt: fc.nat(2 ** 31 - 1),
    completion: fc.nat(2 ** 31 - 1),
    cacheRead: fc.nat(1_000),
    cacheWrite: fc.nat(1_000),
  })
  .filter(({ prompt, cacheRead, cacheWrite }) => cacheRead + cacheWrite <= prompt);

it('prices any name without a crash: a cost is bounded by its tokens and prices, and an unknown model has none', () => {
  fc.assert(
    fc.property(fc.array(override, { maxLength: 5 }), provider, name, day, tokens, (overrides, of, model, on, used) => {
      const price = createPriceBook(overrides)(of, model, on);
      const cost = costOfTokens(used, price);
      if (price === undefined) expect(cost).toBeUndefined();
      if (cost === undefined || price?.request !== undefined) return;
      expect(cost).toBeGreaterThanOrEqual(0n);
      // The most expensive token that a price may state costs less than a dollar.
      expect(cost).toBeLessThanOrEqual(BigInt(used.prompt + used.completion) * 1_000_000n);
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 300) },
  );
});

it('a contract price is what was typed, to the digit, and only in its days', () => {
  fc.assert(
    fc.property(amount, amount, (input, output) => {
      const book = createPriceBook([
        {
          provider: 'Acme',
          model: 'M',
          validFrom: '2026-03-01',
          validTo: '2026-04-01',
          input,
          output,
          cacheRead: null,
          cacheWrite: null,
        },
      ]);
      const million = { prompt: 1_000_000, completion: 0, cacheRead: 0, cacheWrite: 0 };
      expect(costOfTokens(million, book('acme', 'm', '2026-03-31'))).toBe(BigInt(input.replace('.', '')));
      expect([
        book('acme', 'm', '2026-02-28'),
        book('acme', 'm', '2026-04-01'),
        book('acme', 'n', '2026-03-31'),
      ]).toEqual([undefined, undefined, undefined]);
    }),
  );
});

it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
  '"%s" is a name like any other, of a provider or before a slash',
  (odd) => {
    const asked = (name: string): unknown[] =>
      [
        [name, 'gpt-4o'],
        ['unknown', `${name}/gpt-4o`],
        ['openai', `${name}/gpt-4o`],
        ['openai', name],
      ].map(([of = '', model = '']) => createPriceBook([])(of, model, '2026-03-01'));
    expect(asked(odd)).toEqual(asked('nobody'));
  },
);

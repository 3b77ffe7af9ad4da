import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { costOfTokens, type TokenCounts, type TokenPrice } from '../../money/llm-price.ts';
import { formatMicros, parseMicros } from '../../money/micros.ts';
import { costSql, PRICE_COLUMNS } from './cost-sql.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const price = fc.option(fc.bigInt({ min: 0n, max: 999_999_999_999_999_999n }), { nil: undefined });
// 0 decides whether a missing price matters; small counts end in halves of a micro-USD.
const count = fc.oneof(fc.constant(0), fc.nat(1_000), fc.nat(2_000_000_000));
const KINDS = PRICE_COLUMNS.map(({ kind }) => kind);
const COUNTS = {
  prompt: 'prompt_tokens',
  completion: 'completion_tokens',
  cacheRead: 'cache_read_tokens',
  cacheWrite: 'cache_write_tokens',
  cacheWrite1h: 'cache_write_1h_tokens',
  audioPrompt: 'audio_prompt_tokens',
  audioCompletion: 'audio_completion_tokens',
  gatewayPrompt: 'gateway_prompt_tokens',
  gatewayCompletion: 'gateway_completion_tokens',
  requests: 'requests',
  errors: 'errors',
} as const;
const rows = fc.array(
  fc.record({
    tokens: fc.record<Required<TokenCounts>>({
      prompt: count,
      completion: count,
      cacheRead: count,
      cacheWrite: count,
      cacheWrite1h: count,
      audioPrompt: count,
      audioCompletion: count,
      gatewayPrompt: count,
      gatewayCompletion: count,
      requests: count,
      errors: count,
    }),
    price: fc.record<TokenPrice>({
      input: price,
      output: price,
      cacheRead: price,
      cacheWrite: price,
      cacheWrite1h: price,
      audioInput: price,
      audioOutput: price,
      request: price,
    }),
  }),
  { minLength: 1, maxLength: 100 },
);

const columns = Object.values(COUNTS);
const prices = PRICE_COLUMNS.map(({ column }) => `p_${column}`);
const COST = `
SELECT ${costSql('u', 'p')}::text AS cost
FROM unnest(${[...columns.map(() => 'bigint[]'), ...prices.map(() => 'numeric[]')]
  .map((type, index) => `$${index + 1}::${type}`)
  .join(', ')})
  WITH ORDINALITY AS i(${[...columns.map((column) => `n_${column}`), ...prices].join(', ')}, position),
  LATERAL (SELECT ${columns.map((column) => `n_${column} AS ${column}`).join(', ')}) u,
  LATERAL (SELECT ${PRICE_COLUMNS.map(({ column }) => `p_${column} AS ${column}`).join(', ')}) p
ORDER BY position`;

test('Postgres and TypeScript give every row the same cost, and know the same rows to have none', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (usage) => {
      const counts: readonly (keyof typeof COUNTS)[] = [
        'prompt',
        'completion',
        'cacheRead',
        'cacheWrite',
        'cacheWrite1h',
        'audioPrompt',
        'audioCompletion',
        'gatewayPrompt',
        'gatewayCompletion',
        'requests',
        'errors',
      ];
      const found = await database.pool.query<{ cost: string | null }>(COST, [
        ...counts.map((name) => usage.map(({ tokens }) => tokens[name])),
        ...KINDS.map((kind) => usage.map((row) => row.price[kind]?.toString() ?? null)),
      ]);
      const exact = found.rows.map(({ cost }) => (cost === null ? undefined : formatMicros(parseMicros(cost))));
      const expected = usage.map((row) => {
        // A model of which no kind has a price is a model without a price.
        const isPriced = Object.values(row.price).some((amount) => amount !== undefined);
        const cost = costOfTokens(row.tokens, isPriced ? row.price : undefined);
        return cost === undefined ? undefined : formatMicros(cost);
      });
      expect(exact).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { costOfTokens, type TokenPrice } from '../../money/llm-price.ts';
import { formatMicros, parseMicros } from '../../money/micros.ts';
import { costSql } from './cost-sql.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const price = fc.option(fc.bigInt({ min: 0n, max: 999_999_999_999_999_999n }), { nil: undefined });
// 0 decides whether a missing price matters; small counts end in halves of a micro-USD.
const count = fc.oneof(fc.constant(0), fc.nat(1_000), fc.nat(2_000_000_000));
const rows = fc.array(
  fc.record({
    tokens: fc.record({ prompt: count, completion: count, cacheRead: count, cacheWrite: count }),
    price: fc.record<TokenPrice>({ input: price, output: price, cacheRead: price, cacheWrite: price }),
  }),
  { minLength: 1, maxLength: 100 },
);

const COST = `
SELECT ${costSql('u', 'p')}::text AS cost
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::numeric[], $6::numeric[], $7::numeric[],
  $8::numeric[])
  WITH ORDINALITY AS i(prompt, completion, cache_read, cache_write, p_input, p_output, p_cache_read, p_cache_write,
    position),
  LATERAL (SELECT prompt AS prompt_tokens, completion AS completion_tokens, cache_read AS cache_read_tokens,
    cache_write AS cache_write_tokens) u,
  LATERAL (SELECT p_input AS input, p_output AS output, p_cache_read AS cache_read, p_cache_write AS cache_write) p
ORDER BY position`;

test('Postgres and TypeScript give every row the same cost, and know the same rows to have none', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (usage) => {
      const of = (kind: keyof TokenPrice) => usage.map((row) => row.price[kind]?.toString() ?? null);
      const found = await database.pool.query<{ cost: string | null }>(COST, [
        usage.map(({ tokens }) => tokens.prompt),
        usage.map(({ tokens }) => tokens.completion),
        usage.map(({ tokens }) => tokens.cacheRead),
        usage.map(({ tokens }) => tokens.cacheWrite),
        of('input'),
        of('output'),
        of('cacheRead'),
        of('cacheWrite'),
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

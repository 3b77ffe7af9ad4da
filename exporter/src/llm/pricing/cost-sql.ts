import type { TokenPrice } from '../../money/llm-price.ts';

/** The kinds of price that `costSql` reads, and their columns. */
export const PRICE_COLUMNS: readonly { readonly kind: keyof TokenPrice; readonly column: string }[] = [
  { kind: 'input', column: 'input' },
  { kind: 'cacheRead', column: 'cache_read' },
  { kind: 'cacheWrite', column: 'cache_write' },
  { kind: 'cacheWrite1h', column: 'cache_write_1h' },
  { kind: 'audioInput', column: 'audio_input' },
  { kind: 'audioOutput', column: 'audio_output' },
  { kind: 'output', column: 'output' },
  { kind: 'request', column: 'request' },
];

/**
 * SQL: the usage of a row without a cost. Tokens that a gateway answered by itself cost nothing; of an answered request
 * without tokens nobody knows how many it took: it counts as one, so that no total takes its cost for 0.
 */
export function unpricedSql(usage: string): string {
  const u = (column: string): string => `${usage}.${column}`;
  return `CASE WHEN ${u('prompt_tokens')} + ${u('completion_tokens')} > 0
    THEN greatest(0, ${u('prompt_tokens')} + ${u('completion_tokens')}
      - ${u('gateway_prompt_tokens')} - ${u('gateway_completion_tokens')})
    ELSE greatest(0, ${u('requests')} - ${u('errors')}) END`;
}

/**
 * SQL: what a row of usage costs in USD, null where a kind of token that was used has no price. `usage` has the counts
 * of `llm_metrics_history`, `price` has the columns of PRICE_COLUMNS per million in units of 1e-12 USD (numeric).
 *
 * The same rule stands in TypeScript as `costOfTokens` (money/llm-price.ts), which a synchronisation uses; re-pricing
 * millions of rows needs it in the database. `cost-sql.property.test.ts` holds the two equal on a real Postgres: change
 * both. round() of numeric rounds half away from zero, as `divideRounded` does.
 */
export function costSql(usage: string, price: string): string {
  const part = (count: string, kind: string): string =>
    `CASE WHEN ${count} = 0 THEN 0 ELSE ${count} * ${price}.${kind} END`;
  const u = (column: string): string => `${usage}.${column}`;
  const input = ['cache_read', 'cache_write', 'audio_prompt', 'gateway_prompt'].map((kind) => u(`${kind}_tokens`));
  const output = ['audio_completion', 'gateway_completion'].map((kind) => u(`${kind}_tokens`));
  const tokens = `(${u('prompt_tokens')} + ${u('completion_tokens')})`;
  const answered = `greatest(0, ${u('requests')} - ${u('errors')})`;
  const isFree = `(${price}.input = 0 AND ${price}.output = 0 AND coalesce(${price}.request, 0) = 0) IS TRUE`;
  return `CASE WHEN ${tokens} = 0 AND ${answered} = 0 AND ${u('errors')} > 0 THEN 0
    WHEN coalesce(${PRICE_COLUMNS.map(({ column }) => `${price}.${column}`).join(', ')}) IS NULL THEN NULL
    WHEN ${tokens} = 0 AND ${answered} > 0 AND NOT (${isFree}) THEN NULL
    WHEN ${tokens} > 0 AND ${answered} = 0 AND ${price}.request > 0 THEN NULL
    ELSE round((
      ${part(`greatest(0, ${u('prompt_tokens')} - ${input.join(' - ')})`, 'input')}
      + ${part(u('cache_read_tokens'), 'cache_read')}
      + ${part(`greatest(0, ${u('cache_write_tokens')} - ${u('cache_write_1h_tokens')})`, 'cache_write')}
      + ${part(u('cache_write_1h_tokens'), 'cache_write_1h')}
      + ${part(u('audio_prompt_tokens'), 'audio_input')}
      + ${part(u('audio_completion_tokens'), 'audio_output')}
      + ${part(`greatest(0, ${u('completion_tokens')} - ${output.join(' - ')})`, 'output')}
      + coalesce(${answered} * ${price}.request, 0)
    ) * 0.000000000000000001, 6) END`;
}

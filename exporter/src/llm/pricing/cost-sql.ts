/**
 * SQL: what a row of usage costs in USD, null where a kind of token that was used has no price. `usage` has the token
 * counts of `llm_metrics_history`, `price` has `input`, `output`, `cache_read` and `cache_write` per million tokens in
 * units of 1e-12 USD (numeric).
 *
 * The same rule stands in TypeScript as `costOfTokens` (money/llm-price.ts), which a synchronisation uses; re-pricing
 * millions of rows needs it in the database. `cost-sql.property.test.ts` holds the two equal on a real Postgres: change
 * both. round() of numeric rounds half away from zero, as `divideRounded` does.
 */
export function costSql(usage: string, price: string): string {
  const part = (count: string, kind: string): string =>
    `CASE WHEN ${count} = 0 THEN 0 ELSE ${count} * ${price}.${kind} END`;
  const cached = `${usage}.cache_read_tokens - ${usage}.cache_write_tokens`;
  return `CASE WHEN coalesce(${price}.input, ${price}.output, ${price}.cache_read,
    ${price}.cache_write) IS NULL THEN NULL
    ELSE round((
      ${part(`greatest(0, ${usage}.prompt_tokens - ${cached})`, 'input')}
      + ${part(`${usage}.cache_read_tokens`, 'cache_read')}
      + ${part(`${usage}.cache_write_tokens`, 'cache_write')}
      + ${part(`${usage}.completion_tokens`, 'output')}
    ) * 0.000000000000000001, 6) END`;
}

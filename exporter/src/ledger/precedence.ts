/**
 * SQL: the query for the rows of a cost ledger that count. Of one day and provider, the component `all` is the whole
 * provider: it takes the place of every component of a worse source, and gives way when the provider itself lists its
 * components in a better one. An invoice of one component replaces that component and nothing else: a person who types
 * in 5.00 for backups does not say that the rest was free. Invoices of one provider add up.
 *
 * The view `effective_costs` (migrations/0025_component_invoices.sql, which has landed and cannot change) is the same
 * query over `component_costs`. precedence.test.ts fails when the view in the database is not this text, and when
 * `cost_source_rank` and the order of `COST_SOURCES` differ: to change the rule, change this text and add a migration
 * that replaces the view.
 *
 * @param ledger a table or common table expression with `day`, `provider`, `component`, `source` and `columns`
 * @param columns what the result has beside those four
 */
export function precedenceSql(ledger: string, columns: string): string {
  return `
WITH ranked AS (
  SELECT c.*,
    cost_source_rank(source) AS rank,
    min(cost_source_rank(source)) FILTER (WHERE component = 'all') OVER (PARTITION BY day, provider) AS rank_all,
    min(cost_source_rank(source)) FILTER (WHERE component <> 'all' AND source <> 'invoice')
      OVER (PARTITION BY day, provider) AS rank_parts,
    min(cost_source_rank(source)) OVER (PARTITION BY day, provider, component) AS rank_component
  FROM ${ledger} c
)
SELECT day, provider, component, source, ${columns}
FROM ranked
WHERE rank = rank_component
  AND CASE
    WHEN component = 'all' THEN rank_parts IS NULL OR rank <= rank_parts
    WHEN rank_all IS NULL THEN true
    WHEN rank = 1 THEN true
    ELSE rank_parts < rank_all
  END`;
}

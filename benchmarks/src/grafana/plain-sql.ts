/**
 * The answers of the Business dashboard as anybody would write them for Grafana's own PostgreSQL data source. Every
 * column has the name of the dataset's field, so that the panels' options hold for both sides.
 */
const DAYS = (days: number): string => `day > current_date - ${days} AND day <= current_date`;
const MONTHS = `day >= date_trunc('month', current_date)::date - interval '5 months'`;
const CLOSED = 'day < current_date';

const CARDS = `WITH r AS (SELECT sum(recognised_usd) AS revenue, sum(fees_usd) AS fees FROM revenue_daily
  WHERE ${MONTHS} AND ${CLOSED}),
c AS (SELECT sum(amount_usd) FILTER (WHERE provider = 'llm') AS llm,
  sum(amount_usd) FILTER (WHERE provider <> 'llm') AS infrastructure,
  sum(amount_usd) FILTER (WHERE source = 'invoice') / nullif(sum(amount_usd), 0) AS coverage FROM effective_costs
  WHERE ${MONTHS} AND ${CLOSED})`;

/** `amount` of the cards' row r (revenue) and c (costs), with what its caption says. */
const card = (amount: string, name: string): string => `${CARDS}
SELECT ${amount} AS "${name}", to_char(current_date - 1, 'YYYY-MM-DD') AS "lastCompleteDay",
  round(100 * coverage) || '%' AS "coverageInvoice" FROM r, c`;

/** For each of 31 days the totals of the 30 days that end with it. */
const trend = (amount: string, name: string): string => `WITH by_day AS (
  SELECT d::date AS day, r.recognised_usd AS revenue, r.fees_usd AS fees, c.llm, c.infrastructure
  FROM generate_series(current_date - interval '60 days', current_date - interval '1 day', '1 day') AS d
  LEFT JOIN revenue_daily r ON r.day = d::date
  LEFT JOIN (SELECT day, sum(amount_usd) FILTER (WHERE provider = 'llm') AS llm,
      sum(amount_usd) FILTER (WHERE provider <> 'llm') AS infrastructure
    FROM effective_costs WHERE ${DAYS(61)} GROUP BY day) c ON c.day = d::date
), windows AS (
  SELECT day, sum(revenue) OVER w AS revenue, sum(fees) OVER w AS fees, sum(llm) OVER w AS llm,
  sum(infrastructure) OVER w AS infrastructure
  FROM by_day WINDOW w AS (ORDER BY day ROWS BETWEEN 29 PRECEDING AND CURRENT ROW)
)
SELECT day, ${amount} AS "${name}" FROM windows WHERE day >= current_date - 31 ORDER BY day`;

const REVENUE_VS_COSTS = `SELECT d::date AS day, r.mrr_usd AS "mrrUsd", c.cost + coalesce(r.fees_usd, 0) AS "costUsd",
  CASE WHEN d::date < current_date THEN r.recognised_usd - c.cost - r.fees_usd END AS "marginUsd"
FROM generate_series(current_date - interval '29 days', current_date, '1 day') AS d
LEFT JOIN revenue_daily r ON r.day = d::date
LEFT JOIN (SELECT day, sum(amount_usd) AS cost FROM effective_costs WHERE ${DAYS(30)} GROUP BY day) c ON c.day = d::date
  ORDER BY d`;

const TOP_USERS = `SELECT coalesce(e.email, u.user_id) AS email, u.cost AS "costUsd", u.user_id AS "userId"
FROM (SELECT user_id, sum(cost_usd) AS cost FROM llm_user_day WHERE ${DAYS(30)} GROUP BY user_id ORDER BY cost DESC,
  user_id LIMIT 20) u
LEFT JOIN llm_user_emails e USING (user_id) ORDER BY u.cost DESC, u.user_id`;

const byModel = (columns: string): string =>
  `SELECT ${columns} FROM llm_model_day WHERE ${DAYS(30)} GROUP BY provider, model
    ORDER BY sum(prompt_tokens) + sum(completion_tokens) DESC`;
const TOKENS = 'sum(prompt_tokens)::bigint AS "promptTokens", sum(completion_tokens)::bigint AS "completionTokens"';
const RATIOS = `model, sum(completion_tokens) / nullif(sum(prompt_tokens), 0) AS "completionRatio",
  nullif(sum(cost_usd), 0) * 1000 / nullif(sum(prompt_tokens) + sum(completion_tokens), 0) AS "costPerThousandTokensUsd"`;

const ERROR_RATES = `SELECT sum(requests)::bigint AS requests, (sum(requests) - sum(errors))::bigint AS successes,
  sum(errors)::bigint AS errors, sum(errors) / nullif(sum(requests), 0) AS "errorRate"
FROM llm_model_day WHERE ${DAYS(30)} AND provider IN (\${llm_provider:sqlstring}) GROUP BY provider ORDER BY provider`;

const COSTS = `SELECT day, llm AS "llmUsd", digital_ocean AS "digitalOceanUsd", weaviate AS "weaviateUsd",
  supabase AS "supabaseUsd", twilio AS "twilioUsd", other AS "otherUsd"
FROM infrastructure_costs_summary WHERE ${DAYS(7)} ORDER BY day`;

const monthly = (
  months: number,
): string => `SELECT date_trunc('month', day) AS month, sum(cost_usd) AS "costUsd" FROM llm_model_day
WHERE day >= date_trunc('month', current_date)::date - interval '${months - 1} months' AND day <= current_date
  GROUP BY 1 ORDER BY 1`;

const LAST_SYNC = 'FROM sync_runs WHERE finished_at IS NOT NULL ORDER BY started_at DESC LIMIT 1';

/** Choices of the dashboard's variable. */
export const LLM_PROVIDERS = 'SELECT DISTINCT provider FROM llm_model_day WHERE day > current_date - 365 ORDER BY 1';

/**
 * The statement of one target, by its dataset and the columns that its panel shows; undefined for one that is not
 * known.
 */
export function plainSql({
  dataset,
  fields,
  range,
}: {
  readonly dataset: string;
  readonly fields: readonly string[];
  readonly range: { readonly kind: string; readonly months?: number | undefined };
}): string | undefined {
  const shows = (field: string): boolean => fields.includes(field);
  switch (dataset) {
    case 'summary':
      if (shows('revenueUsd')) return card('r.revenue', 'revenueUsd');
      if (shows('llmCostUsd')) return card('c.llm', 'llmCostUsd');
      if (shows('infrastructureCostUsd')) return card('c.infrastructure', 'infrastructureCostUsd');
      if (shows('netMarginUsd')) return card('r.revenue - c.llm - c.infrastructure - r.fees', 'netMarginUsd');
      if (shows('lastSyncFinishedAt')) return `SELECT finished_at AS "lastSyncFinishedAt" ${LAST_SYNC}`;
      return shows('lastSyncOutcome') ? `SELECT outcome AS "lastSyncOutcome" ${LAST_SYNC}` : undefined;
    case 'summary-trend':
      if (shows('revenueUsd')) return trend('revenue', 'revenueUsd');
      if (shows('llmCostUsd')) return trend('llm', 'llmCostUsd');
      if (shows('infrastructureCostUsd')) return trend('infrastructure', 'infrastructureCostUsd');
      return shows('netMarginUsd') ? trend('revenue - llm - infrastructure - fees', 'netMarginUsd') : undefined;
    case 'revenue-vs-costs':
      return REVENUE_VS_COSTS;
    case 'cost-by-user':
      return TOP_USERS;
    case 'token-ratios':
      if (shows('completionRatio')) return byModel(RATIOS);
      return byModel(shows('model') ? `model, ${TOKENS}` : TOKENS);
    case 'error-rates':
      return ERROR_RATES;
    case 'infrastructure-costs':
      return COSTS;
    case 'metrics-monthly-summary':
      return monthly(range.months ?? 6);
    default:
      return undefined;
  }
}

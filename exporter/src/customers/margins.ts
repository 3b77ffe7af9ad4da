import { z } from 'zod';
import type { CustomerMarginAnswer, CustomerMarginRow } from '../contract/datasets.ts';
import { sumMicros, type Micros } from '../money/micros.ts';
import type { Queryable } from '../database/queryable.ts';
import { micros, ratio, usageCost, usdText } from '../money/format.ts';
import type { Period } from '../money/days.ts';
import { CUSTOMER_NAME } from './details.ts';
import { OWNED_USAGE } from './owned-usage.ts';

const amount = z.string().nullable().transform(micros);
const known = z.string().transform((text) => micros(text) ?? 0n);
const tokens = z.string().transform(BigInt);

const owner = z.object({ customer: z.string(), name: z.string(), email: z.string().nullable() });
type Owner = z.output<typeof owner>;
const ownFigures = z.object({ users: z.int(), revenue: known, cost: known, unpriced: tokens });
type OwnFigures = z.output<typeof ownFigures>;

const figures = z.object({
  customers: z.array(owner.extend(ownFigures.shape)),
  /** The customers beyond the limit together; null where there are none. */
  others: ownFigures.nullable(),
  revenue: amount,
  llm: amount,
  unpriced: tokens,
  unmatched_users: z.int(),
});
export type CustomerTotals = z.output<typeof figures>;

// $3: how many customers have a row of their own; null: all.
const BY_CUSTOMER = `
WITH ${OWNED_USAGE}, cost AS (
  SELECT customer, sum(cost) AS cost, sum(unpriced) AS unpriced FROM owned GROUP BY customer
), revenue AS (
  SELECT customer, sum(recognised_usd) AS revenue FROM revenue_by_customer
  WHERE day >= $1::date AND day < $2::date GROUP BY customer
), customers AS MATERIALIZED (
  SELECT customer, users, coalesce(revenue, 0) AS revenue, coalesce(cost, 0) AS cost, coalesce(unpriced, 0) AS unpriced,
    row_number() OVER (ORDER BY coalesce(revenue, 0) DESC, customer) AS place
  FROM linked LEFT JOIN revenue USING (customer) LEFT JOIN cost USING (customer)
  WHERE revenue <> 0 OR cost <> 0 OR unpriced <> 0
)
SELECT
  coalesce((SELECT json_agg(json_build_object(
        'customer', customer, 'name', ${CUSTOMER_NAME}, 'email', email, 'users', users,
        'revenue', revenue::text, 'cost', cost::text, 'unpriced', unpriced::text) ORDER BY place)
    FROM customers LEFT JOIN customer_details USING (customer) WHERE $3::int IS NULL OR place <= $3), '[]') AS customers,
  (SELECT CASE WHEN count(*) > 0 THEN json_build_object(
        'users', sum(users), 'revenue', sum(revenue)::text, 'cost', sum(cost)::text, 'unpriced', sum(unpriced)::text) END
    FROM customers WHERE place > $3) AS others,
  (SELECT sum(recognised_usd) FROM revenue_daily WHERE day >= $1::date AND day < $2::date)::text AS revenue,
  coalesce(
    (SELECT sum(amount_usd) FROM effective_costs WHERE provider = 'llm' AND day >= $1::date AND day < $2::date),
    (SELECT sum(cost_usd) FROM llm_model_day WHERE day >= $1::date AND day < $2::date))::text AS llm,
  (SELECT coalesce(sum(unpriced_tokens), 0) FROM llm_model_day
    WHERE day >= $1::date AND day < $2::date)::text AS unpriced,
  (SELECT count(*)::int FROM unowned) AS unmatched_users`;

/** What customers with linked users paid and used, largest revenue first; those beyond `limit` together. */
export async function customerTotals(db: Queryable, period: Period, limit: number | null): Promise<CustomerTotals> {
  const { rows } = await db.query(BY_CUSTOMER, [period.from, period.to, limit]);
  return figures.parse(rows[0]);
}

/**
 * A row a customer, and one of all others. What no link explains has rows of its own, including the difference between
 * an LLM invoice and the metered cost, so that each column adds up to the totals.
 */
export function customerMargins(found: CustomerTotals): Pick<CustomerMarginAnswer, 'data' | 'totals'> {
  const { revenue, customers, others } = found;
  // A rollup says 0 both for free models and where no price is known.
  const llm = found.llm === null ? null : usageCost(found.llm, found.unpriced);
  const row = (
    kind: 'customer' | 'other_customers',
    part: OwnFigures,
    { customer, name, email }: Owner | typeof NOBODY = NOBODY,
  ): CustomerMarginRow => {
    const income = revenue === null ? null : part.revenue;
    const cost = llm === null ? null : usageCost(part.cost, part.unpriced);
    const margin = income === null || cost === null ? null : income - cost;
    return {
      kind,
      customer,
      name,
      email,
      revenueUsd: usdText(income),
      llmCostUsd: usdText(cost),
      marginUsd: usdText(margin),
      marginRatio: ratio(margin, income),
      users: part.users,
      unpricedTokens: Number(part.unpriced),
    };
  };
  const matched = added(others === null ? customers : [...customers, others]);
  return {
    data: [
      ...customers.map((part) => row('customer', part, part)),
      ...(others === null ? [] : [row('other_customers', others)]),
      ...(revenue === null ? [] : [unmatchedRevenue(revenue - matched.revenue)]),
      ...(llm === null && found.unpriced === 0n ? [] : [unmatchedCost(llm, matched, found)]),
    ],
    totals: {
      revenueUsd: usdText(revenue),
      llmCostUsd: usdText(llm),
      marginUsd: usdText(revenue === null || llm === null ? null : revenue - llm),
    },
  };
}

function unmatchedRevenue(revenue: Micros): CustomerMarginRow {
  return { ...UNMATCHED, kind: 'unmatched_revenue', revenueUsd: usdText(revenue), marginUsd: usdText(revenue) };
}

/** What no link explains; unknown where its usage has no price at all. */
function unmatchedCost(llm: Micros | null, matched: OwnFigures, found: CustomerTotals): CustomerMarginRow {
  const unpriced = found.unpriced - matched.unpriced;
  const cost = llm === null ? null : usageCost(llm - matched.cost, unpriced);
  return {
    ...UNMATCHED,
    kind: 'unmatched_cost',
    llmCostUsd: usdText(cost),
    marginUsd: usdText(cost === null ? null : -cost),
    users: found.unmatched_users,
    unpricedTokens: Number(unpriced),
  };
}

const NOBODY = { customer: null, name: null, email: null } as const;
const UNMATCHED = {
  ...NOBODY,
  revenueUsd: null,
  llmCostUsd: null,
  marginUsd: null,
  marginRatio: null,
  users: 0,
  unpricedTokens: 0,
} as const;

function added(parts: readonly OwnFigures[]): OwnFigures {
  return {
    users: parts.reduce((sum, part) => sum + part.users, 0),
    revenue: sumMicros(parts.map((part) => part.revenue)),
    cost: sumMicros(parts.map((part) => part.cost)),
    unpriced: parts.reduce((sum, part) => sum + part.unpriced, 0n),
  };
}

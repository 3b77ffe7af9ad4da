import type { Pool } from 'pg';
import { expect } from 'vitest';
import { unlinkedIn } from '../src/customers/unlinked.ts';
import { customerTotals } from '../src/customers/margins.ts';
import { usersByCost } from '../src/llm/usage/users-by-cost.ts';
import { formatMicros } from '../src/money/micros.ts';

export interface Question {
  readonly from: string;
  readonly to: string;
  readonly limit: number;
  readonly user?: string | undefined;
}

const FIGURES = ['cost_usd', 'prompt_tokens', 'completion_tokens', 'requests', 'errors', 'unpriced_tokens'];
const SUMS = FIGURES.map((figure) => `coalesce(sum(${figure}), 0)::numeric(24,6)::text AS ${figure}`).join(', ');

/** Running totals against raw rows added up to each closed day. */
export async function runningTotalsEqualRaw(pool: Pool): Promise<void> {
  const stored = await pool.query(
    `SELECT day::text, user_id, used_days, ${FIGURES.map((figure) => `${figure}::numeric(24,6)::text`).join(', ')}
     FROM llm_user_cum ORDER BY day, user_id`,
  );
  const raw = await pool.query(
    `SELECT d.day::date::text AS day, user_id, count(DISTINCT h.day)::int AS used_days, ${SUMS}
     FROM llm_metrics_history h JOIN usage_state s ON true
     JOIN generate_series((SELECT min(day) FROM llm_metrics_history)::timestamp, s.closed_through::timestamp,
       '1 day') AS d(day) ON h.day <= d.day::date
     GROUP BY d.day, user_id ORDER BY d.day, user_id`,
  );
  expect(stored.rows).toEqual(raw.rows);
}

/** All pages of the ranking against a sum over the raw rows. */
export async function rankingEqualsRaw(pool: Pool, { from, to, limit, user }: Question): Promise<void> {
  const found: unknown[] = [];
  let next: Awaited<ReturnType<typeof usersByCost>>['next'] | undefined;
  do {
    const page = await usersByCost(
      pool,
      { from, to },
      { user: user === undefined ? undefined : [user] },
      limit,
      next ?? undefined,
    );
    found.push(...page.rows);
    next = page.next;
    expect(page.rows.length).toBe(next === null ? page.rows.length : limit);
  } while (next !== null);
  const { rows } = await pool.query<Record<string, string>>(
    `SELECT user_id, ${SUMS} FROM llm_metrics_history
     WHERE day >= $1 AND day < $2 AND ($3::text IS NULL OR user_id = $3) GROUP BY user_id
     ORDER BY CASE WHEN coalesce(sum(cost_usd), 0) = 0 AND sum(unpriced_tokens) > 0 THEN -1
       ELSE coalesce(sum(cost_usd), 0) END DESC, user_id COLLATE "C"`,
    [from, to, user ?? null],
  );
  expect(found).toEqual(
    rows.map((row) => ({
      userId: row['user_id'],
      costUsd:
        Number(row['cost_usd']) === 0 && Number(row['unpriced_tokens']) > 0
          ? null
          : formatMicros(BigInt((row['cost_usd'] ?? '').replace('.', ''))),
      promptTokens: Number(row['prompt_tokens']),
      completionTokens: Number(row['completion_tokens']),
      ...requestsOf(row),
      unpricedTokens: Number(row['unpriced_tokens']),
    })),
  );
}

/** Something used and no request counted: the requests are unknown. */
function requestsOf(row: Record<string, string>): { requests: number | null; errors: number | null } {
  const [requests, errors] = [Number(row['requests']), Number(row['errors'])];
  const isUsed = ['prompt_tokens', 'completion_tokens', 'cost_usd'].some((name) => Number(row[name]) > 0);
  if (requests > 0 || !isUsed) return { requests, errors };
  return { requests: null, errors: errors > 0 ? errors : null };
}

/** What each customer and each user without one used, against a join of every used day with the link that counts. */
export async function marginsEqualRaw(pool: Pool, { from, to }: Question): Promise<void> {
  const { rows } = await pool.query<{ customer: string | null; user: string; cost: string; unpriced: string }>(
    `SELECT customer, user_id AS "user", (coalesce(sum(cost_usd), 0) * 1000000)::bigint::text AS cost,
       sum(unpriced_tokens)::text AS unpriced
     FROM (
       SELECT h.*, (SELECT customer FROM customer_users l
         WHERE l.user_id = h.user_id AND h.day >= l.valid_from AND (l.valid_to IS NULL OR h.day < l.valid_to)
         ORDER BY l.valid_from DESC, customer LIMIT 1) AS customer
       FROM llm_metrics_history h WHERE day >= $1 AND day < $2) o GROUP BY customer, user_id ORDER BY user_id`,
    [from, to],
  );
  const { rows: linked } = await pool.query<{ customer: string; users: number }>(
    `SELECT customer, count(DISTINCT user_id)::int AS users FROM customer_users
     WHERE valid_from < $2 AND (valid_to IS NULL OR valid_to > $1) GROUP BY customer ORDER BY customer`,
    [from, to],
  );
  const sumOf = (customer: string, figure: 'cost' | 'unpriced'): bigint =>
    rows.filter((row) => row.customer === customer).reduce((sum, row) => sum + BigInt(row[figure]), 0n);
  const expected = linked
    .map(({ customer, users }) => ({
      ...{ customer, name: customer, email: null, users, revenue: 0n },
      cost: sumOf(customer, 'cost'),
      unpriced: sumOf(customer, 'unpriced'),
    }))
    .filter(({ cost, unpriced }) => cost !== 0n || unpriced !== 0n);
  const { customers, others, unmatched_users: unmatched } = await customerTotals(pool, { from, to }, null);
  expect([customers, others]).toEqual([expected, null]);
  const limited = await customerTotals(pool, { from, to }, 1);
  const [first, second] = expected;
  expect(limited.customers).toEqual(first === undefined ? [] : [first]);
  expect(limited.others).toEqual(
    second === undefined ? null : { users: second.users, revenue: 0n, cost: second.cost, unpriced: second.unpriced },
  );
  const nobodys = rows.filter(({ customer }) => customer === null);
  expect(unmatched).toBe(nobodys.length);
  const { users } = await unlinkedIn(pool, { from, to }, 10);
  expect(users.toSorted((a, b) => (a.userId < b.userId ? -1 : 1))).toEqual(
    nobodys
      .map(({ user, cost, unpriced }) => ({
        userId: user,
        costUsd: BigInt(cost) === 0n && BigInt(unpriced) > 0n ? null : formatMicros(BigInt(cost)),
        unpricedTokens: Number(unpriced),
      }))
      .sort((a, b) => (a.userId < b.userId ? -1 : 1)),
  );
}

import { z } from 'zod';
import type { Queryable } from '../database/queryable.ts';

// Levels are never below 0, so amounts of several currencies add up to nothing only where there is nothing.
const GAINED = 'sum((level <> 0)::int - (level - moved <> 0)::int)';

// $1 the first day, $2 the end. Only customers who moved on these days can have come to a plan, or have left it.
const STORE = `
INSERT INTO mrr_plan_customers (day, plan, gained)
SELECT day, plan, ${GAINED} FROM (
  SELECT m.day, m.plan, sum(m.amount) AS moved,
    sum(sum(m.amount)) OVER (PARTITION BY m.plan, m.customer ORDER BY m.day) AS level
  FROM (SELECT DISTINCT customer, plan FROM mrr_movements WHERE day >= $1::date AND day < $2::date) c
  JOIN mrr_movements m USING (customer, plan) WHERE m.day < $2::date GROUP BY m.day, m.plan, m.customer
) l WHERE day >= $1::date GROUP BY day, plan HAVING ${GAINED} <> 0`;

/**
 * Brings the customers that plans gained on the days of [from, to) in line with the movements. Days after them keep
 * theirs, since a recorded day does not change the level of any later day than the next known one.
 */
export async function refreshPlanCustomers(tx: Queryable, from: string, to: string): Promise<void> {
  await tx.query('DELETE FROM mrr_plan_customers WHERE day >= $1::date AND day < $2::date', [from, to]);
  await tx.query(STORE, [from, to]);
}

const planRow = z.object({ plan: z.string(), customers: z.int() });

/** Customers by plan at the end of a day; a plan without any has no entry. */
export async function customersByPlan(db: Queryable, day: string): Promise<ReadonlyMap<string, number>> {
  const { rows } = await db.query(
    `SELECT plan, sum(gained)::int AS customers FROM mrr_plan_customers WHERE day <= $1::date
     GROUP BY plan HAVING sum(gained) <> 0`,
    [day],
  );
  return new Map(
    z
      .array(planRow)
      .parse(rows)
      .map(({ plan, customers }) => [plan, customers]),
  );
}

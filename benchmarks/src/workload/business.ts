import type { Queryable } from '../../../exporter/src/database/queryable.ts';
import { addDays } from '../../../exporter/src/money/days.ts';
import { updateLlmLedger } from '../../../exporter/src/llm/rollups/ledger.ts';
import { daysOf } from '../../../exporter/src/money/days.ts';
import { seedSync } from '../../../exporter/test/seed-figures.ts';

/**
 * 24 months of the other providers, revenue and links, so that every panel has both sides; and a finished
 * synchronisation.
 */
export async function storeBusiness(
  db: Queryable,
  { firstDay, lastDay, finishedAt }: { firstDay: string; lastDay: string; finishedAt: string },
): Promise<void> {
  const start = addDays(lastDay, -729);
  await db.query(
    `INSERT INTO component_costs (day, provider, component, source, amount_usd, amount_native)
     SELECT d::date, provider, component, source, amount, amount
     FROM generate_series($1::date::timestamp, $2::date::timestamp, '1 day') d, (VALUES
       ('digital_ocean', 'app_platform', 'api_usage', 4.25), ('digital_ocean', 'databases', 'api_usage', 2.5),
       ('digital_ocean', 'spaces', 'api_usage', 0.2),
       ('twilio', 'all', 'api_usage', 1.1), ('supabase', 'all', 'estimate', 0.9), ('supabase', 'all', 'invoice', 0.82),
       ('weaviate', 'all', 'estimate', 1.6), ('weaviate', 'all', 'fixed', 1.5)
     ) AS c(provider, component, source, amount)`,
    [start, lastDay],
  );
  await db.query(
    `INSERT INTO revenue_daily (day, mrr_usd, recognised_usd, billed_usd, cash_usd, fees_usd)
     SELECT d::date, 12000, 400, 380, 370, 11.5
     FROM generate_series($1::date::timestamp, $2::date::timestamp, '1 day') d`,
    [start, lastDay],
  );
  await db.query(
    `INSERT INTO customer_users (customer, user_id, valid_from)
     SELECT 'cus_' || (row_number() OVER (ORDER BY user_id)) % 500, user_id, $1::date
     FROM (SELECT DISTINCT user_id FROM llm_user_month) u`,
    [start],
  );
  await db.query(
    `INSERT INTO revenue_by_customer (day, customer, recognised_usd)
     SELECT d::date, customer, 0.75 FROM generate_series($1::date::timestamp, $2::date::timestamp, '1 day') d,
     (SELECT DISTINCT customer FROM customer_users) c`,
    [addDays(lastDay, -59), lastDay],
  );
  await updateLlmLedger(db, daysOf(firstDay, addDays(lastDay, 1)), '9999-12-31');
  await seedSync(db, lastDay, finishedAt);
}

import { z } from 'zod';
import type { Sample } from '../collectors/contract.ts';
import { COST_SOURCES } from '../contract/providers.ts';
import { addMonths, monthStart, nextMonthStart } from '../money/days.ts';
import { microsToNumber, parseMicros } from '../money/micros.ts';
import type { Queryable } from '../database/queryable.ts';
import { tokensByComponent } from '../llm/usage/tokens-by-component.ts';
import { costSamples } from './cost-samples.ts';
import { unpricedSamples } from './unpriced-samples.ts';

const costRow = z.object({
  day: z.string(),
  provider: z.string(),
  component: z.string(),
  source: z.enum(COST_SOURCES),
  amount_usd: z.string().transform(parseMicros),
  provisional: z.boolean(),
  as_of: z.number().nullable(),
});

const COSTS = `
SELECT day::text AS day, provider, component, source, amount_usd::text AS amount_usd, provisional,
  extract(epoch FROM as_of)::float8 AS as_of
FROM effective_costs WHERE day >= $1::date AND day < $2::date AND amount_usd IS NOT NULL`;

/** Gauges that are read from the ledger: costs of the previous and the running month, forecast and run rate. */
export async function ledgerSamples(db: Queryable, today: string): Promise<Sample[]> {
  // The trailing week of day 1 reaches into the month before, which is read whole anyway.
  const { rows } = await db.query(COSTS, [addMonths(today, -1), nextMonthStart(today)]);
  const costs = z
    .array(costRow)
    .parse(rows)
    .map(({ amount_usd: amount, as_of: asOf, ...row }) => ({ ...row, amount, asOf }));
  const tokens = await tokensByComponent(db, { from: monthStart(today), to: nextMonthStart(today) });
  return [...costSamples(costs, today), ...unpricedSamples(tokens, costs)];
}

const budgetRow = z.object({ provider: z.string(), month_usd: z.string() });

const BUDGETS = `
SELECT provider, month_usd::text AS month_usd FROM (
  SELECT DISTINCT ON (provider) provider, month_usd FROM budgets WHERE provider IS NOT NULL ORDER BY provider, id DESC
) newest WHERE month_usd IS NOT NULL`;

export async function budgetSamples(db: Queryable): Promise<Sample[]> {
  const { rows } = await db.query(BUDGETS);
  return z
    .array(budgetRow)
    .parse(rows)
    .map(({ provider, month_usd: budget }) => ({
      name: 'budget_month_usd',
      labels: { provider },
      value: microsToNumber(parseMicros(budget)),
    }));
}

const stored = z.object({
  samples: z.array(z.object({ name: z.string(), labels: z.record(z.string(), z.string()), value: z.number() })),
});

/** What the collectors measured on their last success, as it was stored with the data. */
export async function storedSamples(db: Queryable): Promise<Sample[]> {
  const { rows } = await db.query('SELECT samples FROM collector_samples ORDER BY collector');
  return z
    .array(stored)
    .parse(rows)
    .flatMap((row) => row.samples);
}

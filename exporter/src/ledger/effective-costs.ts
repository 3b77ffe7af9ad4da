import { z } from 'zod';
import { COST_SOURCES } from '../contract/providers.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Period } from '../money/days.ts';
import { parseMicros } from '../money/micros.ts';

const amount = z
  .string()
  .nullable()
  .transform((text) => (text === null ? null : parseMicros(text)));
const costRow = z.object({
  day: z.string(),
  provider: z.string(),
  component: z.string(),
  source: z.enum(COST_SOURCES),
  usd: amount,
  native: amount,
  currency: z.string(),
  fx_rate: z.string().nullable(),
  provisional: z.boolean(),
});
export type EffectiveCost = z.output<typeof costRow>;

/** The rows of the ledger that count, by day, provider and component, with their native amounts. */
export async function effectiveCosts(
  db: Queryable,
  { from, to }: Period,
  { provider, withInvoices }: { readonly provider?: string | undefined; readonly withInvoices: boolean },
): Promise<EffectiveCost[]> {
  const { rows } = await db.query(
    `SELECT day::text AS day, provider, component, source, amount_usd::text AS usd, amount_native::text AS native,
       currency, fx_rate::text AS fx_rate, provisional
     FROM effective_costs
     WHERE day >= $1::date AND day < $2::date AND ($3::text IS NULL OR provider = $3)
       AND ($4 OR source <> 'invoice')
     ORDER BY effective_costs.day, provider, component`,
    [from, to, provider ?? null, withInvoices],
  );
  return z.array(costRow).parse(rows);
}

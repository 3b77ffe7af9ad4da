import { COST_PROVIDERS, PROVIDERS, WHOLE_PROVIDER, type FixedPriceSetting } from '../contract/providers.ts';
import { spreadCentsOverDays } from '../money/allocation.ts';
import { addMonths, daysOf, monthStart, nextMonthStart } from '../money/days.ts';
import { formatMicros, microsToCents, parseMicros } from '../money/micros.ts';
import { replaceLedger } from './replace-rows.ts';
import type { Queryable } from '../database/queryable.ts';

/** Fixed monthly prices, as the settings give them: decimal strings in USD. */
export type FixedPrices = Readonly<Partial<Record<FixedPriceSetting, string | undefined>>>;

/** Months before the running one that a price is taken back to, where nothing was known of them. */
const MONTHS_BACK = 24;

/**
 * Writes the `fixed` rows of the ledger: the running month always says what the settings say now; a past month is
 * written once and never restated by a changed or removed setting. Past months reach back to the ledger's first day.
 * Returns the number of rows that changed.
 */
export async function writeFixedCosts(tx: Queryable, prices: FixedPrices, today: string): Promise<number> {
  let changed = 0;
  for (const provider of COST_PROVIDERS) {
    const setting = PROVIDERS[provider].cost.fixedPriceSetting;
    if (setting !== null) changed += await writeProvider(tx, provider, prices[setting], today);
  }
  return changed;
}

async function writeProvider(
  tx: Queryable,
  provider: string,
  price: string | undefined,
  today: string,
): Promise<number> {
  const month = monthStart(today);
  if (price === undefined) return removeMonth(tx, provider, month);
  const cents = microsToCents(parseMicros(price));
  let changed = 0;
  for (const start of [...(await unwrittenMonths(tx, provider, month)), month]) {
    const spread = spreadCentsOverDays(cents, start, nextMonthStart(start));
    const rows = [...spread].map(([day, amount]) => ({
      day,
      component: WHOLE_PROVIDER,
      amountUsd: formatMicros(amount),
    }));
    changed += await replaceLedger(tx, provider, 'fixed', [...spread.keys()], rows);
  }
  return changed;
}

/** A demonstration's rows come from no setting, so that a missing setting does not remove them. */
async function removeMonth(tx: Queryable, provider: string, month: string): Promise<number> {
  const { rows } = await tx.query<{ demo: boolean }>(
    `SELECT bool_or(demo) AS demo FROM component_costs
     WHERE provider = $1 AND source = $2 AND day >= $3::date AND day < $4::date`,
    [provider, 'fixed', month, nextMonthStart(month)],
  );
  return rows[0]?.demo === true ? 0 : replaceLedger(tx, provider, 'fixed', daysOf(month, nextMonthStart(month)), []);
}

/** Closed months since the ledger's first day without a fixed row of this provider, oldest first. */
async function unwrittenMonths(tx: Queryable, provider: string, month: string): Promise<string[]> {
  const { rows } = await tx.query<{ start: string }>(
    `SELECT m.start::date::text AS start
     FROM (SELECT min(day) AS day FROM component_costs) first,
       generate_series(
         greatest(date_trunc('month', first.day::timestamp), $3::date::timestamp),
         $2::date::timestamp - interval '1 month', '1 month') AS m(start)
     WHERE first.day IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM component_costs c
       WHERE c.provider = $1 AND c.source = 'fixed'
         AND c.day >= m.start::date AND c.day < (m.start + interval '1 month')::date)
     ORDER BY 1`,
    [provider, month, addMonths(month, -MONTHS_BACK)],
  );
  return rows.map(({ start }) => start);
}

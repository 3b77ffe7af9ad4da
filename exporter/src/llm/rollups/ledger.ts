import { usageCost } from '../../money/format.ts';
import { formatMicros, parseMicros } from '../../money/micros.ts';
import { WHOLE_PROVIDER } from '../../contract/providers.ts';
import { replaceLedger, type LedgerRow } from '../../ledger/replace-rows.ts';
import type { Queryable } from '../../database/queryable.ts';

/** Brings the cost ledger of `days` in line with the usage that is stored for them; returns the rows that changed. */
export async function updateLlmLedger(
  tx: Queryable,
  days: readonly string[],
  provisionalFrom: string,
): Promise<number> {
  return days.length === 0
    ? 0
    : replaceLedger(tx, 'llm', 'api_usage', days, await usageLedger(tx, days, provisionalFrom));
}

/** The ledger's rows of `days` by the usage that is stored for them. */
export async function usageLedger(
  db: Queryable,
  days: readonly string[],
  provisionalFrom: string,
): Promise<LedgerRow[]> {
  const result = await db.query<{ day: string; provider: string; cost: string; unpriced: string }>(
    `SELECT day::text AS day, provider, sum(cost_usd)::text AS cost, sum(unpriced_tokens)::text AS unpriced
     FROM llm_model_day WHERE day = ANY($1::date[]) GROUP BY day, provider ORDER BY day, provider`,
    [days],
  );
  const rows = new Map<string, LedgerRow>();
  for (const { day, provider, cost, unpriced } of result.rows) {
    const component = componentOf(provider);
    const name = `${day} ${component}`;
    const amount = parseMicros(cost);
    const isUnknown = usageCost(amount, BigInt(unpriced)) === null;
    const before = rows.get(name)?.amountUsd ?? null;
    const amountUsd = isUnknown ? before : formatMicros(amount + (before === null ? 0n : parseMicros(before)));
    rows.set(name, { day, component, amountUsd, provisional: day >= provisionalFrom });
  }
  return [...rows.values()];
}

/** An LLM provider as a component of the ledger and a metric label: short, plain, and never the name for the whole. */
export function componentOf(provider: string): string {
  const plain = provider
    .toLowerCase()
    .replaceAll(/[^a-z0-9_.-]+/g, '_')
    .slice(0, 60);
  return plain === '' || plain === WHOLE_PROVIDER ? `${plain}_` : plain;
}

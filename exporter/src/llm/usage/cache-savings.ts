import { z } from 'zod';
import type { Queryable } from '../../database/queryable.ts';
import type { Period } from '../../money/days.ts';
import { savingsOfCaches } from '../../money/llm-price.ts';
import type { Micros } from '../../money/micros.ts';
import { loadPriceBook } from '../pricing/price-book.ts';
import { conditions, modelSource, type UsageFilters } from './filters.ts';

const cachedRow = z.object({
  day: z.string(),
  provider: z.string(),
  model: z.string(),
  cacheRead: z.coerce.number(),
  gatewayPrompt: z.coerce.number(),
  gatewayCompletion: z.coerce.number(),
});

/**
 * What caches saved by `provider\nmodel`, at the prices of each day. Null where one of the days has no price: a part
 * is not the whole. Models without cached tokens are not in it.
 */
export async function cacheSavings(
  db: Queryable,
  period: Period,
  filters: UsageFilters,
): Promise<ReadonlyMap<string, Micros | null>> {
  const source = await modelSource(db, period, filters);
  const where = conditions(filters, 3);
  const { rows } = await db.query(
    `SELECT day::text AS day, provider, model, sum(cache_read_tokens)::text AS "cacheRead",
       sum(gateway_prompt_tokens)::text AS "gatewayPrompt", sum(gateway_completion_tokens)::text AS "gatewayCompletion"
     FROM ${source} WHERE day >= $1::date AND day < $2::date${where.sql}
       AND (cache_read_tokens > 0 OR gateway_prompt_tokens > 0 OR gateway_completion_tokens > 0)
     GROUP BY day, provider, model`,
    [period.from, period.to, ...where.values],
  );
  const saved = new Map<string, Micros | null>();
  if (rows.length === 0) return saved;
  const prices = await loadPriceBook(db);
  for (const row of z.array(cachedRow).parse(rows)) {
    const name = `${row.provider}\n${row.model}`;
    const before = saved.get(name);
    const amount = savingsOfCaches(row, prices(row.provider, row.model, row.day));
    saved.set(name, before === null || amount === undefined ? null : (before ?? 0n) + amount);
  }
  return saved;
}

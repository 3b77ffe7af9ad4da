import { z } from 'zod';
import type { Queryable } from '../../database/queryable.ts';
import type { Period } from '../../money/days.ts';
import { componentOf } from '../rollups/ledger.ts';

export interface ComponentTokens {
  /** Tokens whose cost is in the ledger. */
  readonly priced: bigint;
  /** Tokens without a price; an answered request without tokens counts as one. */
  readonly unpriced: bigint;
}

const tokens = z.string().transform(BigInt);
const tokenRow = z.object({ day: z.string(), provider: z.string(), priced: tokens, unpriced: tokens });

/** By `day component`, as the ledger names components: how much of the usage its cost is the cost of. */
export async function tokensByComponent(
  db: Queryable,
  { from, to }: Period,
): Promise<ReadonlyMap<string, ComponentTokens>> {
  const { rows } = await db.query(
    `SELECT day::text AS day, provider, sum(unpriced_tokens)::text AS unpriced,
       sum(greatest(0, prompt_tokens + completion_tokens - unpriced_tokens))::text AS priced
     FROM llm_model_day WHERE day >= $1::date AND day < $2::date GROUP BY day, provider`,
    [from, to],
  );
  const sums = new Map<string, ComponentTokens>();
  for (const { day, provider, priced, unpriced } of z.array(tokenRow).parse(rows)) {
    const key = `${day} ${componentOf(provider)}`;
    const before = sums.get(key);
    sums.set(key, { priced: (before?.priced ?? 0n) + priced, unpriced: (before?.unpriced ?? 0n) + unpriced });
  }
  return sums;
}

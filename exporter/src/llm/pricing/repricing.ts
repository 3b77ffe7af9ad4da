import { z } from 'zod';
import type { RepriceAnswer, RepricingFigures } from '../../contract/reference-data.ts';
import { needRawUsage } from '../maintenance/raw-retention.ts';
import { variationWarnings } from './price-variations.ts';
import type { RepriceRange } from './priced-usage.ts';
import { findPriceChanges, repriceUsage, type Repricing } from './reprice.ts';
import type { Queryable } from '../../database/queryable.ts';

const MAX_UNPRICED = 100;
/** Years of usage of many users take longer than any other statement may. */
const STATEMENT_TIMEOUT_MS = 600_000;

export interface RepriceOrder extends RepriceRange {
  readonly now: Date;
  readonly today: string;
  readonly by: string;
}

/** What today's prices would change; nothing is stored. */
export async function previewRepricing(tx: Queryable, order: RepriceOrder): Promise<RepriceAnswer> {
  await needRawUsage(tx, order, 're-pricing');
  await allowTime(tx);
  const found = await findPriceChanges(tx, order);
  const left = await unpricedTokens(tx, order);
  const changes = new Map(
    found.models.map(({ provider, model, unpricedBefore, unpricedAfter }) => [
      nameOf({ provider, model }),
      unpricedAfter - unpricedBefore,
    ]),
  );
  return answerOf(
    found,
    order,
    false,
    left.map((row) => ({ ...row, tokens: row.tokens + (changes.get(nameOf(row)) ?? 0) })),
  );
}

/** Re-prices in the caller's transaction and records who did. */
export async function applyRepricing(tx: Queryable, order: RepriceOrder): Promise<RepriceAnswer> {
  await needRawUsage(tx, order, 're-pricing');
  await allowTime(tx);
  const done = await repriceUsage(tx, order, order.today);
  if (done.rows > 0) {
    await tx.query(
      `INSERT INTO llm_repricings
         (applied_at, applied_by, provider, model, from_day, to_day, rows, cost_before_usd, cost_after_usd)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        order.now,
        order.by,
        order.provider ?? null,
        order.model ?? null,
        order.from,
        order.to,
        done.rows,
        done.beforeUsd,
        done.afterUsd,
      ],
    );
  }
  return answerOf(done, order, true, await unpricedTokens(tx, order));
}

async function allowTime(tx: Queryable): Promise<void> {
  await tx.query("SELECT set_config('statement_timeout', $1, true)", [String(STATEMENT_TIMEOUT_MS)]);
}

type Unpriced = RepriceAnswer['stillUnpriced'][number];
const unpricedRows = z.array(
  z.object({ provider: z.string(), model: z.string(), tokens: z.string().transform(Number) }),
);

async function unpricedTokens(db: Queryable, { from, to, provider, model }: RepriceRange): Promise<Unpriced[]> {
  const { rows } = await db.query(
    `SELECT provider, model, sum(unpriced_tokens)::text AS tokens FROM llm_model_day
     WHERE day >= $1::date AND day < $2::date AND unpriced_tokens > 0
       AND ($3::text IS NULL OR provider = $3) AND ($4::text IS NULL OR model = $4)
     GROUP BY provider, model`,
    [from, to, provider ?? null, model ?? null],
  );
  return unpricedRows.parse(rows);
}

function answerOf(
  done: Repricing,
  { from, to }: RepriceOrder,
  isApplied: boolean,
  unpriced: readonly Unpriced[],
): RepriceAnswer {
  const left = unpriced
    .filter(({ tokens }) => tokens > 0)
    .sort((a, b) => b.tokens - a.tokens || (nameOf(a) < nameOf(b) ? -1 : 1));
  return {
    applied: isApplied,
    from,
    to,
    ...figuresOf(done),
    days: done.days,
    data: done.models.map((model) => ({ provider: model.provider, model: model.model, ...figuresOf(model) })),
    stillUnpriced: left.slice(0, MAX_UNPRICED),
    warnings: variationWarnings(done.variations).map(({ code, message }) => ({ code, message })),
  };
}

function figuresOf({
  rows,
  users,
  beforeUsd,
  afterUsd,
  unpricedBefore,
  unpricedAfter,
}: Pick<
  Repricing,
  'rows' | 'users' | 'beforeUsd' | 'afterUsd' | 'unpricedBefore' | 'unpricedAfter'
>): RepricingFigures {
  return {
    rows,
    users,
    costBeforeUsd: beforeUsd,
    costAfterUsd: afterUsd,
    unpricedTokensBefore: unpricedBefore,
    unpricedTokensAfter: unpricedAfter,
  };
}

function nameOf({ provider, model }: Pick<Unpriced, 'provider' | 'model'>): string {
  return `${provider}\n${model}`;
}

import { z } from 'zod';
import type { LlmPriceRow, LlmPriceStoredAnswer } from '../../contract/reference-data.ts';
import type { Queryable } from '../../database/queryable.ts';
import { isoSql } from '../../database/sql.ts';
import { micros, usdText } from '../../money/format.ts';
import { takeLock } from '../../database/locks.ts';

/** A contract price in decimal USD per million tokens, valid in `[validFrom, validTo)`. */
export interface NewPrice {
  readonly provider: string;
  readonly model: string;
  readonly validFrom: string;
  /** Null or absent: until further notice. */
  readonly validTo?: string | null | undefined;
  readonly inputUsdPerMillion: string;
  readonly outputUsdPerMillion: string;
  /** Null or absent: as much as any other input. */
  readonly cacheReadUsdPerMillion?: string | null | undefined;
  readonly cacheWriteUsdPerMillion?: string | null | undefined;
  readonly notes?: string | null | undefined;
  /** The id of a price of the same model that was wrong and no longer counts. */
  readonly replaces?: string | null | undefined;
}

/** A price that cannot be added beside the stored ones. */
export class PriceConflict extends Error {
  override readonly name = 'PriceConflict';
  readonly field: 'replaces' | 'validFrom';
  /** What is wrong with the field. */
  readonly fieldMessage: string;

  constructor(field: PriceConflict['field'], fieldMessage: string, message: string) {
    super(message);
    this.field = field;
    this.fieldMessage = fieldMessage;
  }
}

const usd = z.string().transform((text) => usdText(micros(text)) ?? text);
const text = z.string().nullable();

const priceRow: z.ZodType<LlmPriceRow> = z.object({
  id: z.string(),
  provider: z.string(),
  model: z.string(),
  validFrom: z.string(),
  validTo: text,
  inputUsdPerMillion: usd,
  outputUsdPerMillion: usd,
  cacheReadUsdPerMillion: usd.nullable(),
  cacheWriteUsdPerMillion: usd.nullable(),
  notes: text,
  replaces: text,
  createdBy: z.string(),
  createdAt: z.string(),
  withdrawnBy: text,
  withdrawnAt: text,
});

const COLUMNS = `id::text AS id, provider, model, valid_from::text AS "validFrom", valid_to::text AS "validTo",
  input_usd_per_million::text AS "inputUsdPerMillion", output_usd_per_million::text AS "outputUsdPerMillion",
  cache_read_usd_per_million::text AS "cacheReadUsdPerMillion",
  cache_write_usd_per_million::text AS "cacheWriteUsdPerMillion",
  notes, replaces::text AS replaces, created_by AS "createdBy", ${isoSql('created_at')} AS "createdAt",
  withdrawn_by AS "withdrawnBy", ${isoSql('withdrawn_at')} AS "withdrawnAt"`;

async function pricesBy(db: Queryable, statement: string, values: unknown[]): Promise<LlmPriceRow[]> {
  return z.array(priceRow).parse((await db.query(statement, values)).rows);
}

export interface PriceFilter {
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly day?: string | undefined;
  /** Withdrawn ones too. */
  readonly history: boolean;
}

export function listPrices(db: Queryable, { provider, model, day, history }: PriceFilter): Promise<LlmPriceRow[]> {
  return pricesBy(
    db,
    `SELECT ${COLUMNS} FROM llm_price_overrides p
    WHERE ($1::text IS NULL OR lower(provider) = lower($1)) AND ($2::text IS NULL OR lower(model) = lower($2))
      AND ($3::date IS NULL OR (valid_from <= $3::date AND (valid_to IS NULL OR valid_to > $3::date)))
      AND ($4::boolean OR withdrawn_at IS NULL)
    ORDER BY lower(provider), lower(model), p.valid_from DESC, p.id DESC LIMIT 1000`,
    [provider ?? null, model ?? null, day ?? null, history],
  );
}

/**
 * Appends a price. One that it replaces is withdrawn; an open one that began earlier ends where an open new one begins;
 * any other overlap throws `PriceConflict`, so that no day ever has two prices.
 */
export async function addPrice(
  tx: Queryable,
  price: NewPrice,
  { now, by }: { readonly now: Date; readonly by: string },
): Promise<LlmPriceStoredAnswer> {
  await takeLock(tx, 'llmPrices');
  const withdrawn = price.replaces == null ? [] : [await withdraw(tx, price, price.replaces, now, by)];
  const open = price.validTo ?? null;
  const inTheWay = await pricesBy(
    tx,
    `SELECT ${COLUMNS} FROM llm_price_overrides
    WHERE lower(provider) = lower($1) AND lower(model) = lower($2) AND withdrawn_at IS NULL
      AND ($4::date IS NULL OR valid_from < $4::date) AND (valid_to IS NULL OR valid_to > $3::date) ORDER BY valid_from`,
    [price.provider, price.model, price.validFrom, open],
  );
  const refused = inTheWay.find(
    (other) => open !== null || other.validTo !== null || other.validFrom >= price.validFrom,
  );
  if (refused !== undefined) throw overlaps(refused);
  const closed = await pricesBy(
    tx,
    `UPDATE llm_price_overrides SET valid_to = $2::date WHERE id = ANY($1::bigint[]) RETURNING ${COLUMNS}`,
    [inTheWay.map(({ id }) => id), price.validFrom],
  );
  const data = await pricesBy(
    tx,
    `INSERT INTO llm_price_overrides (provider, model, valid_from, valid_to, input_usd_per_million,
      output_usd_per_million,
      cache_read_usd_per_million, cache_write_usd_per_million, notes, replaces, created_at, created_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING ${COLUMNS}`,
    [
      price.provider,
      price.model,
      price.validFrom,
      open,
      price.inputUsdPerMillion,
      price.outputUsdPerMillion,
      price.cacheReadUsdPerMillion ?? null,
      price.cacheWriteUsdPerMillion ?? null,
      price.notes ?? null,
      price.replaces ?? null,
      now,
      by,
    ],
  );
  return { data, closed, withdrawn };
}

async function withdraw(
  tx: Queryable,
  { provider, model }: NewPrice,
  id: string,
  now: Date,
  by: string,
): Promise<LlmPriceRow> {
  const [row] = await pricesBy(
    tx,
    `UPDATE llm_price_overrides SET withdrawn_at = $4, withdrawn_by = $5
    WHERE id = $1::bigint AND lower(provider) = lower($2) AND lower(model) = lower($3) AND withdrawn_at IS NULL
    RETURNING ${COLUMNS}`,
    [id, provider, model, now, by],
  );
  if (row !== undefined) return row;
  const message = `there is no price ${id} of ${provider}/${model} in force: it may have been replaced already`;
  throw new PriceConflict('replaces', message, message);
}

function overlaps({ id, provider, model, validFrom, validTo }: LlmPriceRow): PriceConflict {
  const message =
    `overlaps price ${id} of ${provider}/${model} (${validFrom} to ${validTo ?? 'further notice'}): ` +
    `choose other days, or send "replaces": "${id}"`;
  return new PriceConflict('validFrom', message, `The price ${message}.`);
}

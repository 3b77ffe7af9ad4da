import { addDays } from '../../money/days.ts';
import { formatMicros } from '../../money/micros.ts';
import { minorToMicros } from '../../money/minor-units.ts';
import { convert, loadFxRates, rateOn, type FxRate } from '../../ledger/fx-rates.ts';
import type { Queryable } from '../../database/queryable.ts';
import type { Day } from '../contract.ts';
import type { CashRow } from './balance.ts';
import { trimmedRate } from './rates.ts';
import type { Written } from './store-lines.ts';

interface StoredCash {
  readonly id: string;
  readonly day: Day;
  readonly category: string;
  readonly amount: string;
  readonly fee: string;
  readonly currency: string;
  readonly fx_rate: string | null;
  readonly type: string;
  readonly source: string | null;
  readonly exchange_rate: string | null;
}

const COLUMNS = `id, day::text AS day, category, trunc(amount)::text AS amount, trunc(fee)::text AS fee, currency,
    trim_scale(fx_rate)::text AS fx_rate, type, source, trim_scale(exchange_rate)::text AS exchange_rate`;
const CHUNK = 5_000;

/** Adds balance transactions; Stripe never changes one, so a second read writes nothing. A rate once stored stays. */
export async function storeCash(
  tx: Queryable,
  cash: readonly CashRow[],
  { isLastOfRun = false }: { readonly isLastOfRun?: boolean } = {},
): Promise<Written> {
  const result = await tx.query<StoredCash & Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM stripe_balance_transactions WHERE id = ANY($1)
     UNION SELECT ${COLUMNS} FROM stripe_balance_transactions t WHERE $2 AND fx_rate IS NULL
       AND EXISTS (SELECT 1 FROM fx_rates r WHERE r.currency = t.currency AND r.day <= t.day)`,
    [cash.map(({ id }) => id), isLastOfRun],
  );
  const stored = new Map(result.rows.map((row) => [row.id, row]));
  const wanted = new Map<string, StoredCash>(stored);
  for (const { id, day, category, minor, feeMinor, currency, type, source, exchangeRate } of cash) {
    wanted.set(id, {
      id,
      day,
      category,
      amount: String(minor),
      fee: String(feeMinor),
      currency,
      fx_rate: stored.get(id)?.fx_rate ?? null,
      type,
      source: source ?? null,
      exchange_rate: exchangeRate ?? null,
    });
  }
  const rates = await loadFxRates(tx, [...new Set([...wanted.values()].map(({ currency }) => currency))]);
  const changed = [...wanted.values()]
    .map((row) => convertToUsd(row, rates))
    .filter((row) => !isSame(row, stored.get(row.id)))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  for (let from = 0; from < changed.length; from += CHUNK)
    await tx.query(UPSERT, [JSON.stringify(changed.slice(from, from + CHUNK))]);
  return {
    rows: changed.length,
    touched: changed.flatMap(({ id, day }) =>
      [day, stored.get(id)?.day ?? day].map((one) => ({ start: one, end: addDays(one, 1) })),
    ),
  };
}

function convertToUsd(row: StoredCash, rates: readonly FxRate[]) {
  const rate = row.fx_rate ?? rateOn(rates, row.currency, row.day);
  const usd = (minor: string): string | null =>
    rate === undefined ? null : formatMicros(convert(minorToMicros(BigInt(minor), row.currency), rate));
  return {
    ...row,
    fx_rate: rate === undefined ? null : trimmedRate(rate),
    amount_usd: usd(row.amount),
    fee_usd: usd(row.fee),
  };
}

function isSame(a: StoredCash, b: StoredCash | undefined): boolean {
  if (b === undefined) return false;
  return (
    a.day === b.day &&
    a.category === b.category &&
    a.amount === b.amount &&
    a.fee === b.fee &&
    a.currency === b.currency &&
    a.fx_rate === b.fx_rate &&
    a.type === b.type &&
    a.source === b.source &&
    a.exchange_rate === b.exchange_rate
  );
}

const UPSERT = `
INSERT INTO stripe_balance_transactions (id, day, category, amount, fee, currency, fx_rate, amount_usd, fee_usd,
  type, source, exchange_rate)
SELECT id, day, category, amount, fee, currency, fx_rate, amount_usd, fee_usd, type, source, exchange_rate
FROM jsonb_to_recordset($1::jsonb) AS r(id text, day date, category text, amount numeric, fee numeric, currency text,
  fx_rate numeric, amount_usd numeric, fee_usd numeric, type text, source text, exchange_rate numeric)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET day = excluded.day, category = excluded.category, amount = excluded.amount,
  fee = excluded.fee, currency = excluded.currency, fx_rate = excluded.fx_rate, amount_usd = excluded.amount_usd,
  fee_usd = excluded.fee_usd, type = excluded.type, source = excluded.source,
  exchange_rate = excluded.exchange_rate`;

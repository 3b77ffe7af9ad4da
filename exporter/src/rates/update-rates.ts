import type { Logger } from 'pino';
import type { Queryable } from '../database/queryable.ts';
import { takeLock } from '../database/locks.ts';
import type { SampleSource } from '../metrics/index.ts';
import { addDays } from '../money/days.ts';
import type { FxRate } from '../ledger/fx-rates.ts';
import { ecbRates } from './ecb-rates.ts';

/** Who stored a rate of the ECB, in `fx_rates.created_by`. */
export const ECB = 'ecb';

const TIMEOUT_MS = 15_000;
const MAX_BYTES = 8 * 1024 * 1024;
/** The daily table has one day; after a pause that is longer than Easter the last 90 days are read. */
const MAX_PAUSE_DAYS = 4;

export interface RateUpdate {
  readonly url: string;
  readonly today: string;
  readonly now: Date;
  readonly transaction: <Result>(action: (tx: Queryable) => Promise<Result>) => Promise<Result>;
  readonly signal?: AbortSignal;
}

/**
 * Reads the ECB's reference rates and stores the days that have none: a stored rate is never changed, an operator's
 * least of all. Returns the number of new rates. Rejects where the ECB cannot be read; nothing is stored then.
 */
export async function updateEcbRates(update: RateUpdate): Promise<number> {
  const last = await update.transaction(lastEcbDay);
  const isRecent = last !== null && last >= addDays(update.today, -MAX_PAUSE_DAYS);
  const file = isRecent ? 'eurofxref-daily.xml' : 'eurofxref-hist-90d.xml';
  const rates = ecbRates(await download(`${update.url.replace(/\/+$/, '')}/${file}`, update.signal));
  const known = rates.filter(({ day }) => day <= addDays(update.today, 1));
  return update.transaction((tx) => storeNewRates(tx, known, update.now));
}

/** As `updateEcbRates`; a failure is a warning, and the rates that stand go on. */
export async function tryEcbRates(update: RateUpdate, log: Logger): Promise<void> {
  try {
    const stored = await updateEcbRates(update);
    if (stored > 0) log.info({ stored }, 'stored reference rates of the ECB');
  } catch (error) {
    log.warn({ err: error }, "the ECB's reference rates could not be read: the rates that are stored stay in force");
  }
}

async function download(url: string, signal: AbortSignal | undefined): Promise<string> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, {
    redirect: 'error',
    headers: { accept: 'application/xml, text/xml' },
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`${url} answered ${response.status}`);
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
  for (let chunk = await reader?.read(); chunk?.value !== undefined; chunk = await reader?.read()) {
    size += chunk.value.length;
    if (size > MAX_BYTES) {
      await reader?.cancel();
      throw new Error(`${url} answered more than ${MAX_BYTES / 1024 / 1024} MB`);
    }
    parts.push(chunk.value);
  }
  return Buffer.concat(parts).toString('utf8');
}

async function lastEcbDay(db: Queryable): Promise<string | null> {
  const { rows } = await db.query<{ day: string | null }>(
    'SELECT max(day)::text AS day FROM fx_rates WHERE source = $1',
    [ECB],
  );
  return rows[0]?.day ?? null;
}

async function storeNewRates(tx: Queryable, rates: readonly FxRate[], now: Date): Promise<number> {
  await takeLock(tx, 'fxRates');
  const { rows } = await tx.query(
    `INSERT INTO fx_rates (currency, day, usd_rate, created_at, created_by, source)
     SELECT r.currency, r.day, r."usdRate", $2, $3, $3
     FROM jsonb_to_recordset($1::jsonb) AS r(currency text, day date, "usdRate" numeric)
     WHERE NOT EXISTS (SELECT 1 FROM fx_rates o WHERE o.currency = r.currency AND o.day = r.day AND o.source = 'operator')
     ORDER BY r.currency, r.day
     ON CONFLICT (currency, day, source) DO NOTHING
     RETURNING 1`,
    [JSON.stringify(rates), now, ECB],
  );
  return rows.length;
}

/** Rates that are older say nothing about today: the source was switched off. */
const MAX_AGE_DAYS = 60;

/** `fx_rates_day_timestamp_seconds`, for the alert. */
export const ecbRateSamples: SampleSource = async (db, today) => {
  const day = await lastEcbDay(db);
  return day === null || day < addDays(today, -MAX_AGE_DAYS)
    ? []
    : [{ name: 'fx_rates_day_timestamp_seconds', labels: { source: ECB }, value: Date.parse(day) / 1_000 }];
};

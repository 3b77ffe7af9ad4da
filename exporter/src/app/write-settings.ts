import type { Logger } from 'pino';
import { writeBudgetSettings } from '../budgets/budget-settings.ts';
import type { Clock } from '../database/clock.ts';
import type { OpenDatabase } from '../database/open.ts';
import { withTransaction } from '../database/pool.ts';
import { writeFixedCosts } from '../ledger/fixed-costs.ts';
import { dayOf } from '../money/days.ts';
import { tryEcbRates } from '../rates/update-rates.ts';
import type { Settings } from '../settings/schema.ts';

/** Writes the fixed monthly costs of the settings into the ledger, up to `today`. */
export async function storeFixedCosts(db: OpenDatabase, settings: Settings, today: string): Promise<void> {
  await withTransaction(db.pool, (tx) => writeFixedCosts(tx, settings, today));
}

/** Stores the reference rates of FX_SOURCE; never rejects. */
export async function storeRates(
  db: OpenDatabase,
  settings: Settings,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  if (settings.FX_SOURCE !== 'ecb') return;
  const now = await clock.now();
  await tryEcbRates(
    {
      url: settings.ECB_URL,
      today: dayOf(now),
      now,
      transaction: (action) => withTransaction(db.pool, action),
      signal,
    },
    log,
  );
}

/** Stores the budgets of BUDGETS_USD; those set by the API win. */
export async function storeBudgets(db: OpenDatabase, settings: Settings, clock: Clock, log: Logger): Promise<void> {
  const now = await clock.now();
  const { stored, overruled } = await withTransaction(db.pool, (tx) =>
    writeBudgetSettings(tx, settings.BUDGETS_USD ?? [], now),
  );
  if (stored > 0) log.info({ stored }, 'stored the budgets of BUDGETS_USD');
  if (overruled.length > 0) log.info({ overruled }, 'these budgets were set by the API, which wins over BUDGETS_USD');
}

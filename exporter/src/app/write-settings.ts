import type { Logger } from 'pino';
import { writeBudgetSettings } from '../budgets/budget-settings.ts';
import type { Clock } from '../database/clock.ts';
import type { OpenDatabase } from '../database/open.ts';
import { withTransaction } from '../database/pool.ts';
import { writeFixedCosts } from '../ledger/fixed-costs.ts';
import type { Settings } from '../settings/schema.ts';

/** Writes the fixed monthly costs of the settings into the ledger, up to `today`. */
export async function storeFixedCosts(db: OpenDatabase, settings: Settings, today: string): Promise<void> {
  await withTransaction(db.pool, (tx) => writeFixedCosts(tx, settings, today));
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

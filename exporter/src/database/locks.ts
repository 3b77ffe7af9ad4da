import type { Queryable } from './queryable.ts';

/**
 * Every advisory lock, by what it serializes. All are held by transactions and end with them. The keys are shared with
 * exporters of other versions on the same database: changing one lets two versions write at the same time.
 */
export const LOCKS = {
  budgets: 'marginboard budgets',
  customerUsers: 'customer users',
  demo: 'marginboard demo',
  fxRates: 'fx rates',
  /** One for each provider, see `lockInvoices`. */
  invoices: 'marginboard invoices',
  llmPartitions: 'llm_metrics_history partitions',
  llmPrices: 'llm prices',
  /** Writers of LLM usage and its rollups. */
  llmUsage: 'llm usage',
  monthStatements: 'month statements',
} as const;

export type LockName = keyof typeof LOCKS;

/** A number rather than a name: it predates all tables, and every release must use the same. */
export const MIGRATION_LOCK_KEY = '7302196482215';

/** SQL: the call that waits for the lock, for statements that do something else as well. */
export function lockSql(name: LockName): string {
  return `pg_advisory_xact_lock(hashtext('${LOCKS[name]}'))`;
}

/** Waits for the lock and holds it until the transaction ends. */
export async function takeLock(tx: Queryable, name: LockName): Promise<void> {
  await tx.query(`SELECT ${lockSql(name)}`);
}

/** Serializes what is entered for one provider; the providers do not wait for each other. */
export async function lockInvoices(tx: Queryable, provider: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtext('${LOCKS.invoices}'), hashtext($1))`, [provider]);
}

import type { Logger } from 'pino';
import type { Pool } from 'pg';
import { storeUsage } from '../collectors/llm/store.ts';
import { recomputeRevenue } from '../collectors/stripe/store-revenue.ts';
import type { WeaviatePrices } from '../collectors/weaviate/estimate.ts';
import type { Clock } from '../database/clock.ts';
import { COLLECTOR_NAMES, PROVIDERS } from '../contract/providers.ts';
import { loadPriceBook } from '../llm/pricing/price-book.ts';
import { addDays } from '../money/days.ts';
import { SETTINGS } from '../settings/schema.ts';
import { refreshMonths } from '../movements/refresh-months.ts';
import { refreshSums } from '../movements/refresh-sums.ts';
import { replaceLedger } from '../ledger/replace-rows.ts';
import { withTransaction } from '../database/pool.ts';
import type { Queryable } from '../database/queryable.ts';
import { demoDetails } from './companies.ts';
import { demoFigures, type DemoFigures } from './figures.ts';
import { EUR_RATE, invoiceLedger } from './invoices.ts';
import { isDemo } from './label.ts';
import { demoMovements } from './movements.ts';
import { demoPeriod, type DemoPeriod } from './period.ts';
import { demoContract } from './usage.ts';
import { takeLock } from '../database/locks.ts';

export type DemoOutcome = 'filled' | 'kept' | 'refused';

/** Tables with data from outside; any row in one of them means that the database is in real use. */
const DATA_TABLES = [
  ...COLLECTOR_NAMES.flatMap((name) => PROVIDERS[name].table ?? []),
  'llm_metrics_history',
  'component_costs',
  'manual_billing_adjustments',
  'revenue_daily',
  'mrr_by_customer',
  'mrr_days',
  'stripe_revenue_lines',
  'stripe_balance_transactions',
  'customer_users',
  'customer_details',
  'budgets',
  'llm_price_overrides',
  'fx_rates',
  'metrics_sync_logs',
];
const LABELLED = ['llm_metrics_history', 'component_costs', 'revenue_daily'] as const;

/**
 * Fills an empty database with six months of invented, seeded figures up to the clock's day, labelled `demo`. A
 * database that holds the demonstration already stays as it is; one with data of its own is refused and not touched.
 */
export async function fillDemo(pool: Pool, clock: Pick<Clock, 'now'>, log: Logger): Promise<DemoOutcome> {
  const period = demoPeriod(await clock.now());
  return withTransaction(pool, async (tx) => {
    // Two processes may start at once: the second finds what the first has stored.
    await takeLock(tx, 'demo');
    if (await isDemo(tx)) {
      log.info('the database holds the demonstration already; it stays as it is');
      return 'kept';
    }
    const existing = await existingData(tx);
    if (existing.length > 0) {
      log.error(
        { tables: existing },
        'DEMO=true fills only an empty database, and this one has data of its own: nothing was changed. ' +
          'Unset DEMO, or give another DATABASE_URL or DATA_DIR.',
      );
      return 'refused';
    }
    // Before the usage, which is priced by it.
    await insert(tx, 'llm_price_overrides', [demoContract(period)]);
    await storeFigures(tx, demoFigures(period, await loadPriceBook(tx), weaviatePrices()), period);
    log.warn({ from: period.from, to: period.today }, 'filled the empty database with invented figures (DEMO=true)');
    return 'filled';
  });
}

async function existingData(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    DATA_TABLES.map((table) => `SELECT '${table}' AS name WHERE EXISTS (SELECT 1 FROM ${table})`).join(' UNION ALL '),
  );
  return rows.map(({ name }) => name);
}

async function storeFigures(tx: Queryable, figures: DemoFigures, period: DemoPeriod): Promise<void> {
  for (const { provider, table, metrics, ledger } of figures.providers) {
    await insert(tx, table, metrics);
    for (const { source, rows } of ledger)
      await replaceLedger(tx, provider, source, [...new Set(rows.map(({ day }) => day))], rows);
  }
  await storeInvoices(tx, figures, period);
  await storeRevenue(tx, figures, period);
  await storeUsage(tx, figures.usage);
  await insert(
    tx,
    'llm_user_emails',
    figures.users.map(({ id, email }) => ({ user_id: id, email, looked_up_at: period.now.toISOString() })),
  );
  await insert(
    tx,
    'budgets',
    Object.entries({ all: '1900.00', llm: '1150.00', digital_ocean: '260.00', twilio: '60.00' }).map(
      ([provider, amount], index) => ({
        id: index + 1,
        provider,
        month_usd: amount,
        valid_from: `${period.from}T08:00:00Z`,
        created_by: 'admin@example.com',
      }),
    ),
  );
  await insert(tx, 'sync_runs', figures.runs.runs);
  await insert(
    tx,
    'metrics_sync_logs',
    figures.runs.logs.map((row, index) => ({ id: index + 1, ...row })),
  );
  const day = addDays(period.today, -1);
  await insert(
    tx,
    'collector_samples',
    COLLECTOR_NAMES.map((collector) => ({
      collector,
      day,
      samples: figures.samples[collector],
      data_as_of: period.now.toISOString(),
      stored_at: period.now.toISOString(),
    })),
  );
  // The collectors' own stores know no demonstration, and the database was empty.
  for (const table of LABELLED) await tx.query(`UPDATE ${table} SET demo = true WHERE NOT demo`);
}

async function storeInvoices(tx: Queryable, { invoices }: DemoFigures, period: DemoPeriod): Promise<void> {
  await insert(tx, 'fx_rates', [
    {
      currency: 'EUR',
      day: period.from,
      usd_rate: EUR_RATE,
      created_at: `${period.from}T08:00:00Z`,
      created_by: 'admin@example.com',
    },
  ]);
  await insert(tx, 'manual_billing_adjustments', invoices);
  for (const [provider, rows] of invoiceLedger(invoices))
    await replaceLedger(tx, provider, 'invoice', [...new Set(rows.map(({ day }) => day))], rows);
}

async function storeRevenue(
  tx: Queryable,
  { lines, cash, snapshots, users, customers }: DemoFigures,
  period: DemoPeriod,
): Promise<void> {
  await insert(
    tx,
    'stripe_revenue_lines',
    lines.map((line) => ({ ...line, updated_at: period.now.toISOString() })),
  );
  await insert(tx, 'stripe_balance_transactions', cash);
  await insert(tx, 'stripe_metrics', snapshots.stripe);
  await insert(tx, 'revenue_daily', snapshots.revenue);
  await insert(tx, 'mrr_by_customer', snapshots.customers);
  const { days, plans, movements } = demoMovements(customers, period);
  await insert(tx, 'mrr_days', days);
  await insert(tx, 'mrr_plans', plans);
  await insert(tx, 'mrr_movements', movements);
  const firstDay = period.revenueDays[0] ?? period.today;
  await refreshSums(tx, firstDay, period.today);
  await refreshMonths(tx, firstDay);
  await recomputeRevenue(tx, period.revenueDays, period.today);
  const links = users.flatMap(({ id, customer, since }) =>
    customer === undefined
      ? []
      : [
          {
            customer,
            user_id: id,
            valid_from: since,
            created_at: `${period.from}T08:00:00Z`,
            created_by: 'admin@example.com',
          },
        ],
  );
  await insert(tx, 'customer_users', links);
  await insert(
    tx,
    'customer_details',
    demoDetails(users, customers).map((details) => ({ ...details, read_at: period.now.toISOString() })),
  );
}

/** Inserts rows whose keys are columns; columns that no row names take their defaults. Keeps identity columns going. */
async function insert(tx: Queryable, table: string, rows: readonly object[]): Promise<void> {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].join(', ');
  await tx.query(
    `INSERT INTO ${table} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns}
     FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)`,
    [JSON.stringify(rows)],
  );
  if (rows.some((row) => 'id' in row && typeof row.id === 'number'))
    await tx.query("SELECT setval(pg_get_serial_sequence($1, 'id'), (SELECT max(id) FROM " + table + '))', [table]);
}

function weaviatePrices(): WeaviatePrices {
  return {
    WEAVIATE_PLAN: 'flex',
    WEAVIATE_PRICE_MINIMUM_USD: SETTINGS.WEAVIATE_PRICE_MINIMUM_USD.schema.parse(undefined),
    WEAVIATE_PRICE_MILLION_DIMENSIONS_USD: SETTINGS.WEAVIATE_PRICE_MILLION_DIMENSIONS_USD.schema.parse(undefined),
    WEAVIATE_PRICE_STORAGE_GIB_USD: SETTINGS.WEAVIATE_PRICE_STORAGE_GIB_USD.schema.parse(undefined),
    WEAVIATE_PRICE_BACKUP_GIB_USD: SETTINGS.WEAVIATE_PRICE_BACKUP_GIB_USD.schema.parse(undefined),
    WEAVIATE_PRICES_READ_ON: SETTINGS.WEAVIATE_PRICES_READ_ON.schema.parse(undefined),
  };
}

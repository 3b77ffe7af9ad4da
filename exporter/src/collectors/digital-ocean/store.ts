import type { Stored } from '../contract.ts';
import type { Queryable } from '../../database/queryable.ts';
import { replaceLedger, type LedgerRow } from '../../ledger/replace-rows.ts';
import { WHOLE_PROVIDER } from '../../contract/providers.ts';
import { formatMicros, sumMicros } from '../../money/micros.ts';
import type { DayCost, DigitalOceanData, Reading, Resources } from './data.ts';
import { COMPONENTS } from './split.ts';
import { storeInvoices } from './store-invoices.ts';

/** Stores days, invoices and the present state. A replayed run changes nothing. */
export async function storeDigitalOcean(tx: Queryable, day: string, data: DigitalOceanData): Promise<Stored> {
  const asOf = data.reading?.at ?? null;
  const usage = data.costs.flatMap((cost) =>
    ledgerRows(cost).map((row): LedgerRow => ({ ...row, asOf, provisional: cost.day >= data.today })),
  );
  let rows = await replaceLedger(
    tx,
    'digital_ocean',
    'api_usage',
    data.costs.map((cost) => cost.day),
    usage,
  );
  rows += await storeInvoices(tx, data);
  rows += await storeCosts(tx, data.costs, asOf, data.today);
  if (data.reading !== null) rows += await storeReading(tx, data.reading, data.today);
  rows += await storeState(tx, day, data.today, data.resources);
  return { rows };
}

function ledgerRows(cost: DayCost): LedgerRow[] {
  if ('total' in cost) return [{ day: cost.day, component: WHOLE_PROVIDER, amountUsd: formatMicros(cost.total) }];
  return COMPONENTS.map((component) => ({ day: cost.day, component, amountUsd: formatMicros(cost.parts[component]) }));
}

async function storeCosts(tx: Queryable, costs: readonly DayCost[], asOf: Date | null, today: string): Promise<number> {
  const payload = costs.map((cost) => ({
    recorded_at: cost.day,
    ...('parts' in cost
      ? Object.fromEntries(COMPONENTS.map((component) => [`${component}_usd`, formatMicros(cost.parts[component])]))
      : {}),
    cost_usd: formatMicros(
      'parts' in cost ? sumMicros(COMPONENTS.map((component) => cost.parts[component])) : cost.total,
    ),
    as_of: asOf?.toISOString() ?? null,
    provisional: cost.day >= today,
  }));
  const result = await tx.query(UPSERT_COSTS, [JSON.stringify(payload)]);
  return result.rowCount ?? 0;
}

const UPSERT_COSTS = `
INSERT INTO do_metrics AS m (recorded_at, app_platform_usd, databases_usd, registry_usd, spaces_usd, other_usd,
  cost_usd, cost_source, as_of, provisional)
SELECT recorded_at, app_platform_usd, databases_usd, registry_usd, spaces_usd, other_usd, cost_usd, 'api_usage',
  as_of, provisional
FROM jsonb_to_recordset($1::jsonb) AS r(recorded_at date, app_platform_usd numeric, databases_usd numeric,
  registry_usd numeric, spaces_usd numeric, other_usd numeric, cost_usd numeric, as_of timestamptz,
  provisional boolean)
ORDER BY recorded_at
ON CONFLICT (recorded_at) DO UPDATE SET
  app_platform_usd = excluded.app_platform_usd, databases_usd = excluded.databases_usd,
  registry_usd = excluded.registry_usd, spaces_usd = excluded.spaces_usd, other_usd = excluded.other_usd,
  cost_usd = excluded.cost_usd, cost_source = excluded.cost_source, as_of = excluded.as_of,
  provisional = excluded.provisional, collected_at = now()
WHERE (m.app_platform_usd, m.databases_usd, m.registry_usd, m.spaces_usd, m.other_usd, m.cost_usd, m.cost_source,
  m.as_of, m.provisional)
  IS DISTINCT FROM (excluded.app_platform_usd, excluded.databases_usd, excluded.registry_usd, excluded.spaces_usd,
    excluded.other_usd, excluded.cost_usd, excluded.cost_source, excluded.as_of, excluded.provisional)`;

async function storeReading(tx: Queryable, reading: Reading, today: string): Promise<number> {
  const result = await tx.query(
    `INSERT INTO do_metrics AS m (recorded_at, month_to_date_usd, month_to_date_at, as_of, provisional)
      VALUES ($1, $2, $3, $3, $4)
     ON CONFLICT (recorded_at) DO UPDATE SET month_to_date_usd = excluded.month_to_date_usd,
       month_to_date_at = excluded.month_to_date_at
     WHERE (m.month_to_date_usd, m.month_to_date_at)
       IS DISTINCT FROM (excluded.month_to_date_usd, excluded.month_to_date_at)`,
    [reading.day, formatMicros(reading.amount), reading.at, reading.day >= today],
  );
  return result.rowCount ?? 0;
}

/**
 * The state is that of the moment: it becomes today's row, and that of the complete day `day` as long as no run of
 * that day itself has left one there.
 */
async function storeState(tx: Queryable, day: string, today: string, resources: Resources): Promise<number> {
  const values = [
    resources.apps,
    resources.databases,
    resources.registries,
    resources.buckets,
    resources.registryStorageBytes,
    resources.garbageCollection,
  ];
  if (values.every((value) => value === null)) return 0;
  let rows = 0;
  for (const [date, provisional, overwrite] of [
    [day, false, false],
    [today, true, true],
  ] as const) {
    const result = await tx.query(UPSERT_STATE, [date, ...values, provisional, overwrite]);
    rows += result.rowCount ?? 0;
  }
  return rows;
}

const UPSERT_STATE = `
INSERT INTO do_metrics AS m (recorded_at, apps, databases, registries, buckets, registry_storage_bytes,
  registry_garbage_collection, provisional)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (recorded_at) DO UPDATE SET
  apps = excluded.apps, databases = excluded.databases, registries = excluded.registries, buckets = excluded.buckets,
  registry_storage_bytes = excluded.registry_storage_bytes,
  registry_garbage_collection = excluded.registry_garbage_collection
WHERE ($9 OR coalesce(m.apps, m.databases, m.registries, m.buckets) IS NULL)
  AND (m.apps, m.databases, m.registries, m.buckets, m.registry_storage_bytes, m.registry_garbage_collection)
    IS DISTINCT FROM (excluded.apps, excluded.databases, excluded.registries, excluded.buckets,
      excluded.registry_storage_bytes, excluded.registry_garbage_collection)`;

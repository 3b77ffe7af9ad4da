import type { Queryable } from '../../database/queryable.ts';
import type { Stored } from '../contract.ts';
import { costOfDay, replaceEstimates, restateMonths } from '../../ledger/monthly-estimate.ts';
import { completeMonth } from '../../ledger/complete-months.ts';
import type { WeaviateData } from './data.ts';
import type { CollectionUsage } from './measure.ts';

/**
 * Upserts the rows of the last complete day and of today, and restates the estimate of their months in the ledger.
 * Never touches other sources.
 */
export async function storeWeaviate(tx: Queryable, _day: string, data: WeaviateData): Promise<Stored> {
  // Without one of the collections a total would be too low, and is not known.
  const sum = (pick: (usage: CollectionUsage) => bigint) =>
    data.unreadable.length > 0 ? null : String(data.collections.reduce((total, usage) => total + pick(usage), 0n));
  const rows = data.days.map(({ day, provisional, estimate }) => ({
    recorded_at: day,
    objects: sum((usage) => usage.objects),
    collections: data.collections.length + data.unreadable.length,
    vectors: sum((usage) => usage.vectors),
    dimensions: sum((usage) => usage.dimensions),
    vectors_sampled: data.collections.some((usage) => usage.sampled),
    storage_bytes: sum((usage) => usage.storageBytes),
    by_collection: data.collections.map((usage) => ({
      name: usage.name,
      objects: String(usage.objects),
      vectors: String(usage.vectors),
      dimensions: String(usage.dimensions),
      storageBytes: String(usage.storageBytes),
    })),
    uncounted_tenants: data.collections.reduce((total, usage) => total + usage.uncountedTenants, data.asleepTenants),
    cost_usd: costOfDay(estimate, day),
    cost_source: estimate === null ? null : 'estimate',
    cost_parts: estimate?.parts ?? [],
    as_of: data.asOf.toISOString(),
    provisional,
  }));
  const written = await tx.query(UPSERT, [JSON.stringify(rows)]);
  const billed = data.days.filter(({ estimate }) => estimate !== null);
  // A server that is not billed any more keeps no estimate of these days.
  const unbilled = data.days.filter(({ estimate }) => estimate === null);
  const first = billed[0]?.day;
  const changed =
    (await replaceEstimates(tx, 'weaviate', unbilled, data.asOf)) +
    (first === undefined ? 0 : await completeMonth(tx, 'weaviate', first, data.asOf)) +
    (await restateMonths(tx, 'weaviate', billed, data.asOf));
  return { rows: (written.rowCount ?? 0) + changed };
}

// Where a collection could not be read, what an earlier run knew of the whole day stays.
const KNOWN = (column: string) =>
  `CASE WHEN excluded.objects IS NULL AND m.objects IS NOT NULL THEN m.${column} ELSE excluded.${column} END`;
const COUNTED = [
  'objects',
  'vectors',
  'dimensions',
  'vectors_sampled',
  'storage_bytes',
  'by_collection',
  'uncounted_tenants',
];

// `as_of` alone is no change: a replayed sync writes nothing.
const UPSERT = `
INSERT INTO weaviate_metrics AS m (recorded_at, objects, collections, vectors, dimensions, vectors_sampled,
  storage_bytes, by_collection, uncounted_tenants, cost_usd, cost_source, cost_parts, as_of, provisional, demo,
  collected_at)
SELECT recorded_at, objects, collections, vectors, dimensions, vectors_sampled, storage_bytes, by_collection,
  uncounted_tenants, cost_usd, cost_source, cost_parts, as_of, provisional, false, now()
FROM jsonb_to_recordset($1::jsonb) AS r(recorded_at date, objects bigint, collections integer, vectors bigint,
  dimensions bigint, vectors_sampled boolean, storage_bytes bigint, by_collection jsonb, uncounted_tenants integer,
  cost_usd numeric, cost_source text, cost_parts jsonb, as_of timestamptz, provisional boolean)
ORDER BY recorded_at
ON CONFLICT (recorded_at) DO UPDATE SET
  ${COUNTED.map((column) => `${column} = ${KNOWN(column)}`).join(', ')},
  collections = excluded.collections, cost_usd = excluded.cost_usd, cost_source = excluded.cost_source,
  cost_parts = excluded.cost_parts, as_of = excluded.as_of, provisional = excluded.provisional, demo = false,
  collected_at = now()
WHERE (${COUNTED.map((column) => `m.${column}`).join(', ')},
  m.collections, m.cost_usd, m.cost_source, m.cost_parts, m.provisional, m.demo)
  IS DISTINCT FROM (${COUNTED.map(KNOWN).join(', ')}, excluded.collections, excluded.cost_usd, excluded.cost_source, excluded.cost_parts, excluded.provisional, excluded.demo)`;

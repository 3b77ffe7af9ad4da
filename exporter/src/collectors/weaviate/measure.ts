import { divideRounded } from '../../money/micros.ts';
import { CollectorError } from '../errors.ts';
import type { WeaviateClusterClient } from './client.ts';
import { TenantUnavailable, type CollectionSchema } from './rest.ts';
import type { SampledObject } from './schema.ts';

const SAMPLE = 20;
const TENANTS_AT_ONCE = 8;
/** Weaviate keeps vectors as float32. */
const BYTES_PER_DIMENSION = 4n;

export interface CollectionUsage {
  readonly name: string;
  /** Exact; of a multi-tenant collection the sum over its countable tenants. */
  readonly objects: bigint;
  /** From a sample where there are more objects than it holds. */
  readonly vectors: bigint;
  /** All dimensions of all vectors, which is what is billed. */
  readonly dimensions: bigint;
  /** Uncompressed vectors plus properties as JSON, without indexes and replicas. */
  readonly storageBytes: bigint;
  readonly sampled: boolean;
  /** Tenants that are inactive or offloaded, or went away while they were counted. */
  readonly uncountedTenants: number;
}

/** A collection of which every tenant is asleep: nothing of it can be counted, which is not 0 objects. */
export interface AsleepCollection {
  readonly name: string;
  readonly asleepTenants: number;
}

/**
 * Counts one collection and measures a sample of it. All or nothing, but for tenants that cannot be counted: where none
 * can be, nothing is known.
 */
export async function measureCollection(
  client: WeaviateClusterClient,
  collection: CollectionSchema,
): Promise<CollectionUsage | AsleepCollection> {
  const parts = collection.multiTenant
    ? await countTenants(client, collection.name)
    : { counts: [{ tenant: undefined, objects: await client.count(collection.name) }], uncounted: 0 };
  if (parts.counts.length === 0 && parts.uncounted > 0)
    return { name: collection.name, asleepTenants: parts.uncounted };
  const objects = parts.counts.reduce((sum, part) => sum + part.objects, 0n);
  const sample: SampledObject[] = [];
  for (const part of parts.counts) {
    if (part.objects === 0n || sample.length >= SAMPLE) continue;
    try {
      sample.push(...(await client.sample(SAMPLE - sample.length, collection.name, part.tenant)));
    } catch (error) {
      if (!(error instanceof TenantUnavailable)) throw error;
    }
  }
  // Without one object nothing is known of their vectors and sizes, and 0 would be a cost of 0.
  if (objects > 0n && sample.length === 0)
    throw new CollectorError(
      'bad_payload',
      'bad_response',
      `Weaviate counted ${objects} objects in a collection and showed none of them, so their dimensions and sizes are not known`,
    );
  return { name: collection.name, objects, ...extrapolate(objects, sample), uncountedTenants: parts.uncounted };
}

async function countTenants(client: WeaviateClusterClient, collection: string) {
  const tenants = await client.tenants(collection);
  const counts: { tenant: string; objects: bigint }[] = [];
  const active = tenants.filter((tenant) => tenant.active);
  let uncounted = tenants.length - active.length;
  const queue = active.values();
  const work = async () => {
    for (const { name } of queue) {
      try {
        counts.push({ tenant: name, objects: await client.count(collection, name) });
      } catch (error) {
        if (!(error instanceof TenantUnavailable)) throw error;
        uncounted += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: TENANTS_AT_ONCE }, work));
  return { counts, uncounted };
}

/** From a sample to the whole, exactly where the sample is the whole. */
export function extrapolate(
  objects: bigint,
  sample: readonly SampledObject[],
): Pick<CollectionUsage, 'vectors' | 'dimensions' | 'storageBytes' | 'sampled'> {
  let vectors = 0n;
  let dimensions = 0n;
  let bytes = 0n;
  for (const object of sample) {
    const named = Object.values(object.vectors ?? {});
    // REST repeats an unnamed vector under both names.
    for (const vector of named.length > 0 ? named : object.vector ? [object.vector] : []) {
      const rows = vector.filter((row) => Array.isArray(row));
      if (vector.length === 0) continue;
      vectors += rows.length > 0 ? BigInt(rows.length) : 1n;
      dimensions += rows.length > 0 ? rows.reduce((sum, row) => sum + BigInt(row.length), 0n) : BigInt(vector.length);
    }
    bytes += BigInt(Buffer.byteLength(JSON.stringify(object.properties ?? {})));
  }
  bytes += dimensions * BYTES_PER_DIMENSION;
  const size = BigInt(sample.length);
  if (size === 0n) return { vectors: 0n, dimensions: 0n, storageBytes: 0n, sampled: objects > 0n };
  const whole = (part: bigint) => divideRounded(part * objects, size);
  return {
    vectors: whole(vectors),
    dimensions: whole(dimensions),
    storageBytes: whole(bytes),
    sampled: size < objects,
  };
}

import type { CollectContext, Warning } from '../contract.ts';
import { CollectorError } from '../errors.ts';
import { fallenCounts } from '../fallen-counts.ts';
import type { DigitalOceanClient } from './client.ts';
import type { Resources } from './data.ts';

const DOUBT = 'look whether DO_API_TOKEN still belongs to the same team and may read everything (npm run doctor)';
const SCOPES = { apps: 'app:read', databases: 'database:read', registries: 'registry:read' } as const;

/** Counts never touch a cost, so a missing one is a warning; a refused key or a stopped run is not. */
export async function readResources(
  client: DigitalOceanClient,
  context: CollectContext,
  checkGarbageCollection: boolean,
): Promise<{ resources: Omit<Resources, 'buckets'>; warnings: Warning[] }> {
  const warnings: Warning[] = [];
  const attempt = async <T>(what: keyof typeof SCOPES, read: () => Promise<T>): Promise<T | null> => {
    try {
      return await read();
    } catch (error) {
      warnings.push(unread(error, what, SCOPES[what], context.signal));
      return null;
    }
  };
  const apps = await attempt('apps', () => client.countApps(context));
  const databases = await attempt('databases', () => client.countDatabases(context));
  const registries = await attempt('registries', () => readRegistries(client, context));
  let garbageCollection: string | null = null;
  if (checkGarbageCollection && registries !== null) {
    garbageCollection = await attempt('registries', async () => {
      const states = [];
      for (const { name } of registries) states.push(await client.garbageCollection(context, name));
      return states.find((state) => state !== 'none') ?? 'none';
    });
    if (garbageCollection === 'other')
      warnings.push({
        code: 'unknown_state',
        message: 'DigitalOcean told a state of the garbage collection that is not known here.',
      });
  }
  const sizes = registries?.map((registry) => registry.storage_usage_bytes) ?? [];
  const known = sizes.filter((size) => size !== null);
  if (known.length < sizes.length)
    warnings.push({
      code: 'registry_without_size',
      message: 'DigitalOcean lists container registries without their size: the storage of all of them is unknown.',
      count: sizes.length - known.length,
    });
  const counts = {
    apps,
    databases,
    registries: registries?.length ?? null,
    registry_storage_bytes:
      registries === null || known.length < sizes.length ? null : known.reduce((sum, size) => sum + size, 0),
  };
  const { fallen, warnings: doubts } = await fallenCounts(context, 'digital_ocean', counts, DOUBT);
  const fact = (name: keyof typeof counts): number | null => (fallen.has(name) ? null : counts[name]);
  return {
    resources: {
      apps: fact('apps'),
      databases: fact('databases'),
      registries: fact('registries'),
      registryStorageBytes: fact('registry_storage_bytes'),
      garbageCollection,
    },
    warnings: [...warnings, ...doubts],
  };
}

/** Whether a failure ends the whole run: a refused key, a stopped run, a bug of ours, or our database. */
export function mustStop(error: unknown, signal: AbortSignal): boolean {
  if (!(error instanceof CollectorError) || signal.aborted || error.status === 401) return true;
  return error.kind === 'bug' || error.kind === 'storage';
}

/** Turns the failure of a part that costs only itself into a warning; rethrows what must fail the whole run. */
export function unread(error: unknown, what: string, scope: string, signal: AbortSignal): Warning {
  if (!(error instanceof CollectorError) || mustStop(error, signal)) throw error;
  if (error.status === 403)
    return {
      code: 'missing_permission',
      message: `The key in DO_API_TOKEN may not read ${what}: it lacks the scope ${scope}.`,
    };
  return { code: 'part_unavailable', message: `DigitalOcean's ${what} could not be read: ${error.message}` };
}

const GROWTH_DAYS = 30;
const MIN_DAYS = 7;
const MIN_GROWTH_BYTES = 100 * 1024 * 1024;

/** Storage that only ever grows is never collected, and is paid for. Looks at the stored history of a month. */
export async function registryGrowth(
  context: Pick<CollectContext, 'db' | 'today'>,
  now: number | null,
): Promise<Warning | undefined> {
  if (now === null) return undefined;
  const { rows } = await context.db.query<{ bytes: string; age: number }>(
    `SELECT registry_storage_bytes::text AS bytes, $1::date - recorded_at AS age FROM do_metrics
     WHERE registry_storage_bytes IS NOT NULL AND recorded_at >= $1::date - $2::int AND recorded_at < $1::date
       AND NOT demo
     ORDER BY recorded_at`,
    [context.today, GROWTH_DAYS],
  );
  const oldest = rows[0];
  if (oldest === undefined || oldest.age < MIN_DAYS) return undefined;
  const sizes = [...rows.map(({ bytes }) => Number(bytes)), now];
  const shrank = sizes.some((size, index) => size < (sizes[index - 1] ?? 0));
  const first = Number(oldest.bytes);
  if (shrank || now - first < Math.max(MIN_GROWTH_BYTES, first / 10)) return undefined;
  return {
    code: 'registry_growing',
    message: `The container registry grew from ${mebibytes(first)} to ${mebibytes(now)} MiB in ${oldest.age} days without ever shrinking: no garbage collection takes away old images, and their storage is paid for.`,
  };
}

async function readRegistries(
  client: DigitalOceanClient,
  context: CollectContext,
): ReturnType<DigitalOceanClient['registries']> {
  try {
    return await client.registries(context);
  } catch (error) {
    // An account that never made a registry has no such address.
    if (error instanceof CollectorError && error.status === 404) return [];
    throw error;
  }
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}

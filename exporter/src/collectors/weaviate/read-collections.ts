import type { CollectContext, Warning } from '../contract.ts';
import { CollectorError } from '../errors.ts';
import type { WeaviateClusterClient } from './client.ts';
import { measureCollection, type AsleepCollection, type CollectionUsage } from './measure.ts';

const MAX_NAMED = 5;

export interface CollectionsRead {
  /** Most objects first. */
  readonly collections: readonly CollectionUsage[];
  /** Tenants of collections that are asleep as a whole. */
  readonly asleepTenants: number;
  /** Names of those that could not be read or counted. */
  readonly unreadable: readonly string[];
  readonly warnings: readonly Warning[];
}

/**
 * Measures every collection. One that cannot be read (a broken shard, a role without its data, an odd answer) costs
 * only itself. Throws where the key is refused, where the run was stopped, and the first failure where none can be
 * read.
 */
export async function readCollections(
  client: WeaviateClusterClient,
  { signal }: Pick<CollectContext, 'signal'>,
): Promise<CollectionsRead> {
  const collections: CollectionUsage[] = [];
  const asleep: AsleepCollection[] = [];
  const failures: { name: string; error: CollectorError }[] = Array.from({ length: client.nameless }, () => ({
    name: '(no usable name)',
    error: new CollectorError('bad_payload', 'bad_response', 'Weaviate lists it without a usable name'),
  }));
  for (const collection of client.collections) {
    try {
      const usage = await measureCollection(client, collection);
      if ('asleepTenants' in usage) asleep.push(usage);
      else collections.push(usage);
    } catch (error) {
      if (!(error instanceof CollectorError) || signal.aborted || error.status === 401) throw error;
      if (error.kind === 'bug' || error.reason === 'invalid_key') throw error;
      failures.push({ name: collection.name, error });
    }
  }
  const [first] = failures;
  if (first !== undefined && collections.length + asleep.length === 0) throw first.error;
  collections.sort((a, b) => (a.objects === b.objects ? (a.name < b.name ? -1 : 1) : a.objects > b.objects ? -1 : 1));
  return {
    collections,
    asleepTenants: asleep.reduce((sum, { asleepTenants }) => sum + asleepTenants, 0),
    unreadable: [...failures, ...asleep].map(({ name }) => name),
    warnings: [
      ...(first === undefined ? [] : [aboutUnreadable(failures, first.error)]),
      ...(asleep.length === 0 ? [] : [aboutAsleep(asleep)]),
    ],
  };
}

function aboutUnreadable(failures: readonly { readonly name: string }[], why: CollectorError): Warning {
  return {
    code: 'collections_unreadable',
    message: `these collections could not be read: ${namesOf(failures)} (${why.message}). The totals of the cluster are unknown until they can be, and the estimate counts them as they were last read`,
    count: failures.length,
  };
}

function aboutAsleep(asleep: readonly AsleepCollection[]): Warning {
  return {
    code: 'collections_asleep',
    message: `every tenant of these collections is inactive or offloaded: ${namesOf(asleep)}. Their objects cannot be counted without waking them, so the totals of the cluster are unknown, and the estimate counts them as they were last read`,
    count: asleep.length,
  };
}

function namesOf(collections: readonly { readonly name: string }[]): string {
  const names = collections.slice(0, MAX_NAMED).map(({ name }) => name);
  return `${names.join(', ')}${collections.length > MAX_NAMED ? ` and ${collections.length - MAX_NAMED} more` : ''}`;
}

import { CollectorError } from '../errors.ts';
import type { RequestContext } from '../retry.ts';
import type { SupabaseProjectClient } from './client.ts';
import { bucketPage, objectPage } from './schema.ts';

const PAGE = 1000;
/** A listing this long belongs into SQL: it is given up with a reason rather than half counted. */
const MAX_REQUESTS = 300;

export interface StorageUse {
  readonly bytes: bigint;
  readonly objects: bigint;
  /** Objects that the API lists without a size. */
  readonly unsized: number;
}

export type StorageReading = StorageUse | { readonly skipped: string };

/**
 * Adds up every object of every bucket, folder by folder. All or nothing: where a request fails (storage switched off, no
 * right, too much to list, an answer that cannot be trusted) it is skipped with the reason.
 */
export async function readStorage(client: SupabaseProjectClient, context: RequestContext): Promise<StorageReading> {
  try {
    return await addUp(client, context);
  } catch (error) {
    if (!(error instanceof CollectorError) || context.signal.aborted || error.kind === 'bug') throw error;
    if (error.reason === 'too_many_pages')
      return { skipped: `${error.message}; set SUPABASE_DB_URL to read it by SQL` };
    return { skipped: error.message };
  }
}

async function addUp(client: SupabaseProjectClient, context: RequestContext): Promise<StorageReading> {
  let requests = 0;
  const spend = () => {
    requests += 1;
    if (requests > MAX_REQUESTS)
      throw new CollectorError(
        'bad_payload',
        'too_many_pages',
        `listing the storage takes more than ${MAX_REQUESTS} requests`,
        { retryable: false },
      );
  };
  let bytes = 0n;
  let objects = 0n;
  let unsized = 0;
  const buckets = await paged(
    (offset) => {
      spend();
      return client.call(context, 'the list of buckets', bucketPage, (sdk) =>
        sdk.storage.listBuckets({ limit: PAGE, offset }),
      );
    },
    (bucket) => bucket.id,
  );
  for (const bucket of buckets) {
    const folders = [''];
    for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
      const prefix = folder;
      const entries = await paged(
        (offset) => {
          spend();
          return client.call(context, 'a list of objects', objectPage, (sdk) =>
            sdk.storage.from(bucket.id).list(prefix, { limit: PAGE, offset, sortBy: { column: 'name', order: 'asc' } }),
          );
        },
        (entry) => entry.name,
      );
      for (const entry of entries) {
        if (entry.id === null || entry.id === undefined) {
          folders.push(prefix === '' ? entry.name : `${prefix}/${entry.name}`);
          continue;
        }
        objects += 1n;
        const size = entry.metadata?.size;
        if (size === null || size === undefined) unsized += 1;
        else bytes += BigInt(size);
      }
    }
  }
  return knownSizes({ bytes, objects, unsized });
}

/** Where no object has a size, the bytes are not known. */
export function knownSizes(use: StorageUse): StorageReading {
  const isUnknown = use.objects > 0n && BigInt(use.unsized) === use.objects;
  return isUnknown ? { skipped: 'the objects are listed without their sizes' } : use;
}

/** Reads pages until one is not full; a page that brings nothing new is a loop. */
async function paged<Entry>(
  read: (offset: number) => Promise<Entry[]>,
  idOf: (entry: Entry) => string,
): Promise<Entry[]> {
  const entries = new Map<string, Entry>();
  for (let offset = 0; ; offset += PAGE) {
    const page = await read(offset);
    const before = entries.size;
    for (const entry of page) entries.set(idOf(entry), entry);
    if (page.length > 0 && entries.size === before)
      throw new CollectorError('bad_payload', 'page_loop', 'Supabase sent the same page of a listing twice');
    if (page.length < PAGE) return [...entries.values()];
  }
}

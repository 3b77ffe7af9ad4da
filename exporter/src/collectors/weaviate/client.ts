import { CollectorError } from '../errors.ts';
import type { RequestContext } from '../retry.ts';
import type { WeaviateAddress } from './address.ts';
import { GrpcUnavailable, openGrpc, type WeaviateGrpc } from './grpc.ts';
import { openRest, type CollectionSchema, type Tenant, type WeaviateRest } from './rest.ts';
import { ownSight, seesNothing, type Sight } from './rights.ts';
import type { SampledObject } from './schema.ts';

/** The only client of a cluster: gRPC by the official client where it can connect, GraphQL and REST otherwise. */
export interface WeaviateClusterClient {
  readonly collections: readonly CollectionSchema[];
  /** Collections that are listed without a usable name. */
  readonly nameless: number;
  /** Undefined where the server does not say. */
  readonly version: string | undefined;
  /** Whether these are all collections, as far as the key's own rights tell. */
  readonly sight: Sight;
  tenants(collection: string): Promise<Tenant[]>;
  count(collection: string, tenant?: string): Promise<bigint>;
  sample(limit: number, collection: string, tenant?: string): Promise<SampledObject[]>;
  /** Why HTTP is used instead of gRPC; undefined while gRPC works. */
  grpcTrouble(): string | undefined;
  close(): Promise<void>;
}

/** Connects by a real, authenticated read of the schema (`isLive` and `isReady` are true with any key). */
export async function openWeaviate(
  address: WeaviateAddress,
  key: string | undefined,
  context: RequestContext,
): Promise<WeaviateClusterClient> {
  const rest = openRest(address, key);
  const listed = await rest.collections(context);
  const collections = listed.filter((collection) => collection !== null);
  const { version, trouble: unknownVersion } = await versionOf(rest, context);
  const sight = await ownSight(rest, context);
  if (collections.length === 0 && (sight === 'some' || (sight === 'unknown' && !(await mayLookUp(rest, context)))))
    throw seesNothing();
  let trouble = unknownVersion;
  let grpc: WeaviateGrpc | undefined;
  const giveUp = async (error: unknown): Promise<void> => {
    if (!(error instanceof GrpcUnavailable)) throw error;
    trouble ??= error.message;
    const broken = grpc;
    grpc = undefined;
    await broken?.close();
  };
  if (collections.length > 0 && version !== undefined) {
    try {
      grpc = await openGrpc(address, key, version, collections[0]?.name, context);
    } catch (error) {
      await giveUp(error);
    }
  }
  /** Over gRPC while it works; when it breaks on the way, the same question goes over HTTP. */
  const either = async <T>(overGrpc: (way: WeaviateGrpc) => Promise<T>, overHttp: () => Promise<T>): Promise<T> => {
    const way = grpc;
    if (way === undefined) return overHttp();
    try {
      return await overGrpc(way);
    } catch (error) {
      await giveUp(error);
      return overHttp();
    }
  };
  return {
    collections,
    nameless: listed.length - collections.length,
    version,
    sight,
    tenants: (collection) => rest.tenants(context, collection),
    count: (collection, tenant) =>
      either(
        (way) => way.count(context, collection, tenant),
        () => rest.count(context, collection, tenant),
      ),
    sample: (limit, collection, tenant) =>
      either(
        (way) => way.sample(context, limit, collection, tenant),
        () => rest.sample(context, limit, collection, tenant),
      ),
    grpcTrouble: () => trouble,
    close: async () => grpc?.close(),
  };
}

/** The version only says whether gRPC can count: without it the same is asked over HTTP. */
async function versionOf(
  rest: WeaviateRest,
  context: RequestContext,
): Promise<{ version: string | undefined; trouble?: string }> {
  try {
    return { version: await rest.version(context) };
  } catch (error) {
    if (!(error instanceof CollectorError) || context.signal.aborted || error.status === 401 || error.kind === 'bug')
      throw error;
    return { version: undefined, trouble: `the version could not be read: ${error.message}` };
  }
}

/** An answer that cannot be read says nothing about the rights. */
async function mayLookUp(rest: WeaviateRest, context: RequestContext): Promise<boolean> {
  try {
    return await rest.mayLookUp(context);
  } catch (error) {
    if (!(error instanceof CollectorError) || context.signal.aborted || error.kind === 'bug') throw error;
    return true;
  }
}

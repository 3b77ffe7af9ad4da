import { connect } from 'node:http2';
import type { WeaviateClient } from 'weaviate-client';
import { CollectorError } from '../errors.ts';
import { checked } from '../http.ts';
import { classifyUnknown, DEFAULT_RETRY, withRetries, type RequestContext } from '../retry.ts';
import type { WeaviateAddress } from './address.ts';
import { isTenantTrouble, TenantUnavailable } from './rest.ts';
import { aggregated, sampledObjects, type SampledObject } from './schema.ts';

const REACH_MS = 3_000;
const PROBE_SECONDS = 5;
const QUERY_SECONDS = 20;

/**
 * gRPC by the official client. Throws `GrpcUnavailable` when the way is broken, `CollectorError` when the answer is.
 */
export interface WeaviateGrpc {
  count(context: RequestContext, collection: string, tenant?: string): Promise<bigint>;
  sample(context: RequestContext, limit: number, collection: string, tenant?: string): Promise<SampledObject[]>;
  close(): Promise<void>;
}

/** The way is blocked (port, proxy, TLS, HTTP/2), whatever the cluster would say. */
export class GrpcUnavailable extends Error {
  override readonly name = 'GrpcUnavailable';
}

/**
 * Opens gRPC and proves it by a real call, quickly: a closed port costs nothing, a silent one three seconds, not the
 * whole time-out. Throws `GrpcUnavailable` with the reason.
 */
export async function openGrpc(
  address: WeaviateAddress,
  key: string | undefined,
  version: string,
  probe: string | undefined,
  context: RequestContext,
): Promise<WeaviateGrpc> {
  if (!countsOverGrpc(version)) throw new GrpcUnavailable(`Weaviate ${version} counts over gRPC only from 1.29`);
  await reach(address.grpc, context.signal);
  if (probe !== undefined) {
    const trial = await dial(address, key, PROBE_SECONDS, context);
    try {
      await trial.count(context, probe).catch((error: unknown) => {
        // Any answer of the cluster itself proves the way; it is judged when it matters.
        if (error instanceof GrpcUnavailable) throw error;
      });
    } finally {
      await trial.close();
    }
  }
  return dial(address, key, QUERY_SECONDS, context);
}

async function dial(
  address: WeaviateAddress,
  key: string | undefined,
  seconds: number,
  context: RequestContext,
): Promise<WeaviateGrpc> {
  const { default: weaviate } = await import('weaviate-client');
  const { rest, grpc } = address;
  const secure = rest.protocol === 'https:';
  const client: WeaviateClient = await weaviate.connectToCustom({
    httpHost: rest.hostname,
    httpPath: rest.pathname.replace(/\/+$/, ''),
    httpPort: rest.port === '' ? (secure ? 443 : 80) : Number(rest.port),
    httpSecure: secure,
    grpcHost: grpc.host,
    grpcPort: grpc.port,
    grpcSecure: grpc.secure,
    // Its own checks leave the channel open when they fail; ours close it.
    skipInitChecks: true,
    // In seconds.
    timeout: { init: seconds, query: seconds, insert: seconds },
    ...(key === undefined ? {} : { authCredentials: new weaviate.ApiKey(key) }),
  });
  const call = <T>(within: RequestContext, run: (signal: AbortSignal) => Promise<T>) =>
    withRetries(
      {
        ...within,
        retry: {
          ...(within.retry ?? DEFAULT_RETRY),
          tries: 1,
          requestTimeoutMs: Math.min(within.retry?.requestTimeoutMs ?? Number.POSITIVE_INFINITY, seconds * 1000),
        },
      },
      run,
      classifyGrpc,
    ).catch((error: unknown) => {
      if (
        error instanceof CollectorError &&
        (error.kind === 'network' || error.kind === 'timeout') &&
        !within.signal.aborted
      )
        throw new GrpcUnavailable(error.message);
      throw error;
    });
  const collectionOf = (collection: string, tenant: string | undefined) => {
    const found = client.collections.use(collection);
    return tenant === undefined ? found : found.withTenant(tenant);
  };
  try {
    // Fills the client's cache: every handle of a collection asks for the version, and a failure there is an
    // unhandled rejection.
    await call(context, () => client.getWeaviateVersion());
  } catch (error) {
    await client.close();
    throw error;
  }
  return {
    count: async (within, collection, tenant) =>
      checked(
        'Weaviate',
        'a count over gRPC',
        await call(within, () => collectionOf(collection, tenant).aggregate.overAll()).catch(tenantTrouble(tenant)),
        aggregated,
      ).totalCount,
    sample: async (within, limit, collection, tenant) => {
      const found = await call(within, (signal) =>
        collectionOf(collection, tenant).query.fetchObjects({ limit, includeVector: true }, { abortSignal: signal }),
      ).catch(tenantTrouble(tenant));
      return checked(
        'Weaviate',
        'a sample over gRPC',
        { objects: found.objects.map(({ properties, vectors }) => ({ properties, vectors })) },
        sampledObjects,
      ).objects;
    },
    close: () => client.close(),
  };
}

function tenantTrouble(tenant: string | undefined): (error: unknown) => never {
  return (error) => {
    if (tenant !== undefined && error instanceof CollectorError && isTenantTrouble(error.message))
      throw new TenantUnavailable();
    throw error;
  };
}

/** The client throws its own errors with the gRPC status in the text. */
function classifyGrpc(error: unknown): CollectorError {
  if (error instanceof CollectorError || !(error instanceof Error)) return classifyUnknown(error);
  const status = / ([A-Z_]{5,}): /.exec(error.message)?.[1];
  if (status === 'UNAUTHENTICATED' || error.name === 'WeaviateUnauthenticatedError')
    return new CollectorError('auth', 'invalid_key', 'Weaviate: the key in WEAVIATE_API_KEY was refused (gRPC)');
  if (status === 'PERMISSION_DENIED' || error.name === 'WeaviateInsufficientPermissionsError')
    return new CollectorError(
      'auth',
      'missing_permission',
      'Weaviate: the key in WEAVIATE_API_KEY may not read data (needs read_collections and read_data)',
    );
  if (error.name === 'WeaviateRequestTimeoutError' || error.name === 'AbortError')
    return new CollectorError('timeout', 'timeout', 'gRPC did not answer in time', { cause: error });
  if (
    status !== undefined &&
    ['UNAVAILABLE', 'CANCELLED', 'DEADLINE_EXCEEDED', 'UNIMPLEMENTED', 'INTERNAL'].includes(status)
  )
    return new CollectorError('network', 'network', `gRPC is ${status.toLowerCase()}`, { cause: error });
  if (error.name.startsWith('Weaviate'))
    return new CollectorError('upstream', 'api_error', `Weaviate answered over gRPC: ${error.message.slice(0, 200)}`, {
      cause: error,
    });
  return classifyUnknown(error);
}

function countsOverGrpc(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > 1 || (major === 1 && minor >= 29);
}

/**
 * Waits for the greeting of an HTTP/2 server: a closed, filtered or foreign port is known before any SDK waits for it
 * (its channel keeps a silent socket for 20 s, even when it is closed).
 */
async function reach({ host, port, secure }: WeaviateAddress['grpc'], signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const session = connect(`${secure ? 'https' : 'http'}://${host}:${port}`);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const refuse = (why: string) => reject(new GrpcUnavailable(`port ${port}: ${why}`));
  const timer = setTimeout(() => refuse(`no answer within ${REACH_MS / 1000} s`), REACH_MS);
  const stop = () => refuse('given up');
  signal.addEventListener('abort', stop, { once: true });
  session.once('remoteSettings', () => resolve());
  session.on('error', (error: NodeJS.ErrnoException) => refuse(error.code ?? 'no connection'));
  session.once('close', () => refuse('closed at once'));
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    session.destroy();
  }
}

import { createServer, ServerError, Status, type CallContext, type Server } from 'nice-grpc';
import {
  AggregateReply,
  type AggregateRequest,
} from '../../../node_modules/weaviate-client/dist/node/esm/proto/v1/aggregate.js';
import { Vectors_VectorType } from '../../../node_modules/weaviate-client/dist/node/esm/proto/v1/base.js';
import {
  SearchReply,
  type SearchRequest,
} from '../../../node_modules/weaviate-client/dist/node/esm/proto/v1/search_get.js';
import { WeaviateDefinition } from '../../../node_modules/weaviate-client/dist/node/esm/proto/v1/weaviate.js';
import type { WeaviateSettings } from '../../src/collectors/weaviate/index.ts';
import { listen, type LoopbackServer, type Reply, type SeenRequest } from './loopback.ts';

export interface FakeCollection {
  objects: number;
  /** Dimensions by name of the vector; `default` is the unnamed one. */
  vectors?: Readonly<Record<string, number>>;
  /** Objects by tenant, for a multi-tenant collection. */
  tenants?: Record<string, { objects: number; status?: string; refuses?: boolean }>;
}

export interface FakeWeaviateState {
  collections: Record<string, FakeCollection>;
  version: string;
  /** RBAC: the roles of the key, and which collections they let it see. */
  rbac?: { readonly roles: unknown; readonly sees: RegExp };
}

export interface FakeWeaviate extends LoopbackServer {
  readonly state: FakeWeaviateState;
  /** host:port of gRPC. */
  readonly grpcAddress: string;
  /** Calls over gRPC, by method and collection. */
  readonly grpcCalls: string[];
  /** Throws in every gRPC call from now on. */
  failGrpc(status: Status | undefined): void;
}

export const WEAVIATE_KEY = 'WvKey0123456789abcdefABCDEF';

export function weaviateSettings(overrides: Partial<WeaviateSettings> = {}): WeaviateSettings {
  return {
    WEAVIATE_URL: undefined,
    WEAVIATE_API_KEY: WEAVIATE_KEY,
    WEAVIATE_GRPC_URL: undefined,
    WEAVIATE_PLAN: 'auto',
    WEAVIATE_PRICE_MINIMUM_USD: '45',
    WEAVIATE_PRICE_MILLION_DIMENSIONS_USD: '0.00465',
    WEAVIATE_PRICE_STORAGE_GIB_USD: '0.12',
    WEAVIATE_PRICE_BACKUP_GIB_USD: '0.03036',
    WEAVIATE_PRICES_READ_ON: '2026-10-07',
    ...overrides,
  };
}

/** A cluster with REST, GraphQL and a real gRPC service on loopback. */
export async function startFakeWeaviate(state: Partial<FakeWeaviateState> = {}): Promise<FakeWeaviate> {
  const full: FakeWeaviateState = { collections: {}, version: '1.35.2', ...state };
  const grpcCalls: string[] = [];
  let trouble: Status | undefined;
  const authorised = (what: string, context: CallContext) => {
    grpcCalls.push(what);
    if (trouble !== undefined) throw new ServerError(trouble, 'trouble');
    if (context.metadata.get('authorization') !== `Bearer ${WEAVIATE_KEY}`)
      throw new ServerError(Status.UNAUTHENTICATED, 'unauthorized: invalid api key');
  };
  const grpc: Server = createServer();
  // Only what a collector calls; the rest answers UNIMPLEMENTED.
  const unimplemented = () => Promise.reject(new ServerError(Status.UNIMPLEMENTED, 'not here'));
  grpc.add(WeaviateDefinition, {
    batchObjects: unimplemented,
    batchReferences: unimplemented,
    batchDelete: unimplemented,
    tenantsGet: unimplemented,
    batchStream: () => ({ [Symbol.asyncIterator]: () => ({ next: unimplemented }) }),
    aggregate: async (request: AggregateRequest, context) => {
      authorised(`aggregate ${request.collection}`, context);
      return AggregateReply.fromPartial({
        took: 0.1,
        singleResult: { objectsCount: countOf(full, request.collection, request.tenant) },
      });
    },
    search: async (request: SearchRequest, context) => {
      authorised(`search ${request.collection}`, context);
      const shown = Math.min(request.limit, countOf(full, request.collection, request.tenant));
      return SearchReply.fromPartial({
        results: Array.from({ length: shown }, () => ({
          properties: { nonRefProps: { fields: {} } },
          metadata: { id: '00000000-0000-4000-8000-000000000001', vectors: vectorsOf(full, request.collection) },
        })),
      });
    },
  });
  const port = await grpc.listen('127.0.0.1:0');
  const server = await listen((request) => answer(full, request));
  return {
    ...server,
    state: full,
    grpcAddress: `127.0.0.1:${port}`,
    grpcCalls,
    failGrpc: (status) => {
      trouble = status;
    },
    close: async () => {
      grpc.forceShutdown();
      await server.close();
    },
  };
}

function countOf(state: FakeWeaviateState, name: string, tenant: string | undefined): number {
  const collection = state.collections[name];
  if (collection === undefined) throw new ServerError(Status.UNKNOWN, 'could not find class');
  if (collection.tenants === undefined) return collection.objects;
  if (tenant === undefined || tenant === '')
    throw new ServerError(Status.UNKNOWN, `class ${name} has multi-tenancy enabled, but request was without tenant`);
  const one = collection.tenants[tenant];
  if (one === undefined || one.refuses === true)
    throw new ServerError(Status.UNKNOWN, `tenant not active: '${tenant}'`);
  return one.objects;
}

function vectorsOf(state: FakeWeaviateState, name: string) {
  return Object.entries(state.collections[name]?.vectors ?? {}).map(([vector, size]) => ({
    name: vector,
    type: Vectors_VectorType.VECTOR_TYPE_SINGLE_FP32,
    vectorBytes: new Uint8Array(new Float32Array(size).fill(0.5).buffer),
  }));
}

function answer(state: FakeWeaviateState, request: SeenRequest): Reply | undefined {
  if (request.headers.authorization !== `Bearer ${WEAVIATE_KEY}`)
    return { status: 401, body: { code: 401, message: 'unauthorized: invalid api key' } };
  if (request.path === '/v1/meta')
    return { body: { hostname: 'http://[::]:8080', version: state.version, modules: {} } };
  if (request.path === '/v1/users/own-info')
    return { body: { username: 'marginboard', groups: [], roles: state.rbac?.roles ?? null } };
  const asked = /^\/v1\/schema\/(\w+)$/.exec(request.path)?.[1];
  if (asked !== undefined && state.rbac?.sees.test(asked) === false)
    return { status: 403, body: { error: [{ message: 'authorization, forbidden action' }] } };
  if (request.path === '/v1/schema') {
    return {
      body: {
        classes: Object.entries(state.collections)
          .filter(([name]) => state.rbac?.sees.test(name) !== false)
          .map(([name, collection]) => ({
            class: name,
            vectorizer: 'none',
            multiTenancyConfig: { enabled: collection.tenants !== undefined },
          })),
      },
    };
  }
  const tenants = /^\/v1\/schema\/(\w+)\/tenants$/.exec(request.path)?.[1];
  if (tenants !== undefined)
    return {
      body: Object.entries(state.collections[tenants]?.tenants ?? {}).map(([name, tenant]) => ({
        name,
        activityStatus: tenant.status ?? 'ACTIVE',
      })),
    };
  if (request.path === '/v1/graphql' && request.method === 'POST') return { body: graphql(state, request.body) };
  if (request.path === '/v1/objects') return { body: objects(state, request.query) };
  return undefined;
}

function graphql(state: FakeWeaviateState, body: unknown): unknown {
  const query = typeof body === 'object' && body !== null && 'query' in body ? String(body.query) : '';
  const [, name = '', tenant] = /Aggregate \{ (\w+)(?:\(tenant: "([^"]+)"\))? \{ meta/.exec(query) ?? [];
  try {
    return { data: { Aggregate: { [name]: [{ meta: { count: countOf(state, name, tenant) } }] } } };
  } catch (error) {
    return {
      data: { Aggregate: { [name]: null } },
      errors: [{ message: error instanceof ServerError ? error.details : 'broken', path: ['Aggregate', name] }],
    };
  }
}

function objects(state: FakeWeaviateState, query: URLSearchParams): unknown {
  const name = query.get('class') ?? '';
  const { default: unnamed, ...named } = state.collections[name]?.vectors ?? {};
  const count = Math.min(Number(query.get('limit') ?? '25'), countOf(state, name, query.get('tenant') ?? undefined));
  const fill = (size: number) => new Array<number>(size).fill(0.5);
  return {
    objects: Array.from({ length: count }, () => ({
      class: name,
      id: '00000000-0000-4000-8000-000000000001',
      properties: {},
      ...(unnamed === undefined ? {} : { vector: fill(unnamed) }),
      ...(Object.keys(named).length === 0
        ? {}
        : { vectors: Object.fromEntries(Object.entries(named).map(([vector, size]) => [vector, fill(size)])) }),
    })),
    totalResults: count,
  };
}

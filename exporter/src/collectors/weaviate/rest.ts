import { CollectorError } from '../errors.ts';
import { createHttpClient } from '../http.ts';
import type { RequestContext } from '../retry.ts';
import type { WeaviateAddress } from './address.ts';
import { z } from 'zod';
import {
  collections,
  graphqlCount,
  meta,
  ownInfo,
  sampledObjects,
  tenants,
  type OwnRole,
  type SampledObject,
} from './schema.ts';

export interface CollectionSchema {
  readonly name: string;
  readonly multiTenant: boolean;
}

export interface Tenant {
  readonly name: string;
  readonly active: boolean;
}

/** A name that no collection has. */
const PROBE = 'MarginboardLooksForNoSuchCollection';

/** A tenant that exists but cannot be counted now. */
export class TenantUnavailable extends Error {
  override readonly name = 'TenantUnavailable';
}

/**
 * REST and GraphQL over our own HTTP client. The official client's REST calls follow redirects, have no size cap,
 * cannot be aborted and stop their timer at the head of the answer; it is used for gRPC only.
 */
export interface WeaviateRest {
  version(context: RequestContext): Promise<string>;
  /** Null stands for one whose name cannot be used. */
  collections(context: RequestContext): Promise<(CollectionSchema | null)[]>;
  /** The roles of the key; none without RBAC. */
  ownRoles(context: RequestContext): Promise<OwnRole[]>;
  /** Whether the key may look for a collection that does not exist: with RBAC only one that sees every name may. */
  mayLookUp(context: RequestContext): Promise<boolean>;
  tenants(context: RequestContext, collection: string): Promise<Tenant[]>;
  /** Exact number of objects, by GraphQL `Aggregate`. Throws `TenantUnavailable`. */
  count(context: RequestContext, collection: string, tenant?: string): Promise<bigint>;
  sample(context: RequestContext, limit: number, collection: string, tenant?: string): Promise<SampledObject[]>;
}

export function openRest(address: WeaviateAddress, key: string | undefined): WeaviateRest {
  const http = createHttpClient({
    provider: 'Weaviate',
    credential: key === undefined ? 'WEAVIATE_API_KEY (not set)' : 'WEAVIATE_API_KEY',
    baseUrl: address.rest.href,
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    maxBytes: 64 * 1024 * 1024,
  });
  return {
    version: async (context) => (await http.get(context, '/v1/meta', { schema: meta })).body.version,
    collections: async (context) => {
      const { body } = await http.get(context, '/v1/schema', { schema: collections });
      return body.classes.map(
        (one) => one && { name: one.class, multiTenant: one.multiTenancyConfig?.enabled === true },
      );
    },
    ownRoles: async (context) => (await http.get(context, '/v1/users/own-info', { schema: ownInfo })).body.roles,
    mayLookUp: async (context) => {
      const { status } = await http.get(context, `/v1/schema/${PROBE}`, { schema: z.unknown(), accept: [403, 404] });
      return status !== 403;
    },
    tenants: async (context, collection) => {
      const { body } = await http.get(context, `/v1/schema/${encodeURIComponent(collection)}/tenants`, {
        schema: tenants,
      });
      return body.map((tenant) =>
        tenant === null
          ? { name: '', active: false }
          : { name: tenant.name, active: ['ACTIVE', 'HOT'].includes(tenant.activityStatus) },
      );
    },
    count: async (context, collection, tenant) => {
      if (!/^[A-Z]\w*$/i.test(collection))
        throw new CollectorError(
          'bad_payload',
          'bad_response',
          'Weaviate: a collection of this name can only be counted over gRPC; set WEAVIATE_GRPC_URL',
          { retryable: false },
        );
      const where = tenant === undefined ? '' : `(tenant: ${JSON.stringify(tenant)})`;
      const { body } = await http.query(
        context,
        '/v1/graphql',
        { query: `{ Aggregate { ${collection}${where} { meta { count } } } }` },
        { schema: graphqlCount },
      );
      const said = body.errors?.[0]?.message;
      if (said !== undefined && tenant !== undefined && isTenantTrouble(said)) throw new TenantUnavailable();
      const count = body.data?.Aggregate[collection]?.[0]?.meta.count;
      if (said !== undefined || count === undefined)
        throw new CollectorError(
          'upstream',
          'api_error',
          `Weaviate could not count a collection by GraphQL${said === undefined ? '' : `: ${said.slice(0, 200)}`}`,
        );
      return count;
    },
    sample: async (context, limit, collection, tenant) =>
      (
        await http.get(context, '/v1/objects', {
          query: { class: collection, limit, include: 'vector', tenant },
          schema: sampledObjects,
        })
      ).body.objects,
  };
}

/** What a server says of a tenant that was switched off, unloaded or removed since it was listed. */
export function isTenantTrouble(message: string): boolean {
  return /tenant.*(not active|not found|inactive|offload|frozen|cold)|status.*(COLD|FROZEN|INACTIVE|OFFLOAD)/i.test(
    message,
  );
}

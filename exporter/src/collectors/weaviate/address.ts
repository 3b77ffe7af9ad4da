import type { Settings } from '../../settings/schema.ts';

export type WeaviateConnection = Pick<Settings, 'WEAVIATE_URL' | 'WEAVIATE_API_KEY' | 'WEAVIATE_GRPC_URL'>;

/** Where a cluster is, for REST and for gRPC. */
export interface WeaviateAddress {
  /** REST base, without /v1. */
  readonly rest: URL;
  readonly grpc: { readonly host: string; readonly port: number; readonly secure: boolean };
  /** A host of Weaviate Cloud, which sends invoices. */
  readonly cloud: boolean;
  readonly loopback: boolean;
}

const CLOUD = /\.(weaviate\.(network|cloud|io)|semi\.network)$/;
export const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Reads the addresses. Throws a RangeError that names the setting; call it after `weaviateReadiness`. */
export function weaviateAddress(settings: Pick<Settings, 'WEAVIATE_URL' | 'WEAVIATE_GRPC_URL'>): WeaviateAddress {
  const rest = parseUrl(settings.WEAVIATE_URL ?? '', 'https');
  if (rest === undefined || !/^https?:$/.test(rest.protocol))
    throw new RangeError('WEAVIATE_URL must be an address such as https://<cluster>.weaviate.network');
  const secure = rest.protocol === 'https:';
  const cloud = CLOUD.test(rest.hostname);
  const loopback = LOOPBACK.test(rest.hostname);
  return {
    rest,
    cloud,
    loopback,
    grpc:
      settings.WEAVIATE_GRPC_URL === undefined
        ? defaultGrpc(rest, cloud)
        : givenGrpc(settings.WEAVIATE_GRPC_URL, secure),
  };
}

/** As the official client does it for Weaviate Cloud; elsewhere the server's default port on the same host. */
function defaultGrpc(rest: URL, cloud: boolean): WeaviateAddress['grpc'] {
  const host = rest.hostname;
  if (!cloud) return { host, port: 50051, secure: rest.protocol === 'https:' };
  const [cluster = '', ...domain] = host.split('.');
  return {
    host: host.endsWith('.weaviate.network') ? `${cluster}.grpc.${domain.join('.')}` : `grpc-${host}`,
    port: 443,
    secure: true,
  };
}

function givenGrpc(value: string, secureByDefault: boolean): WeaviateAddress['grpc'] {
  const url = parseUrl(value, secureByDefault ? 'grpcs' : 'grpc');
  const secure = url !== undefined && /^(grpcs|https):$/.test(url.protocol);
  if (url === undefined || url.hostname === '' || !(secure || /^(grpc|http):$/.test(url.protocol)))
    throw new RangeError('WEAVIATE_GRPC_URL must be host:port or a URL such as grpcs://host:443');
  return { host: url.hostname, port: url.port === '' ? (secure ? 443 : 50051) : Number(url.port), secure };
}

/** Takes a bare host (and port) for an address too. */
function parseUrl(value: string, scheme: string): URL | undefined {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `${scheme}://${value}`;
  return URL.canParse(text) ? new URL(text) : undefined;
}

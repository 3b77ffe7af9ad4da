import { describe, expect, it } from 'vitest';
import { weaviateAddress, type WeaviateConnection } from './address.ts';
import { weaviateReadiness } from './readiness.ts';

const KEY = 'WvKey0123456789abcdefABCDEF';

function judge(change: Partial<WeaviateConnection>) {
  return weaviateReadiness({
    WEAVIATE_URL: 'https://acme-1.weaviate.network',
    WEAVIATE_API_KEY: KEY,
    WEAVIATE_GRPC_URL: undefined,
    ...change,
  });
}

describe('Weaviate settings', () => {
  it.each([
    ['https://acme-1.weaviate.network', undefined, { host: 'acme-1.grpc.weaviate.network', port: 443, secure: true }],
    [
      'https://acme.c0.europe-west3.gcp.weaviate.cloud',
      undefined,
      { host: 'grpc-acme.c0.europe-west3.gcp.weaviate.cloud', port: 443, secure: true },
    ],
    [
      'acme.c0.europe-west3.gcp.weaviate.cloud',
      undefined,
      { host: 'grpc-acme.c0.europe-west3.gcp.weaviate.cloud', port: 443, secure: true },
    ],
    ['http://127.0.0.1:8080', undefined, { host: '127.0.0.1', port: 50051, secure: false }],
    ['https://vectors.acme.test', undefined, { host: 'vectors.acme.test', port: 50051, secure: true }],
    ['http://127.0.0.1:8080', '127.0.0.1:6000', { host: '127.0.0.1', port: 6000, secure: false }],
    ['https://vectors.acme.test', 'grpcs://g.acme.test', { host: 'g.acme.test', port: 443, secure: true }],
    ['https://vectors.acme.test', 'http://g.acme.test:1', { host: 'g.acme.test', port: 1, secure: false }],
  ])('%s with gRPC %s', (WEAVIATE_URL, WEAVIATE_GRPC_URL, grpc) => {
    expect(weaviateAddress({ WEAVIATE_URL, WEAVIATE_GRPC_URL }).grpc).toEqual(grpc);
  });

  it("needs no key for a server of one's own, not even over plain http", () => {
    expect(judge({ WEAVIATE_URL: 'http://weaviate:8080', WEAVIATE_API_KEY: undefined })).toEqual({ outcome: 'ready' });
    expect(judge({})).toEqual({ outcome: 'ready' });
  });

  it.each([
    [{ WEAVIATE_URL: undefined }, 'not_configured', 'WEAVIATE_URL'],
    [{ WEAVIATE_API_KEY: undefined }, 'not_configured', 'WEAVIATE_API_KEY'],
    [{ WEAVIATE_URL: 'https://xxxxx.weaviate.network' }, 'placeholder_key', 'WEAVIATE_URL'],
    [{ WEAVIATE_API_KEY: 'your-api-key' }, 'placeholder_key', 'WEAVIATE_API_KEY'],
  ])('skips %j as %s', (change, reason, name) => {
    expect(judge(change)).toMatchObject({ outcome: 'skipped', reason, message: expect.stringContaining(name) });
  });

  it.each([
    [{ WEAVIATE_API_KEY: `${KEY}\n` + KEY }, 'malformed_key', 'WEAVIATE_API_KEY'],
    [{ WEAVIATE_URL: 'ftp://acme.test' }, 'malformed_setting', 'WEAVIATE_URL'],
    [{ WEAVIATE_URL: 'http://acme.test' }, 'malformed_setting', 'https'],
    [{ WEAVIATE_URL: 'https://me:hunter2secret@acme.test' }, 'malformed_setting', 'user name'],
    [{ WEAVIATE_GRPC_URL: 'grpc://acme.test:50051' }, 'malformed_setting', 'WEAVIATE_GRPC_URL'],
    [{ WEAVIATE_GRPC_URL: 'ftp://acme.test' }, 'malformed_setting', 'WEAVIATE_GRPC_URL'],
  ])('refuses %j as %s', (change, reason, name) => {
    const verdict = judge(change);
    expect(verdict).toMatchObject({ outcome: 'failed', kind: 'auth', reason, message: expect.stringContaining(name) });
    expect(JSON.stringify(verdict)).not.toMatch(/hunter2secret|WvKey/);
  });
});

import type { Readiness } from '../contract.ts';
import { looksLikePlaceholderAddress, looksLikePlaceholderOfOwnKey } from '../placeholder.ts';
import { LOOPBACK, weaviateAddress, type WeaviateAddress, type WeaviateConnection } from './address.ts';

/** Judges the settings without asking anybody. */
export function weaviateReadiness(settings: WeaviateConnection): Readiness {
  const { WEAVIATE_URL: url, WEAVIATE_API_KEY: key } = settings;
  if (url === undefined)
    return { outcome: 'skipped', reason: 'not_configured', message: 'set WEAVIATE_URL to read Weaviate' };
  if (looksLikePlaceholderAddress(url))
    return {
      outcome: 'skipped',
      reason: 'placeholder_key',
      message: 'WEAVIATE_URL is still the example: put the address of the cluster there',
    };
  if (key !== undefined && looksLikePlaceholderOfOwnKey(key))
    return {
      outcome: 'skipped',
      reason: 'placeholder_key',
      message: 'WEAVIATE_API_KEY is still the example: put an API key of the cluster there',
    };
  if (key !== undefined && /\s/.test(key))
    return {
      outcome: 'failed',
      kind: 'auth',
      reason: 'malformed_key',
      message: 'WEAVIATE_API_KEY contains a blank or a line break: copy the key again in one piece',
    };
  const malformed = (message: string): Readiness => ({
    outcome: 'failed',
    kind: 'auth',
    reason: 'malformed_setting',
    message,
  });
  let address: WeaviateAddress;
  try {
    address = weaviateAddress(settings);
  } catch (error) {
    return malformed(error instanceof RangeError ? error.message : 'WEAVIATE_URL cannot be read');
  }
  if (address.rest.username !== '' || address.rest.password !== '')
    return malformed('WEAVIATE_URL must not contain a user name or password');
  if (key !== undefined && !address.loopback && address.rest.protocol === 'http:')
    return malformed('WEAVIATE_URL must be https, since it carries a key (plain http only to this machine)');
  if (key !== undefined && !address.grpc.secure && !LOOPBACK.test(address.grpc.host))
    return malformed('WEAVIATE_GRPC_URL must be secure (grpcs://…), since it carries a key');
  if (key === undefined && address.cloud)
    return {
      outcome: 'skipped',
      reason: 'not_configured',
      message: 'set WEAVIATE_API_KEY: a cluster of Weaviate Cloud answers nobody without one',
    };
  return { outcome: 'ready' };
}

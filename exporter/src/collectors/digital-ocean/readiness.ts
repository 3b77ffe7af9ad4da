import type { Readiness } from '../contract.ts';
import { looksLikePlaceholder } from '../placeholder.ts';
import type { DigitalOceanSettings } from './client.ts';

/** Judges DO_API_TOKEN by its looks, without a request. */
export function digitalOceanReadiness({ DO_API_TOKEN: token }: Pick<DigitalOceanSettings, 'DO_API_TOKEN'>): Readiness {
  if (token === undefined)
    return {
      outcome: 'skipped',
      reason: 'not_configured',
      message:
        'DO_API_TOKEN is not set: make a token with the scope billing:read at cloud.digitalocean.com/account/api.',
    };
  if (looksLikePlaceholder(token))
    return {
      outcome: 'skipped',
      reason: 'placeholder_key',
      message: 'DO_API_TOKEN still holds the example: put a real token there.',
    };
  if (!/^[\x21-\x7e]+$/.test(token))
    return {
      outcome: 'failed',
      kind: 'auth',
      reason: 'malformed_key',
      message: 'DO_API_TOKEN has a blank, a line break or a special character inside: copy it again.',
    };
  return { outcome: 'ready' };
}

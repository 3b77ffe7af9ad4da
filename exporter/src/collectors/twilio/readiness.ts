import type { Readiness } from '../contract.ts';
import { looksLikePlaceholder } from '../placeholder.ts';
import type { TwilioSettings } from './client.ts';

/** Judges the credentials by their looks, without a request: an API key where one is given, else the auth token. */
export function twilioReadiness(settings: TwilioSettings): Readiness {
  const { TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN: token } = settings;
  const { TWILIO_API_KEY_SID: keySid, TWILIO_API_KEY_SECRET: keySecret } = settings;
  const usesKey = keySid !== undefined || keySecret !== undefined;
  const needed = usesKey
    ? { TWILIO_ACCOUNT_SID: sid, TWILIO_API_KEY_SID: keySid, TWILIO_API_KEY_SECRET: keySecret }
    : { TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN: token };
  const missing = Object.entries(needed).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length > 0)
    return {
      outcome: 'skipped',
      reason: 'not_configured',
      message: `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set: the account SID and the auth token stand at console.twilio.com under Account Info, API keys under API keys & tokens.`,
    };
  const given = Object.entries(needed).map(([name, value]) => [name, value ?? ''] as const);
  const example = given.find(([, value]) => looksLikePlaceholder(value))?.[0];
  if (example !== undefined)
    return {
      outcome: 'skipped',
      reason: 'placeholder_key',
      message: `${example} still holds the example: put the real value there.`,
    };
  if (!/^AC[0-9a-fA-F]{32}$/.test(sid ?? ''))
    return malformed(
      sid?.startsWith('SK') === true
        ? 'TWILIO_ACCOUNT_SID holds an API key (SK…): the account SID (AC…) belongs there, and the key into TWILIO_API_KEY_SID.'
        : 'TWILIO_ACCOUNT_SID is not an account SID: AC followed by 32 hexadecimal digits.',
    );
  if (usesKey && !/^SK[0-9a-fA-F]{32}$/.test(keySid ?? ''))
    return malformed('TWILIO_API_KEY_SID is not an API key: SK followed by 32 hexadecimal digits.');
  const broken = given.find(([, value]) => !/^[\x21-\x7e]+$/.test(value))?.[0];
  if (broken !== undefined)
    return malformed(`${broken} has a blank, a line break or a special character inside: copy it again.`);
  return { outcome: 'ready' };
}

function malformed(message: string): Readiness {
  return { outcome: 'failed', kind: 'auth', reason: 'malformed_key', message };
}

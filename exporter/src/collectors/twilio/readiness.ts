import type { Readiness } from '../contract.ts';
import { looksLikePlaceholder } from '../placeholder.ts';
import type { TwilioSettings } from './client.ts';

/** Judges TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN by their looks, without a request. */
export function twilioReadiness({ TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN: token }: TwilioSettings): Readiness {
  const missing = [
    ...(sid === undefined ? ['TWILIO_ACCOUNT_SID'] : []),
    ...(token === undefined ? ['TWILIO_AUTH_TOKEN'] : []),
  ];
  if (sid === undefined || token === undefined)
    return {
      outcome: 'skipped',
      reason: 'not_configured',
      message: `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set: both stand at console.twilio.com under Account Info.`,
    };
  const example = looksLikePlaceholder(sid)
    ? 'TWILIO_ACCOUNT_SID'
    : looksLikePlaceholder(token)
      ? 'TWILIO_AUTH_TOKEN'
      : undefined;
  if (example !== undefined)
    return {
      outcome: 'skipped',
      reason: 'placeholder_key',
      message: `${example} still holds the example: put the real value there.`,
    };
  if (!/^AC[0-9a-fA-F]{32}$/.test(sid))
    return malformed(
      sid.startsWith('SK')
        ? 'TWILIO_ACCOUNT_SID holds an API key (SK…): the account SID (AC…) belongs there.'
        : 'TWILIO_ACCOUNT_SID is not an account SID: AC followed by 32 hexadecimal digits.',
    );
  if (!/^[\x21-\x7e]+$/.test(token))
    return malformed('TWILIO_AUTH_TOKEN has a blank, a line break or a special character inside: copy it again.');
  return { outcome: 'ready' };
}

function malformed(message: string): Readiness {
  return { outcome: 'failed', kind: 'auth', reason: 'malformed_key', message };
}

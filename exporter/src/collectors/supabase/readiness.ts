import type { Settings } from '../../settings/schema.ts';
import type { Readiness } from '../contract.ts';
import { looksLikePlaceholder, looksLikePlaceholderAddress } from '../placeholder.ts';
import { legacyClaims, SECRET_KEY } from './key.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Judges SUPABASE_URL and SUPABASE_KEY without asking anybody: a key that can never work is recognised
 * before it is sent anywhere. `now` decides whether a legacy key has expired.
 */
export function supabaseReadiness(
  settings: Pick<Settings, 'SUPABASE_URL' | 'SUPABASE_KEY'>,
  now = new Date(),
): Readiness {
  const { SUPABASE_URL: url, SUPABASE_KEY: key } = settings;
  const missing = [...(url === undefined ? ['SUPABASE_URL'] : []), ...(key === undefined ? ['SUPABASE_KEY'] : [])];
  if (url === undefined || key === undefined) {
    return { outcome: 'skipped', reason: 'not_configured', message: `set ${missing.join(' and ')} to read Supabase` };
  }
  if (looksLikePlaceholderAddress(url))
    return {
      outcome: 'skipped',
      reason: 'placeholder_key',
      message: 'SUPABASE_URL is still the example: put the address of the project there',
    };
  if (looksLikePlaceholder(key))
    return {
      outcome: 'skipped',
      reason: 'placeholder_key',
      message: 'SUPABASE_KEY is still the example: put a secret key (sb_secret_…) there',
    };
  return urlProblem(url) ?? keyProblem(key, now) ?? { outcome: 'ready' };
}

function urlProblem(url: string): Readiness | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const wrong = (what: string): Readiness => ({
    outcome: 'failed',
    kind: 'auth',
    reason: 'malformed_setting',
    message: `SUPABASE_URL ${what}`,
  });
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    return wrong('must be an address such as https://<project>.supabase.co');
  if (parsed.username !== '' || parsed.password !== '') return wrong('must not contain a user name or password');
  if (parsed.protocol === 'http:' && !LOOPBACK.test(parsed.hostname))
    return wrong('must be https, since it carries a key (plain http only to this machine)');
  return undefined;
}

function keyProblem(key: string, now: Date): Readiness | undefined {
  const failed = (reason: 'publishable_key' | 'malformed_key' | 'expired_key', message: string): Readiness => ({
    outcome: 'failed',
    kind: 'auth',
    reason,
    message,
  });
  if (/\s/.test(key))
    return failed('malformed_key', 'SUPABASE_KEY contains a blank or a line break: copy the key again in one piece');
  if (key.startsWith('sb_publishable_'))
    return failed(
      'publishable_key',
      'SUPABASE_KEY is a publishable key, which may not list users: use a secret key (sb_secret_…)',
    );
  if (SECRET_KEY.test(key)) return undefined;
  const legacy = legacyClaims(key);
  if (legacy === undefined)
    return failed('malformed_key', 'SUPABASE_KEY is neither a secret key (sb_secret_…) nor a legacy service_role key');
  if (legacy.role === 'anon' || legacy.role === 'authenticated')
    return failed(
      'publishable_key',
      `SUPABASE_KEY is the legacy ${legacy.role} key, which may not list users: use a secret key (sb_secret_…) or the service_role key`,
    );
  if (legacy.role !== 'service_role' && legacy.role !== 'supabase_admin')
    return failed(
      'malformed_key',
      'SUPABASE_KEY is a token without the role service_role: use a secret key (sb_secret_…)',
    );
  if (legacy.exp !== undefined && legacy.exp * 1000 <= now.getTime())
    return failed('expired_key', 'SUPABASE_KEY has expired: create a secret key (sb_secret_…) in the project settings');
  return undefined;
}

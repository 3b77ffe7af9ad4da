import type { CollectorError } from './errors.ts';
import { socketCode } from './retry.ts';

/** What a failure shows of its cause; texts are the provider's own, without secrets. */
export interface Symptom {
  /** `Supabase`, `Supabase database`, `Weaviate` … as the messages name them. */
  readonly provider: string;
  readonly status?: number | undefined;
  /** Socket code or SQLSTATE. */
  readonly code?: string | undefined;
  readonly message: string;
}

/** Matches where everything that is given matches. */
interface Cause {
  readonly cause: string;
  readonly provider: string;
  readonly statuses?: readonly number[];
  readonly codes?: readonly string[];
  readonly message?: RegExp;
  readonly remedy: string;
}

/** Causes that look like something else, by what they show; the first that matches counts. */
export const CAUSES: readonly Cause[] = [
  {
    cause: 'paused project',
    provider: 'Supabase',
    statuses: [540],
    remedy:
      'The project is paused, as free projects are after a week without requests: restore it at supabase.com/dashboard (within 90 days), or remove SUPABASE_URL; the key is not the matter',
  },
  {
    cause: 'host gone from DNS',
    provider: 'Supabase',
    codes: ['ENOTFOUND', 'EAI_AGAIN'],
    remedy:
      'The host of SUPABASE_URL has no address in DNS: the project was deleted, or paused for so long that its name is gone, or the address is mistyped (https://<project>.supabase.co). Look at supabase.com/dashboard; where other names fail too, check DNS of this machine',
  },
  {
    cause: 'NULL token columns after an import',
    provider: 'Supabase',
    statuses: [500],
    message: /database error (finding|loading|querying|listing)/i,
    remedy:
      "The auth server stumbles over rows of auth.users whose token columns are NULL, as imports by SQL leave them. In the SQL editor: UPDATE auth.users SET confirmation_token = coalesce(confirmation_token, ''), recovery_token = coalesce(recovery_token, ''), email_change = coalesce(email_change, ''), email_change_token_new = coalesce(email_change_token_new, ''); until then SUPABASE_DB_URL counts the users",
  },
  {
    cause: 'role without billing',
    provider: 'Supabase',
    statuses: [403],
    message: /\/v1\/(organizations|projects\/[^/ ]+\/billing)/,
    remedy:
      'The owner of SUPABASE_ACCESS_TOKEN is a member whose role may not see billing: make the token as an owner or administrator of the organisation (supabase.com/dashboard/account/tokens), or set SUPABASE_MONTHLY_COST_USD',
  },
  {
    cause: 'row-level security',
    provider: 'Supabase database',
    message: /row-level security/i,
    remedy:
      'Row-level security hides the rows from this role: run ALTER ROLE <role> BYPASSRLS in the SQL editor (docs/providers/supabase.md)',
  },
  {
    cause: 'missing grant',
    provider: 'Supabase database',
    codes: ['42501'],
    remedy:
      'Grant the role USAGE on the schemas auth and storage, and SELECT on auth.users, auth.sessions and storage.objects',
  },
  {
    cause: 'wrong password',
    provider: 'Supabase database',
    codes: ['28P01', '28000'],
    remedy:
      'The password or role in SUPABASE_DB_URL is wrong: reset it (ALTER ROLE <role> PASSWORD …), and write special characters percent-encoded',
  },
  {
    cause: 'unknown tenant at the pooler',
    provider: 'Supabase database',
    message: /tenant(\/| or )user/i,
    remedy:
      'The pooler does not know this project: the user name there is <role>.<project>, and region and host are those of the Connect dialog; a paused project is unknown, too',
  },
  {
    cause: 'IPv6-only database host',
    provider: 'Supabase database',
    codes: ['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL'],
    remedy:
      'The direct host db.<project>.supabase.co has IPv6 only, and this machine has none: use the pooler (session mode, port 5432) of the Connect dialog, with the user <role>.<project>',
  },
  {
    cause: 'database host gone from DNS',
    provider: 'Supabase database',
    codes: ['ENOTFOUND', 'EAI_AGAIN'],
    remedy:
      'The host of SUPABASE_DB_URL has no address: the project is paused or deleted, or the host has IPv6 only; use the pooler of the Connect dialog (user <role>.<project>)',
  },
  {
    cause: 'no such table',
    provider: 'Supabase database',
    codes: ['42P01', '3F000', '42703'],
    remedy: 'This database has no such table: SUPABASE_DB_URL must be the database postgres of the project',
  },
  {
    cause: 'slow database',
    provider: 'Supabase database',
    codes: ['57014', 'timeout'],
    remedy: 'The count took longer than 20 s: an index on auth.sessions (user_id) helps; the API is used meanwhile',
  },
  {
    cause: 'expired cluster',
    provider: 'Weaviate',
    codes: ['ENOTFOUND', 'EAI_AGAIN'],
    remedy:
      'The host of WEAVIATE_URL has no address in DNS: a sandbox cluster expires after 14 days and its name goes with it; look at console.weaviate.cloud, and correct or remove WEAVIATE_URL. Where other names fail too, check DNS of this machine',
  },
  {
    cause: 'role without all collections',
    provider: 'Weaviate',
    statuses: [403],
    remedy: 'Give the role of the key read_collections and read_data on every collection (*)',
  },
  {
    cause: 'test credentials',
    provider: 'Twilio',
    message: /test account credentials|test credentials/i,
    remedy:
      'These are test credentials, which may not read usage: use the live account SID and auth token, or an API key, of console.twilio.com',
  },
  {
    cause: 'locked account',
    provider: 'Twilio',
    message: /account (is )?(not active|suspended|closed)/i,
    remedy:
      'The account is suspended or closed: pay what is open, or ask Twilio support; the credentials are not the matter',
  },
  {
    cause: 'locked account',
    provider: 'DigitalOcean',
    message: /\b(locked|suspended)\b/i,
    remedy:
      'The account is locked: pay what is open at cloud.digitalocean.com/account/billing, or ask support; the token is not the matter',
  },
];

/** What to do about a cause that is known by its symptom; undefined where none is. */
export function remedyOfCause(symptom: Symptom): string | undefined {
  return CAUSES.find(
    ({ provider, statuses, codes, message }) =>
      provider === symptom.provider &&
      (statuses === undefined || statuses.includes(symptom.status ?? 0)) &&
      (codes === undefined || codes.includes(symptom.code ?? '')) &&
      (message === undefined || message.test(symptom.message)),
  )?.remedy;
}

export function symptomOf(error: CollectorError, provider: string): Symptom {
  return { provider, status: error.status, code: socketCode(error), message: error.message };
}
